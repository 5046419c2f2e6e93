namespace Tangram;

/// <summary>What a run says of a claim.</summary>
public enum Verdict
{
    /// <summary>The run shows it.</summary>
    Reproduced,

    /// <summary>The run shows otherwise.</summary>
    NotReproduced,

    /// <summary>The source contradicts itself, so no run can show it.</summary>
    InconsistentInSource,
}

/// <summary>A claim of the paper beside what a run measured.</summary>
/// <param name="Section">Where the paper makes it.</param>
/// <param name="Claim">The claim, and in brackets what is taken as showing it.</param>
/// <param name="Measured">What the run measured.</param>
/// <param name="Verdict">The outcome.</param>
public sealed record PaperClaim(string Section, string Claim, string Measured, Verdict Verdict);

/// <summary>The claims of sections 2, 3 and 4.1 of the first source document ("MNIST稀疏自编码器实验报告"), checked against a finished run.</summary>
public static class PaperClaims
{
    /// <summary>Checks what the run's length and labels allow to check.</summary>
    /// <exception cref="InputException">The run isn't finished.</exception>
    public static IReadOnlyList<PaperClaim> Check(RunRecord record)
    {
        if (record.Evaluation is not { } scores || record.TrainEvaluation is not { } train)
            throw new InputException("The run isn't finished; resume it first.");
        return [.. Codes(record, scores), .. Course(record.History), .. Quality(scores, train)];
    }

    private static IEnumerable<PaperClaim> Codes(RunRecord record, Scores scores)
    {
        int features = record.Options.Features, inputs = record.Shape.Length;
        double share = scores.L0.Mean / features;
        yield return new("2.1", "k of the features are non-zero in every code (exactly k)",
            $"{scores.L0.Min:F0} … {scores.L0.Max:F0} of {features}, mean {scores.L0.Mean:F2}",
            Is(record.Options.Rule is SparsityRule.TopK { K: var k } && scores.L0.Min == k && scores.L0.Max == k));
        yield return new("4.1", "about 5 % of \"the input space's features\" are active",
            $"{share:P1} of the features, {scores.L0.Mean / inputs:P1} of the input's dimensions", Verdict.InconsistentInSource);
        yield return new("4.3", "about 5 % of the features are active (4.5 … 5.5 %)", $"{share:P1}", Is(share is >= 0.045 and <= 0.055));
        long tied = (long)features * inputs;
        yield return new("2.2", "tied weights have fewer parameters (half)", $"{tied:N0} a member, {2 * tied:N0} untied", Verdict.Reproduced);
        if (scores.Consistency is { } consistency)
        {
            yield return new("2.2", "the consistency loss makes members' codes similar (cosine of codes > .5; independent ones: 0)",
                $"cosine {consistency.CodeCosine:F3} at λ = {record.Options.Consistency}", Is(consistency.CodeCosine > 0.5));
            yield return new("2.1", "the consistency loss makes members learn similar features (cosine of matched features > .5; independent ones: 0)",
                $"cosine {consistency.MatchedCosine:F3} at λ = {record.Options.Consistency}", Is(consistency.MatchedCosine > 0.5));
        }
    }

    private static IEnumerable<PaperClaim> Course(IReadOnlyList<HistoryRow> history)
    {
        double[] pearson = [.. history.Select(row => row.TestPearson)];
        yield return new("4.1", "Pearson > .96 after the first epoch", $"{pearson[0]:F4}", Is(pearson[0] > 0.96));
        if (pearson.Length < 2)
            yield break;
        string course = string.Join(" ", pearson.Select(value => $"{value:F4}"));
        yield return new("4.1", "quality rises steadily (Pearson higher after every epoch)", course, Is(pearson.Zip(pearson.Skip(1), (a, b) => b > a).All(rises => rises)));
        if (pearson.Length >= 5)
        {
            yield return new("4.1", "Pearson about .97 in epochs 4 and 5 (within .005)", $"{pearson[3]:F4}, {pearson[4]:F4}",
                Is(pearson[3..5].All(value => Math.Abs(value - 0.97) <= 0.005)));
            yield return new("4.1", "Pearson has settled in epochs 4 and 5 (changes by less than .001)", $"{pearson[4] - pearson[3]:+.0000;-.0000}",
                Is(Math.Abs(pearson[4] - pearson[3]) < 0.001));
        }
        bool falls = history.Zip(history.Skip(1), (a, b) => b.TestMse < a.TestMse).All(yes => yes);
        double gap = history[^1].TestMse / history[^1].TrainMse;
        yield return new("4.1", "no overfitting (held-out MSE falls every epoch and ends within 5 % of training MSE)",
            $"held-out / training MSE {gap:F3}, {(falls ? "falling" : "not falling")} every epoch", Is(falls && gap <= 1.05));
    }

    private static IEnumerable<PaperClaim> Quality(Scores scores, Scores train)
    {
        yield return new("4.1", "mean Pearson about .97 (at least .965)", $"{scores.Pearson:F4} ({train.Pearson:F4} on training images), MSE {scores.Mse:F5}",
            Is(scores.Pearson >= 0.965));
        if (scores.PerClass.Count < 2)
            yield break;
        ClassScores worst = scores.PerClass.MinBy(one => one.Pearson)!, best = scores.PerClass.MaxBy(one => one.Pearson)!;
        yield return new("4.1", "quality is high for every class (each Pearson at least .95)",
            $"{worst.Pearson:F4} (class {worst.Class}) … {best.Pearson:F4} (class {best.Class})", Is(worst.Pearson >= 0.95));
        double ratio = scores.PerClass.Max(one => one.Mse) / scores.PerClass.Min(one => one.Mse);
        yield return new("4.1", "quality is even over classes (largest MSE at most twice the smallest)", $"{ratio:F1} times", Is(ratio <= 2));
    }

    private static Verdict Is(bool shown) => shown ? Verdict.Reproduced : Verdict.NotReproduced;
}
