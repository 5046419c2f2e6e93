using System.Globalization;
using System.Text.Json;
using Tangram.Cli;

namespace Tangram.Tests;

public sealed class SweepVerbTests : IDisposable
{
    private static readonly string[] Tiny = ["--members", "1", "--epochs", "2", "--features", "32", "--threads", "1"];

    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.File("sweep");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_trains_a_run_for_each_k_on_what_validation_leaves_and_shows_a_table()
    {
        string output = await CommandRun.SucceedAsync(["sweep", "sample", "--k", "8,4", "--out", Folder, .. Tiny]);
        Assert.Contains("Trained for each k on sample:fit, evaluated on sample:validation", output, StringComparison.Ordinal);
        string[] rows = [.. output.Split('\n').Where(line => line.Contains(" dB ", StringComparison.Ordinal))];
        Assert.Equal([4, 8], rows.Select(row => int.Parse(row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture)));
        Assert.Contains("sweep.svg", output, StringComparison.Ordinal);
        using Run run = Run.Open(Path.Combine(Folder, "k-4"));
        Assert.Equal((2, 32, "validation"), (run.Record.Options.Epochs, run.Record.Options.Features, run.Record.Test.Split));

        CommandRun again = await CommandRun.InvokeAsync(["sweep", "sample", "--k", "4,8", "--out", Folder, .. Tiny]);
        Assert.Equal((TangramCommand.Done, output), (again.ExitCode, again.Output));
        Assert.Contains("nothing is left to do", Assert.Single(again.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Contains("is a sweep with other options", await CommandRun.RefuseAsync(["sweep", "sample", "--k", "4,8", "--out", Folder, .. Tiny, "--seed", "7"]), StringComparison.Ordinal);
        Assert.Contains("is a sweep of other images", await CommandRun.RefuseAsync(["sweep", "sample", "--k", "4,8", "--out", Folder, .. Tiny, "--evaluate-on", "test"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runs_dictionary_encodes_what_the_run_was_evaluated_on_without_training()
    {
        string run = _folder.File("run");
        await CommandRun.SucceedAsync(["train", "sample", "--out", run, "--no-report", .. CommandRun.Tiny]);
        using JsonDocument document = JsonDocument.Parse(await CommandRun.SucceedAsync("sweep", "sample", "--k", "2,8,64", "--encode-only", run, "--out", Folder, "--json"));
        JsonElement encoded = document.RootElement.GetProperty("encoded");
        Assert.Equal([2, 8, 64], encoded.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("k").GetInt32()));
        Assert.Equal("sample:test", encoded.GetProperty("evaluated").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("trained").ValueKind);
        Assert.Equal(Path.Combine(Folder, "sweep.svg"), document.RootElement.GetProperty("figures")[0].GetString());
        string[] files = [.. Directory.GetFileSystemEntries(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.Equal<string>(["sweep.json", "sweep.svg"], files, StringComparer.Ordinal);

        string[] line = ["sweep", "sample", "--k", "2", "--encode-only", run, "--out", Folder];
        foreach (string[] useless in new[] { new[] { "--epochs", "3" }, ["--features", "7"], ["--preset", "modern"], ["--size", "9"] })
            Assert.Contains("--encode-only trains nothing", await CommandRun.RefuseAsync([.. line, .. useless]), StringComparison.Ordinal);
        Assert.Contains("leave out --evaluate-on", await CommandRun.RefuseAsync([.. line, "--evaluate-on", "validation"]), StringComparison.Ordinal);
        Assert.Contains("holds no run", await CommandRun.RefuseAsync("sweep", "sample", "--k", "2", "--encode-only", Folder, "--out", Folder), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4,x", "--k is a list of numbers such as 16,32,64, not '4,x'")]
    [InlineData("4,,8", "--k is a list of numbers")]
    [InlineData("4,4", "k = 4 is given twice")]
    [InlineData("-1,4", "k = -1 is impossible")]
    [InlineData("4,33", "k = 33 is impossible with 32 features; choose k from 1 to 32.")]
    public async Task A_wrong_list_is_refused_before_anything_is_done(string ks, string message)
    {
        Assert.Contains(message, await CommandRun.RefuseAsync(["sweep", "sample", $"--k={ks}", "--out", Folder, .. Tiny]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Interrupted_it_exits_with_130_and_says_how_to_go_on()
    {
        CommandRun run = await CommandRun.InvokeCancelledAsync(["sweep", "sample", "--k", "4", "--out", Folder, .. Tiny]);
        Assert.Equal(TangramCommand.Interrupted, run.ExitCode);
        Assert.Equal($"tangram: Interrupted; the same command goes on from what '{Folder}' holds.", run.Error.TrimEnd().Split('\n')[^1]);
        await CommandRun.SucceedAsync(["sweep", "sample", "--k", "4", "--out", Folder, .. Tiny]);
    }

    [Fact]
    public async Task A_sweep_killed_again_and_again_ends_as_if_it_had_not_been()
    {
        string[] Line(string folder) => ["sweep", "sample", "--k", "3,6", "--out", folder, .. Tiny, "--batch", "20", "--checkpoint-seconds", "0"];
        for (int kill = 0; kill < 4; kill++)
        {
            using var process = new TangramProcess(Line(Folder));
            await WaitAsync(process, Path.Combine(Folder, kill < 2 ? "k-3" : "k-6", "checkpoint.safetensors"));
            process.Kill();
            await process.EndAsync();
        }
        await CommandRun.SucceedAsync(Line(Folder));
        string whole = _folder.File("whole");
        await CommandRun.SucceedAsync(Line(whole));
        foreach (string k in new[] { "k-3", "k-6" })
            Assert.Equal(RunFiles.Model(Path.Combine(whole, k)), RunFiles.Model(Path.Combine(Folder, k)));
        Assert.Equal(File.ReadAllText(Path.Combine(whole, "sweep.json")), File.ReadAllText(Path.Combine(Folder, "sweep.json")));
    }

    private static async Task WaitAsync(TangramProcess process, string path)
    {
        while (!File.Exists(path) && !process.HasExited)
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }
}
