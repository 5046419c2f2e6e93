using Tangram.Cli;

namespace Tangram.Tests;

/// <summary>A disk that is full or read-only: exit code 1, one line that names the folder, and what was there before is still whole.</summary>
public sealed class DiskTests
{
    [Fact]
    public async Task A_full_disk_fails_a_training_without_half_a_file()
    {
        if (!SmallDisk.IsPossible)
        {
            await AssertForbiddenAsync();
            return;
        }
        using var disk = new SmallDisk(200); // room for run.json, not for a checkpoint
        string folder = Path.Combine(disk.Path, "run");
        AssertFailed(await CommandRun.InvokeAsync(["train", "sample", "--out", folder, .. CommandRun.Tiny]), folder);
        Assert.All(Directory.GetFileSystemEntries(folder), path => Assert.True(Path.GetFileName(path) is "run.json" or "history.csv", path));
        RunFiles.AssertWhole(folder);
    }

    [Fact]
    public async Task A_disk_that_fills_up_keeps_the_last_checkpoint_and_the_run_goes_on_when_there_is_space()
    {
        if (!SmallDisk.IsPossible)
        {
            await AssertForbiddenAsync();
            return;
        }
        using var disk = new SmallDisk(2_000); // a checkpoint has 1,200 kB: one fits, not a second beside it
        string folder = Path.Combine(disk.Path, "run");
        string[] line = ["train", "sample", "--out", folder, .. CommandRun.Tiny];
        await StopAtFirstStepAsync(folder);
        byte[] checkpoint = await File.ReadAllBytesAsync(RunFiles.Checkpoint(folder), TestContext.Current.CancellationToken);

        AssertFailed(await CommandRun.InvokeAsync([.. line, "--resume"]), folder);
        Assert.Equal(checkpoint, await File.ReadAllBytesAsync(RunFiles.Checkpoint(folder), TestContext.Current.CancellationToken));
        Assert.DoesNotContain(Directory.GetFiles(folder), path => path.Contains(".tmp-", StringComparison.Ordinal));
        RunFiles.AssertWhole(folder);

        using var elsewhere = new TemporaryFolder();
        foreach (string path in Directory.GetFiles(folder))
            File.Copy(path, elsewhere.File(Path.GetFileName(path)));
        await CommandRun.SucceedAsync(["train", "sample", "--out", elsewhere.Path, "--resume", "--no-report"]);
        RunFiles.AssertWhole(elsewhere.Path);
    }

    [Fact]
    public async Task A_full_disk_fails_an_encoding_without_half_a_file()
    {
        if (!SmallDisk.IsPossible)
        {
            await AssertForbiddenAsync();
            return;
        }
        using var place = new TemporaryFolder();
        string folder = place.File("run");
        await CommandRun.SucceedAsync(["train", "sample", "--out", folder, .. CommandRun.Tiny]);
        using var disk = new SmallDisk(60);
        foreach (string name in new[] { "codes.npy", "codes.safetensors" })
        {
            string codes = Path.Combine(disk.Path, name);
            AssertFailed(await CommandRun.InvokeAsync("encode", folder, "sample", "--out", codes), codes);
            Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
        }
    }

    [Fact]
    public async Task A_read_only_disk_fails_a_training_and_leaves_a_run_as_it_is()
    {
        if (!SmallDisk.IsPossible)
        {
            await AssertForbiddenAsync();
            return;
        }
        using var disk = new SmallDisk(8_000);
        string folder = Path.Combine(disk.Path, "run"), other = Path.Combine(disk.Path, "other");
        string[] line = ["train", "sample", "--out", folder, .. CommandRun.Tiny];
        await StopAtFirstStepAsync(folder);
        byte[] checkpoint = await File.ReadAllBytesAsync(RunFiles.Checkpoint(folder), TestContext.Current.CancellationToken);
        disk.MakeReadOnly();
        AssertFailed(await CommandRun.InvokeAsync([.. line, "--resume"]), folder, alone: true);
        AssertFailed(await CommandRun.InvokeAsync(["train", "sample", "--out", other, .. CommandRun.Tiny]), other, alone: true);
        Assert.Equal(checkpoint, await File.ReadAllBytesAsync(RunFiles.Checkpoint(folder), TestContext.Current.CancellationToken));
        Assert.False(Path.Exists(other));
    }

    [Fact]
    public async Task Codes_for_a_folder_that_is_not_there_fail()
    {
        using var place = new TemporaryFolder();
        await CommandRun.SucceedAsync(["train", "sample", "--out", place.File("run"), .. CommandRun.Tiny]);
        string codes = Path.Combine(place.Path, "missing", "codes.npy");
        AssertFailed(await CommandRun.InvokeAsync("encode", place.File("run"), "sample:test", "--out", codes), codes, alone: true);
    }

    /// <summary>Where no disk can be mounted: a folder that the system doesn't let anybody make.</summary>
    private static async Task AssertForbiddenAsync()
    {
        string folder = OperatingSystem.IsWindows() ? @"\\?\Volume{none}\run" : OperatingSystem.IsLinux() ? "/proc/tangram-run" : "/System/tangram-run";
        AssertFailed(await CommandRun.InvokeAsync(["train", "sample", "--out", folder, .. CommandRun.Tiny]), folder, alone: true);
        Assert.False(Path.Exists(folder));
    }

    /// <summary>What <see cref="CommandRun.Tiny"/> trains, interrupted when it has its first checkpoint to write.</summary>
    private static async Task StopAtFirstStepAsync(string folder)
    {
        using var stop = new CancellationTokenSource();
        TrainingOptions options = TrainingOptions.PaperMnist with { Members = 2, Epochs = 1, Features = 64, Rule = new SparsityRule.TopK(8) };
        var execution = new Execution { Threads = 1, ReportInterval = TimeSpan.Zero };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run.TrainAsync(folder, ImageSet.Open("sample:train"), options, ImageSet.Open("sample:test"), execution,
            progress: new Direct<TrainingProgress>(progress =>
            {
                if (progress.Step > 0)
                    stop.Cancel();
            }), cancellation: stop.Token));
    }

    /// <summary>Exit code 1, and the failure in one last line; <paramref name="alone"/>: nothing had begun, so nothing else was written either.</summary>
    private static void AssertFailed(CommandRun run, string names, bool alone = false)
    {
        Assert.True(run.ExitCode == TangramCommand.Failed, $"exit code {run.ExitCode}: {run.Error}");
        Assert.Equal("", run.Output);
        string[] lines = run.Error.TrimEnd().Split('\n');
        string failure = Assert.Single(lines, line => line.StartsWith("tangram: ", StringComparison.Ordinal));
        Assert.Equal(lines[^1], failure);
        Assert.Contains(names, failure, StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.StartsWith("   at ", StringComparison.Ordinal));
        if (alone)
            Assert.Single(lines);
    }
}
