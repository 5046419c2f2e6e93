namespace Tangram.Tests;

/// <summary>A training that was stopped and resumed ends as if nothing had happened: bit for bit.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int StepsPerEpoch = 8;

    /// <summary>Everything that has state: two members, the consistency term, a short last batch, features replaced several times.</summary>
    internal static readonly TrainingOptions Options = new()
    {
        Features = 48,
        Rule = new SparsityRule.TopK(4),
        Members = 2,
        Consistency = 0.3,
        Epochs = 3,
        Batch = 40,
        Seed = 5,
        Reinitialisation = new ReinitialisationOptions { Window = 4, Every = 3, Until = 0.9 },
    };

    /// <summary>Much like the modern preset, and every other option on as well.</summary>
    private static readonly TrainingOptions Everything = TrainingOptions.Modern with
    {
        Features = 96,
        Rule = new SparsityRule.TopK(4, Rectified: true),
        Members = 2,
        Consistency = 0.1,
        Epochs = 3,
        Batch = 40,
        Seed = 5,
        WarmUp = 0.1,
        UnitRows = true,
        Initialisation = Initialisation.DataPoints,
        Auxiliary = new AuxiliaryOptions { Weight = 1.0 / 32, K = 2, DeadAfter = 4 },
        AverageDecay = 0.8,
        MaximumNorm = 0.05,
        Reinitialisation = new ReinitialisationOptions { Window = 2, Every = 3, Until = 0.9 },
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _train = Part(ImageSet.Open("sample:train"), 300), _test = Part(ImageSet.Open("sample:test"), 60);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(5, 2)]
    [InlineData(8, 1)]
    [InlineData(13, 3)]
    [InlineData(16, 1)]
    [InlineData(23, 2)]
    public async Task A_run_stopped_after_any_step_and_resumed_equals_one_that_was_not(int steps, int threads)
    {
        using Run whole = await TrainAsync("whole", Options, threads: 1);
        Assert.True(whole.Record.Reinitialised > 0);

        await StopAsync("parts", Options, steps);
        using (Run stopped = Run.Open(_folder.File("parts")))
            Assert.False(stopped.Record.Finished);
        RunFiles.AssertWhole(_folder.File("parts"));
        using Run resumed = await TrainAsync("parts", Options, threads, resume: true);

        AssertSame(whole, resumed);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(13, 3)]
    [InlineData(14, 2)] // the last tied step
    [InlineData(15, 1)]
    [InlineData(16, 1)]
    public async Task A_run_with_every_option_stopped_and_resumed_equals_one_that_was_not(int steps, int threads)
    {
        using Run whole = await TrainAsync("whole", Everything, threads: 1);
        Assert.True(whole.Record.Reinitialised > 0);
        Assert.Contains(whole.Record.History, row => row.Auxiliary > 0);
        Assert.All(whole.Record.History, row => Assert.True(double.IsFinite(row.Loss + row.TestMse + row.TrainMse + row.TestPearson)));

        await StopAsync("parts", Everything, steps);
        RunFiles.AssertWhole(_folder.File("parts"));
        using Run resumed = await TrainAsync("parts", Everything, threads, resume: true);
        AssertSame(whole, resumed);

        using Run opened = Run.Open(whole.Folder);
        Scores scores = Make.Scores(opened.Ensemble, _test), recorded = whole.Record.Evaluation!;
        Assert.True(double.IsFinite(recorded.Mse) && recorded.Fvu is > 0 and < 1);
        Assert.Equal((recorded.Mse, recorded.Pearson, recorded.Ssim, recorded.Fvu, recorded.DeadFraction), (scores.Mse, scores.Pearson, scores.Ssim, scores.Fvu, scores.DeadFraction));
    }

    [Fact]
    public async Task A_run_stopped_many_times_equals_one_that_was_not()
    {
        using Run whole = await TrainAsync("whole", Options, threads: 2);
        foreach (int steps in new[] { 2, 3, 9, 10, 17, 22 })
            await StopAsync("parts", Options, steps, resume: true);
        using Run resumed = await TrainAsync("parts", Options, threads: 1, resume: true);
        AssertSame(whole, resumed);
    }

    [Fact]
    public async Task A_finished_run_extended_equals_a_longer_one()
    {
        // Without re-initialisation: that ends at a share of the training, so a longer training replaces features for longer.
        TrainingOptions longer = Options with { Reinitialisation = new ReinitialisationOptions { Window = 0 } }, shorter = longer with { Epochs = 1 };
        using Run whole = await TrainAsync("whole", longer, threads: 1);
        (await TrainAsync("extended", shorter, threads: 1)).Dispose();
        await StopAsync("extended", longer, StepsPerEpoch + 3, resume: true);
        using Run extended = await TrainAsync("extended", longer, threads: 2, resume: true);
        AssertSame(whole, extended);
    }

    [Fact]
    public async Task A_run_stopped_while_its_rate_changes_equals_one_that_was_not()
    {
        TrainingOptions changing = Options with { WarmUp = 0.2, Decay = 0.5 };
        using Run whole = await TrainAsync("whole", changing, threads: 1);
        await StopAsync("parts", changing, steps: 3);
        await StopAsync("parts", changing, steps: 15, resume: true);
        using Run resumed = await TrainAsync("parts", changing, threads: 2, resume: true);
        AssertSame(whole, resumed);
        Assert.Equal(Enumerable.Range(1, 3).Select(epoch => LearningRateSchedule.Rate(changing, epoch * StepsPerEpoch, 3 * StepsPerEpoch)),
            whole.Record.History.Select(row => row.LearningRate));
    }

    [Theory]
    [InlineData(0.1, 0, 0)]
    [InlineData(0, 0.5, 0)]
    [InlineData(0, 0, 0.5)]
    public async Task A_run_whose_steps_depend_on_its_length_is_not_extended(double warmUp, double decay, double tiedUntil)
    {
        TrainingOptions changing = Options with { Epochs = 1, WarmUp = warmUp, Decay = decay, Untied = true, TiedUntil = tiedUntil };
        (await TrainAsync("run", changing, threads: 1)).Dispose();
        var refused = await Assert.ThrowsAsync<InputException>(() => TrainAsync("run", changing with { Epochs = 2 }, threads: 1, resume: true));
        Assert.Contains("can't be extended; train 2 epochs into a new folder", refused.Message, StringComparison.Ordinal);
        using Run again = await TrainAsync("run", changing, threads: 1, resume: true);
        Assert.Equal(1, again.Record.Options.Epochs);
    }

    [Fact]
    public async Task While_a_run_is_extended_it_opens_with_its_newest_weights()
    {
        TrainingOptions shorter = Options with { Epochs = 1 };
        (await TrainAsync("run", shorter, threads: 1)).Dispose();
        await StopAsync("run", Options, StepsPerEpoch + 3, resume: true);
        using Run stopped = Run.Open(_folder.File("run"));
        Ensemble newest = Ensemble.Load(RunFiles.Checkpoint(stopped.Folder));
        Assert.Equal(newest[0].Feature(3).ToArray(), stopped.Ensemble[0].Feature(3).ToArray());
        Assert.NotEqual(Ensemble.Load(Path.Combine(stopped.Folder, "model.safetensors"))[0].Feature(3).ToArray(), stopped.Ensemble[0].Feature(3).ToArray());
    }

    [Fact]
    public async Task A_finished_run_resumed_is_left_as_it_is()
    {
        using Run run = await TrainAsync("run", Options, threads: 1);
        var before = Directory.GetFiles(run.Folder).ToDictionary(path => path, File.ReadAllBytes, StringComparer.Ordinal);
        using Run again = await TrainAsync("run", Options, threads: 1, resume: true);
        Assert.Equal(before, Directory.GetFiles(run.Folder).ToDictionary(path => path, File.ReadAllBytes, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_run_that_has_nothing_but_its_record_starts_from_the_beginning()
    {
        using Run whole = await TrainAsync("whole", Options, threads: 1);
        await StopAsync("parts", Options, steps: 4);
        File.Delete(RunFiles.Checkpoint(_folder.File("parts")));
        using (Run stopped = Run.Open(_folder.File("parts")))
            Assert.Contains("before its first checkpoint", Assert.Throws<InputException>(() => stopped.Ensemble).Message, StringComparison.Ordinal);
        using Run resumed = await TrainAsync("parts", Options, threads: 1, resume: true);
        AssertSame(whole, resumed);
    }

    [Fact]
    public async Task What_a_killed_process_leaves_does_not_hinder_the_next()
    {
        using Run whole = await TrainAsync("whole", Options, threads: 1);
        string folder = Directory.CreateDirectory(_folder.File("killed")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, ".lock"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "run.json.tmp-1"), "{ \"formatVer", TestContext.Current.CancellationToken);
        await StopAsync("killed", Options, steps: 7);
        foreach (string name in new[] { "run.json", "checkpoint.safetensors", "model.safetensors", "history.csv" })
            await File.WriteAllTextAsync(Path.Combine(folder, name + ".tmp-1"), "half", TestContext.Current.CancellationToken);
        using Run resumed = await TrainAsync("killed", Options, threads: 1, resume: true);
        AssertSame(whole, resumed);
        Assert.DoesNotContain(Directory.GetFiles(folder), path => path.Contains(".tmp-", StringComparison.Ordinal) || path.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_that_is_empty_or_missing_is_trained_into_even_when_resuming(bool exists)
    {
        if (exists)
            Directory.CreateDirectory(_folder.File("run"));
        using Run run = await TrainAsync("run", Options with { Epochs = 1 }, threads: 1, resume: true);
        Assert.True(run.Record.Finished);
        Assert.Equal(StepsPerEpoch, run.Record.Steps);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_trainings_into_one_folder_do_not_mix(bool resume)
    {
        Exception? second = null;
        var progress = new Direct(_ => second ??= Record.Exception(() => TrainAsync("run", Options, threads: 1, resume: resume).GetAwaiter().GetResult()));
        using Run first = await Run.TrainAsync(_folder.File("run"), _train, Options, _test, new Execution { Threads = 1 }, progress: progress,
            cancellation: TestContext.Current.CancellationToken);
        Assert.NotNull(second);
        Assert.Contains($"'{first.Folder}'", second.Message, StringComparison.Ordinal);
        Assert.True(second is InputException or IOException);
        using Run alone = await TrainAsync("alone", Options, threads: 1);
        AssertSame(alone, first);
    }

    [Fact]
    public async Task A_run_is_not_resumed_past_fewer_epochs()
    {
        await StopAsync("run", Options, steps: 12);
        var refused = await Assert.ThrowsAsync<InputException>(() => TrainAsync("run", Options with { Epochs = 1 }, threads: 1, resume: true));
        Assert.Contains("with more", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_cut_short_is_refused_and_kept()
    {
        await StopAsync("run", Options, steps: 4);
        string checkpoint = RunFiles.Checkpoint(_folder.File("run"));
        byte[] cut = File.ReadAllBytes(checkpoint)[..^100];
        await File.WriteAllBytesAsync(checkpoint, cut, TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<InputException>(() => TrainAsync("run", Options, threads: 1, resume: true));
        Assert.Contains(checkpoint, refused.Message, StringComparison.Ordinal);
        Assert.Equal(cut, await File.ReadAllBytesAsync(checkpoint, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_decoder_is_tied_for_as_long_as_was_asked()
    {
        TrainingOptions options = Options with { Untied = true, TiedUntil = 0.6 }; // of 24 steps
        using Run whole = await TrainAsync("whole", options, threads: 1);
        foreach (var (steps, untied) in new[] { (13, false), (14, false), (15, true) })
        {
            await StopAsync("parts", options, steps, resume: true);
            using Run stopped = Run.Open(_folder.File("parts"));
            Assert.Equal(untied, stopped.Ensemble.Options.Untied);
        }
        using Run resumed = await TrainAsync("parts", options, threads: 2, resume: true);
        AssertSame(whole, resumed);
        Assert.True(resumed.Ensemble.Options.Untied);
    }

    [Fact]
    public async Task A_checkpoint_of_another_model_is_refused()
    {
        await StopAsync("tied", Options, steps: 4);
        await StopAsync("own", Options with { Untied = true }, steps: 4);
        File.Copy(RunFiles.Checkpoint(_folder.File("tied")), RunFiles.Checkpoint(_folder.File("own")), overwrite: true);
        var refused = await Assert.ThrowsAsync<InputException>(() => TrainAsync("own", Options with { Untied = true }, threads: 1, resume: true));
        Assert.Contains("another model", refused.Message, StringComparison.Ordinal);
    }

    private static ImageSet Part(ImageSet images, int count) => images.Subset($"{count} of {images.Name}", [.. Enumerable.Range(0, count)]);

    private static void AssertSame(Run expected, Run actual)
    {
        Assert.True(actual.Record.Finished);
        Assert.Equal(RunFiles.Scores(expected.Record), RunFiles.Scores(actual.Record));
        Assert.Equal(expected.Record.Options.Epochs, actual.Record.History.Count);
        Assert.Equal((expected.Record.Steps, expected.Record.Reinitialised), (actual.Record.Steps, actual.Record.Reinitialised));
        Assert.Equal(expected.Record.Evaluation!.Mse, actual.Record.Evaluation!.Mse);
        Assert.Equal(RunFiles.Model(expected.Folder), RunFiles.Model(actual.Folder));
    }

    private Task<Run> TrainAsync(string name, TrainingOptions options, int threads, bool resume = false) => Run.TrainAsync(_folder.File(name), _train, options, _test,
        new Execution { Threads = threads }, resume, cancellation: TestContext.Current.CancellationToken);

    /// <summary>Trains until a number of steps are done, then cancels.</summary>
    private async Task StopAsync(string name, TrainingOptions options, int steps, bool resume = false)
    {
        using var stop = new CancellationTokenSource();
        var progress = new Direct(value =>
        {
            if (value.Step >= steps)
                stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run.TrainAsync(_folder.File(name), _train, options, _test,
            new Execution { Threads = 1, CheckpointInterval = TimeSpan.Zero, ReportInterval = TimeSpan.Zero }, resume, progress, stop.Token));
    }

    private sealed class Direct(Action<TrainingProgress> handle) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => handle(value);
    }
}
