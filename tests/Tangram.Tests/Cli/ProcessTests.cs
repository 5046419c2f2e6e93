using Tangram.Cli;

namespace Tangram.Tests;

/// <summary>The command as a process among others: killed, interrupted, started twice.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.File("run");

    public void Dispose() => _folder.Dispose();

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
        RunFiles.AssertWhole(Folder);
        using Run run = Run.Open(Folder);
        Assert.False(run.Record.Finished);
        if (!OperatingSystem.IsWindows())
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
}
