using System.Diagnostics;
using Tangram.Cli;

namespace Tangram.Tests;

/// <summary>Ctrl-C on the real command: the first ends whatever it is doing, the second ends it at once.</summary>
public sealed class InterruptTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    /// <summary>Long for what is stopped between two steps or tiles, and short beside what the work itself would take.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(15);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Verbs that look at the token: whatever loop the signal finds them in, it ends. Each of these would go on for minutes.</summary>
    [Theory]
    [InlineData("bench --steps 2000000 --threads 1")]
    [InlineData("train sample --features 64 --k 8 --members 1 --epochs 100000 --threads 1 --out OUT")]
    public async Task The_first_ends_it(string line)
    {
        if (OperatingSystem.IsWindows())
            return; // no process can send Ctrl-C to one other process there
        using var process = new TangramProcess(line.Replace("OUT", _folder.File("run"), StringComparison.Ordinal).Split(' '));
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.False(process.HasExited);
        var watch = Stopwatch.StartNew();
        process.Interrupt();
        CommandRun ended = await process.EndAsync();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_soon);
        Assert.Equal((TangramCommand.Interrupted, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith("tangram: Interrupted", ended.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    /// <summary>A pipe to which nobody writes holds it up where no token is looked at.</summary>
    [Fact]
    public async Task The_second_ends_it_at_once_and_quietly()
    {
        if (OperatingSystem.IsWindows())
            return;
        string folder = Directory.CreateDirectory(_folder.File("stuck")).FullName;
        using (Process make = Process.Start("mkfifo", [Path.Combine(folder, "run.json")]))
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var process = new TangramProcess("evaluate", folder, "sample");
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        process.Interrupt();
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(process.HasExited);
        process.Interrupt();
        CommandRun ended = await process.EndAsync();
        Assert.Equal((TangramCommand.Interrupted, "", ""), (ended.ExitCode, ended.Output, ended.Error));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(150)]
    public async Task Two_together_end_a_training_without_a_stack_trace_and_it_goes_on(int apart)
    {
        if (OperatingSystem.IsWindows())
            return;
        string folder = _folder.File("run");
        using (var process = new TangramProcess("train", "sample", "--out", folder, "--members", "2", "--features", "256", "--k", "8", "--epochs", "100000", "--threads", "2"))
        {
            while (!File.Exists(Path.Combine(folder, "history.csv")))
                await Task.Delay(10, TestContext.Current.CancellationToken);
            process.Interrupt();
            await Task.Delay(apart, TestContext.Current.CancellationToken);
            if (!process.HasExited)
                process.Interrupt();
            CommandRun ended = await process.EndAsync();
            Assert.Equal((TangramCommand.Interrupted, ""), (ended.ExitCode, ended.Output));
            Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("Unhandled", ended.Error, StringComparison.Ordinal);
        }
        RunFiles.AssertWhole(folder);
    }

    /// <summary>The same loops, told before they begin: what looks at the token does nothing then.</summary>
    [Theory]
    [InlineData("evaluate RUN sample")]
    [InlineData("evaluate RUN sample --json")]
    [InlineData("encode RUN sample --out codes.npy")]
    [InlineData("report RUN")]
    [InlineData("search RUN 3 --in sample:train")]
    [InlineData("explore RUN --no-browser --port 0")]
    [InlineData("sweep sample --k 4,8 --out OUT --members 1 --features 64")]
    [InlineData("sweep sample --k 4,8 --out OUT --encode-only RUN")]
    [InlineData("bench --steps 1000000 --threads 1")]
    [InlineData("train sample --out OUT --features 64 --k 4 --members 1")]
    public async Task Every_verb_that_takes_its_time_looks_at_the_token(string line)
    {
        string[] args = [.. line.Split(' ').Select(word => word switch { "RUN" => run.Folder, "OUT" => _folder.File("out"), "codes.npy" => _folder.File(word), _ => word })];
        var watch = Stopwatch.StartNew();
        CommandRun stopped = await CommandRun.InvokeCancelledAsync(args);
        Assert.Equal((TangramCommand.Interrupted, ""), (stopped.ExitCode, stopped.Output));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_soon);
        Assert.False(File.Exists(Path.Combine(run.Folder, "report.html")));
    }
}
