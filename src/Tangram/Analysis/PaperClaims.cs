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

    /// <summary>The claim names things, such as feature numbers, that depend on the initialisation.</summary>
    NotComparable,

    /// <summary>This run can't show it: it is too short, has one member, or its images have no labels.</summary>
    NotMeasured,
}

/// <summary>A claim of the paper beside what a run measured.</summary>
/// <param name="Section">Where the paper makes it.</param>
/// <param name="Claim">The claim, and in brackets what is taken as showing it.</param>
/// <param name="Measured">What the run measured, or why it couldn't.</param>
/// <param name="Verdict">The outcome.</param>
public sealed record PaperClaim(string Section, string Claim, string Measured, Verdict Verdict)
{
    /// <summary>Which of the two source documents makes it: 1, about MNIST, or 2, about colour images.</summary>
    public int Document { get; init; } = 1;
}

/// <summary>The claims of sections 2, 3 and 4.1 of the first source document ("MNIST稀疏自编码器实验报告"), checked against a finished run.</summary>
public static class PaperClaims
{
    /// <summary>Checks every claim; what the run can't show is there too, with the reason.</summary>
    /// <exception cref="InputException">The run isn't finished.</exception>
    public static IReadOnlyList<PaperClaim> Check(RunRecord record)
    {
        if (record.Evaluation is not { } scores || record.TrainEvaluation is not { } train)
            throw new InputException("The run isn't finished; resume it first.");
        return ReportCulture.Within<IReadOnlyList<PaperClaim>>(() => [.. Codes(record, scores), .. Course(record.History), .. Quality(scores, train)]);
    }

    /// <summary>
    /// In what the run isn't the paper's: "3 epochs instead of 5" and the like. Empty when its claims are tested as they were made.
    /// </summary>
    public static IReadOnlyList<string> Differences(RunRecord record)
    {
        TrainingOptions run = record.Options, paper = TrainingOptions.PaperMnist;
        var differences = new List<string>();
        if (record.Shape != new ImageShape(28, 28, 1))
            differences.Add($"{(record.Shape.IsImage ? $"images of {record.Shape}" : $"{record.Shape}")} instead of {(record.Shape.IsImage ? "" : "images of ")}28×28");
        // MNIST may come from files of any name, so only another known set is told by its name.
        string set = record.Train.Name.Split(':')[0];
        if (DataCatalog.List.Any(one => one.Name == set) && set != "mnist")
            differences.Add($"{set} instead of mnist");
        Add(record.Train.Images, 60_000, "training image");
        Add(run.Features, paper.Features, "feature");
        if (run.Rule != paper.Rule)
            differences.AddRange(RuleDifferences(run.Rule));
        Add(run.Members, paper.Members, "member");
        if (run.Consistency == 0 && run.Members > 1)
            differences.Add("no consistency loss");
        Add(run.Epochs, paper.Epochs, "epoch");
        if (run.Batch != paper.Batch)
            differences.Add($"batches of {run.Batch:N0} instead of {paper.Batch}");
        if (run.LearningRate != paper.LearningRate)
            differences.Add($"a learning rate of {run.LearningRate} instead of {paper.LearningRate}");
        differences.AddRange(ModelDifferences(run));
        differences.AddRange(CourseDifferences(run));
        return differences;

        void Add(int value, int papers, string unit)
        {
            if (value != papers)
                differences.Add($"{Plural(value, unit)} instead of {papers:N0}");
        }
    }

    private static IEnumerable<string> RuleDifferences(SparsityRule rule)
    {
        if (rule is not SparsityRule.TopK topK)
        {
            yield return "another rule of selection instead of TopK";
            yield break;
        }
        if (topK.K != 50)
            yield return $"{(topK.Rectified ? "up to " : "")}{topK.K:N0} active features instead of 50";
        if (topK.Rectified)
            yield return "positive activations only (ReLU)";
    }

    private static IEnumerable<string> ModelDifferences(TrainingOptions run)
    {
        if (run.Untied)
            yield return "a decoder of its own instead of tied weights";
        if (run.PreBias != PreBiasStart.None)
            yield return "a pre-bias";
        if (run.EncoderBias)
            yield return "an encoder bias";
        if (run.UnitRows)
            yield return "decoder rows of length 1";
    }

    private static IEnumerable<string> CourseDifferences(TrainingOptions run)
    {
        if (run.Initialisation != Initialisation.Orthogonal)
            yield return $"features that start as {InitialisationWords.Of(run.Initialisation)}";
        if (run.WarmUp > 0)
            yield return $"a rate that rises over the first {run.WarmUp * 100:0.##} % of the steps";
        if (run.Decay > 0)
            yield return $"a rate that falls over the last {run.Decay * 100:0.##} % of the steps";
        if (run.Auxiliary.Weight > 0)
            yield return "an auxiliary term for inactive features";
        if (run.Reinitialisation.Window == 0)
            yield return "no re-initialisation";
        if (run.MaximumNorm > 0)
            yield return "gradients of bounded norm";
        if (run.AverageDecay > 0)
            yield return "averaged parameters";
    }

    /// <summary>"1 epoch", "5 epochs".</summary>
    internal static string Plural(long count, string unit) => $"{count:N0} {unit}{(count == 1 ? "" : "s")}";

    private static IEnumerable<PaperClaim> Codes(RunRecord record, Scores scores)
    {
        int features = record.Options.Features, inputs = record.Shape.Length;
        double share = scores.L0.Mean / features;
        yield return new("2.1, 4.3", "k of the features are non-zero in every code (exactly k)",
            $"{scores.L0.Min:F0} … {scores.L0.Max:F0} of {features:N0}, mean {scores.L0.Mean:F2}",
            Is(record.Options.Rule is SparsityRule.TopK { K: var k } && scores.L0.Min == k && scores.L0.Max == k));
        yield return new("4.1", "about 5 % of \"the input space's features\" are active",
            $"{share:P1} of the features, {scores.L0.Mean / inputs:P1} of the input's dimensions", Verdict.InconsistentInSource);
        yield return new("4.3", "about 5 % of the features are active (4.5 … 5.5 %)", $"{share:P1}", Is(share is >= 0.045 and <= 0.055));
        long tied = (long)features * inputs;
        yield return new("2.2", "tied weights have fewer parameters (half)", record.Options.Untied
            ? $"{2 * tied:N0} in this run's encoder and decoder, {tied:N0} tied" : $"{tied:N0} a member, {2 * tied:N0} untied", Verdict.Reproduced);
        const string Codes = "the consistency loss makes members' codes similar (cosine of codes > .5; about .03 at λ = 0)";
        const string Features = "the consistency loss makes members learn similar features (cosine of matched features > .5; below .01 at λ = 0)";
        if (scores.Consistency is not { } consistency)
        {
            yield return NotMeasured("2.2", Codes, "one member: nothing to compare");
            yield return NotMeasured("2.1", Features, "one member: nothing to compare");
            yield break;
        }
        string weight = record.Options.Consistency == 0 ? "there was no such loss: λ = 0" : $"at λ = {record.Options.Consistency}";
        Verdict Similar(double cosine) => record.Options.Consistency == 0 ? Verdict.NotMeasured : Is(cosine > 0.5);
        yield return Defined(new("2.2", Codes, $"cosine {consistency.CodeCosine:F3}, {weight}", Similar(consistency.CodeCosine)),
            consistency.CodeCosine);
        yield return Defined(new("2.1", Features, $"cosine {consistency.MatchedCosine:F3}, {weight}", Similar(consistency.MatchedCosine)),
            consistency.MatchedCosine);
    }

    private static IEnumerable<PaperClaim> Course(IReadOnlyList<HistoryRow> history)
    {
        const string Rises = "quality rises steadily (Pearson higher after every epoch)", Ends = "Pearson about .97 in epochs 4 and 5 (within .005)";
        const string Settles = "Pearson has settled in epochs 4 and 5 (changes by less than .001)";
        const string Fits = "no overfitting (held-out MSE falls every epoch and ends within 5 % of training MSE)";
        double[] pearson = [.. history.Select(row => row.TestPearson)];
        string length = $"the run has {Plural(pearson.Length, "epoch")}";
        double known = pearson.Sum();
        yield return Defined(new("4.1", "Pearson > .96 after the first epoch", $"{pearson[0]:F4}", Is(pearson[0] > 0.96)), pearson[0]);
        yield return pearson.Length < 2 ? NotMeasured("4.1", Rises, length)
            : Defined(new("4.1", Rises, string.Join(" ", pearson.Select(value => $"{value:F4}")),
                Is(pearson.Zip(pearson.Skip(1), (a, b) => b > a).All(rises => rises))), known);
        if (pearson.Length < 5)
        {
            yield return NotMeasured("4.1", Ends, length);
            yield return NotMeasured("4.1", Settles, length);
        }
        else
        {
            yield return Defined(new("4.1", Ends, $"{pearson[3]:F4}, {pearson[4]:F4}",
                Is(pearson[3..5].All(value => Math.Abs(value - 0.97) <= 0.005))),
                known);
            yield return Defined(new("4.1", Settles, $"{pearson[4] - pearson[3]:+.0000;-.0000}", Is(Math.Abs(pearson[4] - pearson[3]) < 0.001)),
                known);
        }
        bool falls = history.Zip(history.Skip(1), (a, b) => b.TestMse < a.TestMse).All(yes => yes);
        double gap = history[^1].TestMse / history[^1].TrainMse;
        yield return pearson.Length < 2 ? NotMeasured("4.1", Fits, length)
            : Defined(new("4.1", Fits, $"held-out / training MSE {gap:F3}, {(falls ? "falling" : "not falling")} every epoch",
                Is(falls && gap <= 1.05)),
                gap);
    }

    private static IEnumerable<PaperClaim> Quality(Scores scores, Scores train)
    {
        yield return Defined(new("4.1", "mean Pearson about .97 (at least .965)",
            $"{scores.Pearson:F4} ({train.Pearson:F4} on training images), MSE {ErrorText.Of(scores.Mse)}", Is(scores.Pearson >= 0.965)), scores.Pearson);
        const string Kept = "reconstructions keep the key structure and details (mean SSIM at least .9)";
        yield return scores.Ssim is { } ssim ? new("4.1", Kept, $"SSIM {ssim:F3}, PSNR {scores.Psnr:F1} dB", Is(ssim >= 0.9))
            : NotMeasured("4.1", Kept, "no SSIM: it needs images of at least 11×11");
        const string High = "quality is high for every class (each Pearson at least .95)",
            Even = "quality is even over classes (largest MSE at most twice the smallest)";
        ClassScores[] classes = [.. scores.PerClass.Where(one => one.Images > 0 && double.IsFinite(one.Pearson))];
        if (classes.Length < 2)
        {
            yield return NotMeasured("4.1", High, NoClasses);
            yield return NotMeasured("4.1", Even, NoClasses);
            yield break;
        }
        ClassScores worst = classes.MinBy(one => one.Pearson)!, best = classes.MaxBy(one => one.Pearson)!;
        yield return new("4.1", High, $"{worst.Pearson:F4} (class {worst.Class}) … {best.Pearson:F4} (class {best.Class})",
            Is(worst.Pearson >= 0.95));
        ClassScores least = classes.MinBy(one => one.Mse)!, most = classes.MaxBy(one => one.Mse)!;
        yield return new("4.1", Even, $"{most.Mse / least.Mse:F1} times ({ErrorText.Of(least.Mse)}, class {least.Class} … {ErrorText.Of(most.Mse)}, class {most.Class})",
            Is(most.Mse <= 2 * least.Mse));
    }

    internal const string NoClasses = "the images have no labels of at least two classes";

    internal static PaperClaim NotMeasured(string section, string claim, string reason) => new(section, claim, reason, Verdict.NotMeasured);

    /// <summary>A claim about a figure that may have no value: blank images have no correlation, and dead features no cosine.</summary>
    private static PaperClaim Defined(PaperClaim claim, double figure) =>
        double.IsNaN(figure) ? NotMeasured(claim.Section, claim.Claim, "it has no value: the images don't vary, or no feature is active") : claim;

    private static Verdict Is(bool shown) => shown ? Verdict.Reproduced : Verdict.NotReproduced;
}
