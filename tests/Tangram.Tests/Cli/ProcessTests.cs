using System.Globalization;
using Tangram.Cli;

namespace Tangram.Tests;

/// <summary>The command as a process among others: killed, interrupted, started twice.</summary>
public sealed class ProcessTests : IDisposable
{
    /// <summary>Kills are spread over this time, from before the run's folder exists.</summary>
    private const int LatestKillMilliseconds = 700;

    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.File("run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_training_killed_ten_times_ends_as_if_it_had_not_been()
    {
        string[] line = ["train", "sample", "--out", Folder, "--members", "2", "--features", "48", "--k", "6", "--epochs", "8", "--batch", "20",
            "--reinitialise-after", "60", "--checkpoint-seconds", "0", "--no-report"];
        for (int kill = 0; kill < 10; kill++)
        {
            using var process = new TangramProcess([.. line, .. Resume(), "--threads", $"{1 + (kill % 2)}"]);
            await WaitForRandomMomentAsync(kill);
            process.Kill();
            await process.EndAsync();
            if (Directory.Exists(Folder))
                RunFiles.AssertWhole(Folder);
        }
        await CommandRun.SucceedAsync([.. line, .. Resume(), "--threads", "1"]);
        string whole = _folder.File("whole");
        await CommandRun.SucceedAsync([.. line.Select(word => word == Folder ? whole : word), "--threads", "2"]);

        Assert.Equal(RunFiles.Model(whole), RunFiles.Model(Folder));
        using Run expected = Run.Open(whole), actual = Run.Open(Folder);
        Assert.Equal(RunFiles.Scores(expected.Record), RunFiles.Scores(actual.Record));
        Assert.True(expected.Record.Reinitialised > 0);
        Assert.DoesNotContain(Directory.GetFiles(Folder), path => path.Contains(".tmp-", StringComparison.Ordinal));

        // Who was killed before the run's first file has no run to resume.
        string[] Resume() => Run.Exists(Folder) ? ["--resume"] : [];
    }

    [Fact]
    public async Task An_interrupted_training_writes_a_checkpoint_and_exits_with_130()
    {
        if (OperatingSystem.IsWindows())
        {
            // No process can send Ctrl-C to one other process there; the same path by its token.
            string[] tiny = ["train", "sample", "--out", Folder, .. CommandRun.Tiny];
            Assert.Equal(TangramCommand.Interrupted, (await CommandRun.InvokeCancelledAsync(tiny)).ExitCode);
        }
        else
        {
            using TangramProcess process = StartLong();
            await WaitForAsync(process, Path.Combine(Folder, "history.csv"));
            process.Interrupt();
            CommandRun ended = await process.EndAsync();
            Assert.Equal(TangramCommand.Interrupted, ended.ExitCode);
            Assert.Equal("", ended.Output);
            Assert.Equal($"tangram: Interrupted; continue with 'tangram train sample --out {Folder} --resume'.", ended.Error.TrimEnd().Split('\n')[^1]);
        }
        Assert.True(File.Exists(RunFiles.Checkpoint(Folder)));
        RunFiles.AssertWhole(Folder);
        using Run run = Run.Open(Folder);
        Assert.False(run.Record.Finished);
        Assert.Equal(2, run.Ensemble.Count);
    }

    [Fact]
    public async Task A_second_process_cannot_train_into_the_same_folder()
    {
        using TangramProcess first = StartLong();
        await WaitForAsync(first, Path.Combine(Folder, "run.json"));
        CommandRun second = await CommandRun.InvokeAsync("train", "sample", "--out", Folder, "--resume");
        Assert.Equal(TangramCommand.Failed, second.ExitCode);
        Assert.Contains($"'{Folder}': another process is training there", Assert.Single(second.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(first.HasExited);
        first.Kill();
    }

    /// <summary>A training that doesn't end by itself within a test's time.</summary>
    private TangramProcess StartLong() => new("train", "sample", "--out", Folder, "--members", "2", "--features", "64", "--k", "8", "--epochs", "100000", "--threads", "1");

    /// <summary>Also waits while the process starts; a process that has ended will never write the file.</summary>
    private static async Task WaitForAsync(TangramProcess process, string path)
    {
        while (!File.Exists(path))
        {
            Assert.False(process.HasExited, "the process ended");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static Task WaitForRandomMomentAsync(int kill)
    {
        var random = new CounterRandom(2026, RandomPurpose.Shuffle);
        int milliseconds = (int)(random.Uniform((ulong)kill) * LatestKillMilliseconds);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kill {kill} after {milliseconds} ms"));
        return Task.Delay(milliseconds, TestContext.Current.CancellationToken);
    }
}
