namespace Tangram;

/// <summary>What one k came to.</summary>
/// <param name="K">Features active in each code; of a rectified rule at most.</param>
/// <param name="Features">Features of the dictionary, F.</param>
/// <param name="Pearson">As in <see cref="MemberScores"/>, and so the rest; means over members.</param>
/// <param name="PearsonAbove90">Share of images whose correlation is above .9.</param>
/// <param name="Mse">Mean squared error.</param>
/// <param name="Psnr">In dB; null for rows that aren't images.</param>
/// <param name="Ssim">Null for rows that aren't images, and for small images.</param>
/// <param name="Fvu">Fraction of variance unexplained.</param>
/// <param name="L0">Mean number of active features.</param>
/// <param name="DeadFraction">Share of features that no image activates.</param>
public sealed record SweepResult(int K, int Features, double Pearson, double PearsonAbove90, double Mse, double? Psnr, double? Ssim, double Fvu,
    double L0, double DeadFraction)
{
    internal static SweepResult Of(int k, int features, Scores scores) =>
        new(k, features, scores.Pearson, scores.PearsonAbove90, scores.Mse, scores.Psnr, scores.Ssim, scores.Fvu, scores.L0.Mean, scores.DeadFraction);
}

/// <summary>Results that differ in k alone.</summary>
public sealed record SweepSeries
{
    /// <summary>The images learned from.</summary>
    public required DataRecord Train { get; init; }

    /// <summary>The images evaluated on.</summary>
    public required DataRecord Evaluated { get; init; }

    /// <summary>The experiment, but for k.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>The folder of the run whose dictionary encoded; null where each k was trained.</summary>
    public string? Run { get; init; }

    /// <summary>When that run began; null where each k was trained.</summary>
    public DateTime? RunStarted { get; init; }

    /// <summary>One per k that is done, k ascending.</summary>
    public IReadOnlyList<SweepResult> Results { get; init; } = [];

    /// <summary>What sets another series apart from this one; null where it is the same but for results.</summary>
    internal string? DifferenceTo(SweepSeries other)
    {
        if (Train.Fingerprint != other.Train.Fingerprint || Evaluated.Fingerprint != other.Evaluated.Fingerprint)
            return "of other images";
        if (Options with { Rule = other.Options.Rule } != other.Options || IsRectified(Options) != IsRectified(other.Options))
            return "with other options";
        return RunStarted == other.RunStarted ? null : "of another run";
    }

    internal SweepSeries With(SweepResult result) =>
        this with { Results = [.. Results.Where(one => one.K != result.K).Append(result).OrderBy(one => one.K)] };

    private static bool IsRectified(TrainingOptions options) => options.Rule is SparsityRule.TopK { Rectified: true };
}

/// <summary>sweep.json: quality against sparsity, as far as it is measured.</summary>
public sealed record SweepRecord
{
    internal const int CurrentFormat = 1;

    /// <summary>Version of this layout.</summary>
    public int FormatVersion { get; init; } = CurrentFormat;

    /// <summary>Runs that were trained, one for each k; null where there are none.</summary>
    public SweepSeries? Trained { get; init; }

    /// <summary>A run's dictionary that encoded with each k; null where there is none.</summary>
    public SweepSeries? Encoded { get; init; }

    /// <exception cref="InputException">No sweep has such a record.</exception>
    internal void Check()
    {
        foreach (SweepSeries series in new[] { Trained, Encoded }.OfType<SweepSeries>())
        {
            if (series.Train.Images < 1 || series.Evaluated.Images < 1 || series.Results.Any(result => result.K < 1 || result.K > result.Features))
                throw new InputException("a count of images, features or active features is impossible");
            if (series.Results.Zip(series.Results.Skip(1)).Any(pair => pair.First.K >= pair.Second.K))
                throw new InputException("results stand out of order or twice");
        }
    }
}
