namespace Tangram;

/// <summary>
/// Quality against sparsity by training one run for each k, with otherwise the same options. Made anew with the same arguments it goes on where it was
/// stopped: finished runs stay, an interrupted one continues from its checkpoint, with the same bits. More k may be added later.
/// </summary>
public sealed class TrainingSweep : IDisposable
{
    private readonly SweepFolder _folder;
    private readonly ImageSet _train, _heldOut;
    private readonly TrainingOptions _options;

    private TrainingSweep(SweepFolder folder, IReadOnlyList<int> ks, ImageSet train, ImageSet heldOut, TrainingOptions options) =>
        (_folder, Ks, _train, _heldOut, _options) = (folder, ks, train, heldOut, options);

    /// <summary>The numbers of active features asked for, ascending.</summary>
    public IReadOnlyList<int> Ks { get; }

    /// <summary>What sweep.json says.</summary>
    public SweepRecord Record => _folder.Record;

    /// <summary>The k that aren't done, ascending.</summary>
    public IReadOnlyList<int> Remaining => [.. Ks.Where(k => Record.Trained!.Results.All(result => result.K != k))];

    /// <summary>Path of the figure; it is there once a k is done.</summary>
    public string Figure => _folder.Figure;

    /// <summary>Opens the folder of a sweep, or begins one.</summary>
    /// <param name="folder">New, empty, or a sweep's.</param>
    /// <param name="ks">Numbers of active features, 1 … F, in any order.</param>
    /// <param name="train">The images to learn from.</param>
    /// <param name="heldOut">The images to evaluate on; for choices between k, not those of the test.</param>
    /// <param name="options">The experiment; its own k has no say.</param>
    /// <exception cref="InputException">An option or a k is out of range, or the folder holds something else or a sweep of other options or
    /// images.</exception>
    /// <exception cref="IOException">The folder can't be written, or another process is at work there.</exception>
    public static TrainingSweep Open(string folder, IReadOnlyList<int> ks, ImageSet train, ImageSet heldOut, TrainingOptions options)
    {
        ks = SweepFolder.Sorted(ks);
        foreach (int k in ks)
            WithK(options, k).Check(train.Shape);
        options.ModelFor(train.Shape).CheckShape(heldOut);
        SweepFolder opened = SweepFolder.Open(folder);
        try
        {
            var meant = new SweepSeries { Train = DataRecord.Of(train), Evaluated = DataRecord.Of(heldOut), Options = options };
            SweepSeries series = opened.Continue(opened.Record.Trained, meant);
            opened.Save(opened.Record with { Trained = series });
            return new TrainingSweep(opened, ks, train, heldOut, options);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The folder of one k's run.</summary>
    public string RunFolder(int k) => _folder.RunFolder(k);

    /// <summary>The options of one k's run.</summary>
    public TrainingOptions OptionsFor(int k) => WithK(_options, k);

    /// <summary>Trains one k's run, or continues it, and records what it came to.</summary>
    /// <inheritdoc cref="Run.TrainAsync"/>
    public async Task<Run> TrainAsync(int k, Execution? execution = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        Run run = await Run.TrainAsync(RunFolder(k), _train, OptionsFor(k), _heldOut, execution, resume: true, progress, cancellation);
        _folder.Save(Record with { Trained = Record.Trained!.With(SweepResult.Of(k, _options.Features, run.Record.Evaluation!)) });
        return run;
    }

    /// <summary>Lets other processes use the folder.</summary>
    public void Dispose() => _folder.Dispose();

    private static TrainingOptions WithK(TrainingOptions options, int k) =>
        options with { Rule = new SparsityRule.TopK(k, options.Rule is SparsityRule.TopK { Rectified: true }) };
}
