namespace Tangram;

/// <summary>
/// Quality against sparsity without training: a run's dictionary encodes the images that the run was evaluated on with each k. What is done stays done
/// when it is made anew with the same arguments. More k may be added later.
/// </summary>
public sealed class EncodingSweep : IDisposable
{
    private readonly SweepFolder _folder;
    private readonly Ensemble _ensemble;
    private readonly ImageSet _images;

    private EncodingSweep(SweepFolder folder, IReadOnlyList<int> ks, Ensemble ensemble, ImageSet images) =>
        (_folder, Ks, _ensemble, _images) = (folder, ks, ensemble, images);

    /// <inheritdoc cref="TrainingSweep.Ks"/>
    public IReadOnlyList<int> Ks { get; }

    /// <inheritdoc cref="TrainingSweep.Record"/>
    public SweepRecord Record => _folder.Record;

    /// <inheritdoc cref="TrainingSweep.Remaining"/>
    public IReadOnlyList<int> Remaining => [.. Ks.Where(k => Record.Encoded!.Results.All(result => result.K != k))];

    /// <inheritdoc cref="TrainingSweep.Figure"/>
    public string Figure => _folder.Figure;

    /// <summary>Opens the folder of a sweep, or begins one.</summary>
    /// <param name="folder">New, empty, or a sweep's; it may hold trained runs too.</param>
    /// <param name="ks">Numbers of active features, 1 … F, in any order.</param>
    /// <param name="run">A finished run.</param>
    /// <param name="images">The images that it was evaluated on: the rest it has learned from.</param>
    /// <exception cref="InputException">A k is out of range, the run isn't finished or was evaluated on other images, or the folder holds something else
    /// or a sweep of another run.</exception>
    /// <exception cref="IOException">The folder can't be written, or another process is at work there.</exception>
    public static EncodingSweep Open(string folder, IReadOnlyList<int> ks, Run run, ImageSet images)
    {
        ks = SweepFolder.Sorted(ks);
        Reporter.CheckEvaluated(run, images);
        foreach (int k in ks)
            (run.Ensemble.Options with { Rule = RuleFor(run.Ensemble, k) }).Check();
        SweepFolder opened = SweepFolder.Open(folder);
        try
        {
            SweepSeries series = opened.Continue(opened.Record.Encoded, new SweepSeries
            {
                Train = run.Record.Train,
                Evaluated = run.Record.Test,
                Options = run.Record.Options,
                Run = Path.GetFullPath(run.Folder),
                RunStarted = run.Record.Started,
            });
            opened.Save(opened.Record with { Encoded = series });
            return new EncodingSweep(opened, ks, run.Ensemble, images);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Encodes with one k, and records what it came to.</summary>
    /// <param name="k">One of <see cref="Ks"/>.</param>
    /// <param name="threads">Threads to use; 0: one per processor.</param>
    /// <param name="progress">The number of images done.</param>
    /// <param name="cancellation">Stops between tiles of images.</param>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public SweepResult Encode(int k, int threads = 0, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        Scores scores = _ensemble.WithRule(RuleFor(_ensemble, k)).Evaluate(_images, matching: false, threads: threads, progress: progress, cancellation: cancellation);
        var result = SweepResult.Of(k, _ensemble.Options.Features, scores);
        _folder.Save(Record with { Encoded = Record.Encoded!.With(result) });
        return result;
    }

    /// <inheritdoc cref="TrainingSweep.Dispose"/>
    public void Dispose() => _folder.Dispose();

    private static SparsityRule.TopK RuleFor(Ensemble ensemble, int k) => new(k, ensemble.Options.IsRectified);
}
