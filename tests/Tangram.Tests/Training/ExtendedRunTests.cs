using System.Security.Cryptography;

namespace Tangram.Tests;

/// <summary>A finished run that can't be extended stays finished: nothing of it is changed before its checkpoint is known to be whole.</summary>
public sealed class ExtendedRunTests : IDisposable
{
    private static readonly TrainingOptions Short = new() { Features = 32, Rule = new SparsityRule.TopK(4), Members = 2, Epochs = 1, Batch = 50, Reinitialisation = new() { Window = 0 } };

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _images = ImageSet.Open("sample:train").Subset("some", [.. Enumerable.Range(0, 200)]);

    private string Folder => _folder.File("run");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("missing", "holds a trained model but no checkpoint.safetensors, so there is nothing to go on from; train into a new folder.")]
    [InlineData("cut", "is damaged, or no checkpoint of this version of tangram; train into a new folder; '")]
    [InlineData("flipped", "is damaged, or no checkpoint of this version of tangram; train into a new folder; '")]
    [InlineData("a model", "is damaged, or no checkpoint of this version of tangram; train into a new folder; '")]
    [InlineData("of another", "is a checkpoint of another model than run.json describes; train into a new folder; '")]
    public async Task A_checkpoint_that_cannot_be_gone_on_from_leaves_the_finished_run_as_it_is(string fault, string expected)
    {
        (await TrainAsync(Folder, Short)).Dispose();
        await DamageAsync(fault);
        Dictionary<string, string> before = Digests();
        var refused = await Assert.ThrowsAsync<InputException>(() => TrainAsync(Folder, Short with { Epochs = 2 }, resume: true));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"'{Folder}", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(before, Digests());
        using Run run = Run.Open(Folder);
        Assert.True(run.Record.Finished);
        Assert.Equal(run.Record.Evaluation!.Mse, run.Ensemble.Evaluate(_images, cancellation: TestContext.Current.CancellationToken).Mse);
    }

    [Fact]
    public async Task A_run_whose_extension_was_begun_is_not_trained_from_the_beginning_over_its_model()
    {
        (await TrainAsync(Folder, Short)).Dispose();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TrainAsync(Folder, Short with { Epochs = 2 }, resume: true, stop, stopAt: 5));
        File.Delete(RunFiles.Checkpoint(Folder));
        Dictionary<string, string> before = Digests();
        await Assert.ThrowsAsync<InputException>(() => TrainAsync(Folder, Short with { Epochs = 2 }, resume: true));
        Assert.Equal(before, Digests());
    }

    [Fact]
    public async Task A_training_that_was_never_finished_is_told_to_begin_anew()
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TrainAsync(Folder, Short, resume: false, stop, stopAt: 2));
        await DamageAsync("flipped");
        var refused = await Assert.ThrowsAsync<InputException>(() => TrainAsync(Folder, Short, resume: true));
        Assert.EndsWith("; delete it to start from the beginning.", refused.Message, StringComparison.Ordinal);
        File.Delete(RunFiles.Checkpoint(Folder));
        using Run run = await TrainAsync(Folder, Short, resume: true), whole = await TrainAsync(_folder.File("whole"), Short);
        Assert.Equal(RunFiles.Model(whole.Folder), RunFiles.Model(run.Folder));
    }

    [Theory]
    [InlineData("initialising")]
    [InlineData("evaluating")]
    [InlineData("training")]
    public async Task A_training_stopped_in_any_part_is_a_cancelled_task_and_ends_with_the_same_bits(string activity)
    {
        using Run whole = await TrainAsync(_folder.File("whole"), Short);
        using var stop = new CancellationTokenSource();
        Task<Run> training = TrainAsync(Folder, Short, resume: false, stop, stopIn: activity);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        Assert.True(training.IsCanceled);
        using (Run stopped = Run.Open(Folder))
            Assert.False(stopped.Record.Finished);
        using Run resumed = await TrainAsync(Folder, Short, resume: true);
        Assert.Equal(RunFiles.Model(whole.Folder), RunFiles.Model(Folder));
        Assert.Equal(RunFiles.Scores(whole.Record), RunFiles.Scores(resumed.Record));
    }

    [Fact]
    public async Task A_training_cancelled_beforehand_is_a_cancelled_task()
    {
        Task<Run> training = Run.TrainAsync(Folder, _images, Short, cancellation: new CancellationToken(canceled: true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        Assert.True(training.IsCanceled);
    }

    private async Task DamageAsync(string fault)
    {
        string path = RunFiles.Checkpoint(Folder);
        byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        switch (fault)
        {
            case "missing":
                File.Delete(path);
                return;
            case "cut":
                bytes = bytes[..^100];
                break;
            case "flipped":
                bytes[^1000] ^= 0x40;
                break;
            case "a model":
                bytes = RunFiles.Model(Folder);
                break;
            default:
                (await TrainAsync(_folder.File("other"), Short with { Features = 40 })).Dispose();
                bytes = await File.ReadAllBytesAsync(RunFiles.Checkpoint(_folder.File("other")), TestContext.Current.CancellationToken);
                break;
        }
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
    }

    private Dictionary<string, string> Digests() => Directory.GetFileSystemEntries(Folder).ToDictionary(path => path,
        path => $"{Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))} {File.GetLastWriteTimeUtc(path).Ticks}", StringComparer.Ordinal);

    private Task<Run> TrainAsync(string folder, TrainingOptions options, bool resume = false, CancellationTokenSource? stop = null, long stopAt = long.MaxValue, string? stopIn = null) =>
        Run.TrainAsync(folder, _images, options, execution: new Execution { Threads = 2, ReportInterval = TimeSpan.Zero }, resume: resume,
            progress: new Tangram.Cli.Direct<TrainingProgress>(progress =>
            {
                if (progress.Step >= stopAt || progress.Activity == stopIn)
                    stop?.Cancel();
            }), cancellation: stop?.Token ?? TestContext.Current.CancellationToken);
}
