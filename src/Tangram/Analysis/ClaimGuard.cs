namespace Tangram;

/// <summary>Whether a run's scores can show what was learned. Where they can't, claims that rest on them get no verdict, but the reason.</summary>
internal static class ClaimGuard
{
    /// <summary>A Pearson that the mean image alone reaches leaves no room to tell anything better.</summary>
    private const double Telling = 0.9;

    /// <summary>Of the error before the first step, what has to go for anything to have been learned.</summary>
    private const double LeastGain = 0.01;

    /// <summary>Why the scores say nothing of what was learned; null where they do.</summary>
    public static string? Doubt(RunRecord record) => record.Evaluation is { } scores ? Doubt(scores, record.Start, record.Shape) : null;

    /// <summary>Takes the verdicts from the claims that scores can't show.</summary>
    public static IReadOnlyList<PaperClaim> Apply(RunRecord record, IReadOnlyList<PaperClaim> claims) => Doubt(record) is not { } doubt ? claims
        : [.. claims.Select(claim => claim.ByScore && claim.Verdict != Verdict.NotMeasured ? claim with { Measured = $"{claim.Measured}; but {doubt}", Verdict = Verdict.NotMeasured } : claim)];

    private static string? Doubt(Scores scores, StartScores? start, ImageShape shape)
    {
        string item = shape.IsImage ? "image" : "row";
        if (!double.IsFinite(scores.Fvu))
            return $"all {item}s are equal, so there is nothing to explain";
        if (scores.PearsonOfMean >= Telling)
            return $"the mean {item} alone has a Pearson of {scores.PearsonOfMean:F4}: it can't show what was learned";
        if (scores.Fvu >= 1)
            return $"reconstructions are further off than the mean {item} is (FVU {scores.Fvu:G4}): nothing was learned";
        return start is { Mse: var before } && scores.Mse > (1 - LeastGain) * before
            ? $"training changed next to nothing: MSE {ErrorText.Of(before, "G4")} before the first step, {ErrorText.Of(scores.Mse, "G4")} after the last"
            : null;
    }
}
