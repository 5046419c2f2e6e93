namespace Tangram.Tests;

public sealed class SweepTests : IDisposable
{
    private static readonly int[] Ks = [8, 2, 4];

    private static readonly TrainingOptions Options = TrainingOptions.PaperMnist with
    {
        Members = 1,
        Epochs = 2,
        Features = 24,
        Batch = 32,
        Rule = new SparsityRule.TopK(1),
        Reinitialisation = new ReinitialisationOptions { Window = 3 },
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _train = ImageSet.Open("sample:test"), _heldOut = ImageSet.Open("sample").Subset("held out", [.. Enumerable.Range(0, 60)]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sweep_stopped_in_the_middle_of_a_run_goes_on_to_the_same_bits()
    {
        await TrainAsync("whole");
        using (TrainingSweep sweep = Open("parts"))
        {
            Assert.Equal([2, 4, 8], sweep.Remaining);
            (await sweep.TrainAsync(2, new Execution { Threads = 1 }, cancellation: TestContext.Current.CancellationToken)).Dispose();
            using var stop = new CancellationTokenSource();
            var progress = new Stopper(stop, step: 20);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sweep.TrainAsync(4, new Execution { Threads = 1, ReportInterval = TimeSpan.Zero }, progress, stop.Token));
            Assert.Equal([4, 8], sweep.Remaining);
        }
        Assert.True(File.Exists(RunFiles.Checkpoint(_folder.File("parts/k-4"))));
        DateTime done = File.GetLastWriteTimeUtc(_folder.File("parts/k-2/model.safetensors"));
        await TrainAsync("parts", threads: 2);
        Assert.Equal(done, File.GetLastWriteTimeUtc(_folder.File("parts/k-2/model.safetensors")));
        foreach (int k in Ks)
            Assert.Equal(RunFiles.Model(_folder.File($"whole/k-{k}")), RunFiles.Model(_folder.File($"parts/k-{k}")));
        Assert.Equal(File.ReadAllText(_folder.File("whole/sweep.json")), File.ReadAllText(_folder.File("parts/sweep.json")));
        Assert.Equal(File.ReadAllText(_folder.File("whole/sweep.svg")), File.ReadAllText(_folder.File("parts/sweep.svg")));
    }

    [Fact]
    public async Task Results_are_those_of_the_runs_and_more_k_may_be_added()
    {
        await TrainAsync("sweep");
        using TrainingSweep more = TrainingSweep.Open(_folder.File("sweep"), [16, 4], _train, _heldOut, Options);
        Assert.Equal([16], more.Remaining);
        (await more.TrainAsync(16, new Execution { Threads = 1 }, cancellation: TestContext.Current.CancellationToken)).Dispose();
        Assert.Equal([2, 4, 8, 16], more.Record.Trained!.Results.Select(result => result.K));
        foreach (SweepResult result in more.Record.Trained.Results)
        {
            using Run run = Run.Open(more.RunFolder(result.K));
            Assert.Equal(new SparsityRule.TopK(result.K), run.Record.Options.Rule);
            Assert.Equal(SweepResult.Of(result.K, 24, run.Record.Evaluation!), result);
            Assert.Equal(result.K, result.L0, 1e-12);
        }
        Assert.Equal(4 * 6, Marks(more.Figure, "<circle") - 1); // a mark for each k in six charts, and one in the legend
    }

    [Fact]
    public async Task Another_sweep_is_refused_once_something_is_trained()
    {
        using (Open("sweep", Options with { Epochs = 7 }))
        {
            // Nothing is trained yet: the options can still be put right.
        }
        await TrainAsync("sweep");
        Assert.Contains("with other options", Refuse(Options with { Epochs = 3 }, _train, _heldOut), StringComparison.Ordinal);
        Assert.Contains("with other options", Refuse(Options with { Rule = new SparsityRule.TopK(1, Rectified: true) }, _train, _heldOut), StringComparison.Ordinal);
        Assert.Contains("of other images", Refuse(Options, _heldOut, _heldOut), StringComparison.Ordinal);
        Assert.Contains("of other images", Refuse(Options, _train, _train), StringComparison.Ordinal);
        Open("sweep", Options with { Rule = new SparsityRule.TopK(24) }).Dispose(); // its own k has no say

        string Refuse(TrainingOptions options, ImageSet train, ImageSet heldOut)
        {
            string message = Assert.Throws<InputException>(() => TrainingSweep.Open(_folder.File("sweep"), Ks, train, heldOut, options)).Message;
            Assert.Contains("give another --out", message, StringComparison.Ordinal);
            return message;
        }
    }

    [Theory]
    [InlineData("k = 0 is impossible with 24 features", 4, 0)]
    [InlineData("k = 25 is impossible with 24 features", 4, 25)]
    [InlineData("k = 4 is given twice", 4, 2, 4)]
    [InlineData("needs numbers of active features")]
    public void Impossible_k_are_refused_before_anything_is_written(string message, params int[] ks)
    {
        Assert.Contains(message, Assert.Throws<InputException>(() => TrainingSweep.Open(_folder.File("sweep"), ks, _train, _heldOut, Options)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Folders_that_are_no_sweeps_are_left_alone()
    {
        Directory.CreateDirectory(_folder.File("full"));
        File.WriteAllText(_folder.File("full/notes.txt"), "");
        Assert.Contains("holds no sweep", Assert.Throws<InputException>(() => Open("full")).Message, StringComparison.Ordinal);
        Assert.Contains("is a file", Assert.Throws<InputException>(() => Open("full/notes.txt")).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.File("damaged"));
        File.WriteAllText(_folder.File("damaged/sweep.json"), "{");
        Assert.Contains("sweep.json' is damaged", Assert.Throws<InputException>(() => Open("damaged")).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("damaged/sweep.json"), "{\"formatVersion\":99}");
        Assert.Contains("has format 99", Assert.Throws<InputException>(() => Open("damaged")).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.File("killed"));
        File.WriteAllText(_folder.File("killed/sweep.json.tmp-1"), "{"); // a process died before its first file
        File.WriteAllText(_folder.File("killed/.lock"), "");
        using TrainingSweep sweep = Open("killed");
        Assert.Contains("another process", Assert.Throws<IOException>(() => Open("killed")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_dictionary_encodes_with_each_k_as_it_is_evaluated_with_it()
    {
        await TrainAsync("sweep");
        using Run run = Run.Open(_folder.File("sweep/k-8"));
        using (EncodingSweep first = EncodingSweep.Open(_folder.File("sweep"), [8, 3], run, _heldOut))
        {
            first.Encode(8, threads: 1, cancellation: TestContext.Current.CancellationToken);
            Assert.Equal([3], first.Remaining);
            Assert.Throws<OperationCanceledException>(() => first.Encode(3, cancellation: new CancellationToken(canceled: true)));
        }
        using EncodingSweep sweep = EncodingSweep.Open(_folder.File("sweep"), [3, 8, 24], run, _heldOut);
        Assert.Equal([3, 24], sweep.Remaining);
        foreach (int k in sweep.Remaining)
            sweep.Encode(k, threads: 2, cancellation: TestContext.Current.CancellationToken);
        Assert.Empty(sweep.Remaining);
        IReadOnlyList<SweepResult> results = sweep.Record.Encoded!.Results, trained = sweep.Record.Trained!.Results;
        Assert.Equal([3, 8, 24], results.Select(result => result.K));
        Assert.Equal(trained.Single(result => result.K == 8), results[1]); // the k that it was trained with
        Assert.Equal(SweepResult.Of(3, 24, Make.Scores(run.Ensemble.WithRule(new SparsityRule.TopK(3)), _heldOut)), results[0]);
        Assert.Equal(3 * 6, Marks(sweep.Figure, "height=\"8\" class=\"f1\"") - 1);
        Assert.Contains("one dictionary, encoded with each k", File.ReadAllText(sweep.Figure), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_run_other_images_and_unfinished_runs_are_refused()
    {
        await TrainAsync("sweep");
        using Run run = Run.Open(_folder.File("sweep/k-8")), other = Run.Open(_folder.File("sweep/k-4"));
        using (EncodingSweep sweep = EncodingSweep.Open(_folder.File("encoded"), [3], run, _heldOut))
            sweep.Encode(3, cancellation: TestContext.Current.CancellationToken);
        Assert.Contains("of another run", Assert.Throws<InputException>(() => EncodingSweep.Open(_folder.File("encoded"), [3], other, _heldOut)).Message, StringComparison.Ordinal);
        Assert.Contains("holds other images", Assert.Throws<InputException>(() => EncodingSweep.Open(_folder.File("encoded"), [3], run, _train)).Message, StringComparison.Ordinal);
        Assert.Contains("k = 25 is impossible", Assert.Throws<InputException>(() => EncodingSweep.Open(_folder.File("new"), [25], run, _heldOut)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("new")));
    }

    [Fact]
    public void A_figure_has_a_chart_for_a_single_k_and_for_rows_without_scores()
    {
        var result = new SweepResult(5, 1000, double.NaN, double.NaN, 1e9, null, null, double.NaN, 0, 1);
        DataRecord data = DataRecord.Of(_train);
        string svg = SweepFigure.Create(new SweepRecord { Encoded = new SweepSeries { Train = data, Evaluated = data, Options = Options, Results = [result] } }).ToString();
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.Contains(">0.50</text>", svg, StringComparison.Ordinal); // k / F in per cent
    }

    private TrainingSweep Open(string folder, TrainingOptions? options = null) => TrainingSweep.Open(_folder.File(folder), Ks, _train, _heldOut, options ?? Options);

    private async Task TrainAsync(string folder, int threads = 1)
    {
        using TrainingSweep sweep = Open(folder);
        foreach (int k in sweep.Remaining)
            (await sweep.TrainAsync(k, new Execution { Threads = threads }, cancellation: TestContext.Current.CancellationToken)).Dispose();
        Assert.Empty(sweep.Remaining);
    }

    private static int Marks(string figure, string mark) => File.ReadAllText(figure).Split(mark).Length - 1;

    /// <summary>Cancels after a step.</summary>
    private sealed class Stopper(CancellationTokenSource source, long step) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= step)
                source.Cancel();
        }
    }
}
