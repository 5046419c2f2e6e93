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

    /// <summary>Whether Pearson, or an error, decides: where these can't show what was learned, there is no verdict (<see cref="ClaimGuard"/>).</summary>
    internal bool ByScore { get; init; }
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
        return ReportCulture.Within(() => ClaimGuard.Apply(record, [.. Codes(record, scores), .. Course(record.History), .. Quality(scores, train, record.Shape)]));
    }

    /// <summary>Whether the run is of what a document is about: 1, digits of MNIST by 784 → 1024, k = 50; 2, colour images of 64×64 by 12288 → 3072, k = 128; both tied.</summary>
    /// <remarks>Elsewhere its claims say nothing of the images: <see cref="Findings"/> does.</remarks>
    public static bool Fits(RunRecord record, int document)
    {
        TrainingOptions paper = document == 1 ? TrainingOptions.PaperMnist : TrainingOptions.PaperImages, run = record.Options;
        ImageShape shape = document == 1 ? new ImageShape(28, 28, 1) : new ImageShape(64, 64, 3);
        return record.Shape == shape && run.Features == paper.Features && run.Rule == paper.Rule && !run.Untied && (document == 2 || IsMnist(record.Train));
    }

    private static bool IsMnist(DataRecord set) => set.Name.Split(':')[0] is "mnist" or "sample" || set.Fingerprint == MnistSource.TrainFingerprint;

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
        Add(record.Train.Images, 60_000, $"training {record.Shape.Noun}");
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
        const string Codes = "the consistency loss makes members' codes similar (a feature's activations in two members correlate above .5 over images, by .1 more than at step 0)";
        const string Features = "the consistency loss makes members learn similar features (matched one to one their mean |cosine| is above .7, by .1 more than at step 0)";
        if (scores.Consistency is not { } consistency)
        {
            yield return NotMeasured("2.2", Codes, "one member: nothing to compare");
            yield return NotMeasured("2.1", Features, "one member: nothing to compare");
            yield break;
        }
        if (double.IsNaN(consistency.ActiveInCommon))
        {
            yield return NotMeasured("2.2", Codes, Earlier);
            yield return NotMeasured("2.1", Features, Earlier);
            yield break;
        }
        string weight = record.Options.Consistency == 0 ? "there was no such loss: λ = 0" : $"at λ = {record.Options.Consistency}";
        ConsistencyScores start = record.Start?.Consistency ?? new ConsistencyScores();
        Verdict Similar(double value, double least, double atStart) => record.Options.Consistency == 0 ? Verdict.NotMeasured : Is(value > least && !(value < atStart + 0.1));
        yield return Defined(new("2.2", Codes, $"correlation {consistency.ActivationCorrelation:F2}{AtStart(start.ActivationCorrelation)}; {consistency.ActiveInCommon:P0} of a code's features " +
            $"active in both members (by chance {consistency.ActiveInCommonByChance:P0}), {weight}", Similar(consistency.ActivationCorrelation, 0.5, start.ActivationCorrelation)),
            consistency.ActivationCorrelation);
        yield return Defined(new("2.1", Features, $"|cosine| {consistency.PwMcc:F2}{AtStart(start.PwMcc)}; {consistency.MatchedToOwnNumber:P0} matched to their own number, {weight}",
            Similar(consistency.PwMcc, 0.7, start.PwMcc)), consistency.PwMcc);

        static string AtStart(double value) => double.IsFinite(value) ? $" (step 0: {value:F2})" : "";
    }

    private const string Earlier = "an earlier version of tangram evaluated this run by cosines, which mostly compare the members' means; 'tangram evaluate' measures it";

    private static IEnumerable<PaperClaim> Course(IReadOnlyList<HistoryRow> history)
    {
        const string Rises = "quality rises steadily (Pearson higher after every epoch)", Ends = "Pearson about .97 in epochs 4 and 5 (within .005)";
        const string Settles = "Pearson has settled in epochs 4 and 5 (changes by less than .001)";
        const string Fits = "no overfitting (held-out MSE falls every epoch and ends within 5 % of training MSE)";
        double[] pearson = [.. history.Select(row => row.TestPearson)];
        string length = $"the run has {Plural(pearson.Length, "epoch")}";
        double known = pearson.Sum();
        yield return Scored(new("4.1", "Pearson > .96 after the first epoch", $"{pearson[0]:F4}", Is(pearson[0] > 0.96)), pearson[0]);
        yield return pearson.Length < 2 ? NotMeasured("4.1", Rises, length)
            : Scored(new("4.1", Rises, string.Join(" ", pearson.Select(value => $"{value:F4}")),
                Is(pearson.Zip(pearson.Skip(1), (a, b) => b > a).All(rises => rises))), known);
        if (pearson.Length < 5)
        {
            yield return NotMeasured("4.1", Ends, length);
            yield return NotMeasured("4.1", Settles, length);
        }
        else
        {
            yield return Scored(new("4.1", Ends, $"{pearson[3]:F4}, {pearson[4]:F4}",
                Is(pearson[3..5].All(value => Math.Abs(value - 0.97) <= 0.005))),
                known);
            yield return Scored(new("4.1", Settles, $"{pearson[4] - pearson[3]:+.0000;-.0000}", Is(Math.Abs(pearson[4] - pearson[3]) < 0.001)),
                known);
        }
        bool falls = history.Zip(history.Skip(1), (a, b) => b.TestMse < a.TestMse).All(yes => yes);
        double gap = history[^1].TestMse / history[^1].TrainMse;
        yield return pearson.Length < 2 ? NotMeasured("4.1", Fits, length)
            : Scored(new("4.1", Fits, $"held-out / training MSE {gap:F3}, {(falls ? "falling" : "not falling")} every epoch",
                Is(falls && gap <= 1.05)),
                gap);
    }

    private static IEnumerable<PaperClaim> Quality(Scores scores, Scores train, ImageShape shape)
    {
        yield return Scored(new("4.1", "mean Pearson about .97 (at least .965)",
            $"{scores.Pearson:F4} ({train.Pearson:F4} on training {shape.Noun}s), MSE {ErrorText.Of(scores.Mse)}", Is(scores.Pearson >= 0.965)), scores.Pearson);
        const string Kept = "reconstructions keep the key structure and details (mean SSIM at least .9)";
        yield return scores.Ssim is { } ssim ? Scored(new("4.1", Kept, $"SSIM {ssim:F3}, PSNR {scores.Psnr:F1} dB", Is(ssim >= 0.9)), ssim)
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
        yield return Scored(new("4.1", High, $"{worst.Pearson:F4} (class {worst.Class}) … {best.Pearson:F4} (class {best.Class})", Is(worst.Pearson >= 0.95)), worst.Pearson);
        ClassScores least = classes.MinBy(one => one.Mse)!, most = classes.MaxBy(one => one.Mse)!;
        yield return Scored(new("4.1", Even, $"{most.Mse / least.Mse:F1} times ({ErrorText.Of(least.Mse)}, class {least.Class} … {ErrorText.Of(most.Mse)}, class {most.Class})",
            Is(most.Mse <= 2 * least.Mse)), most.Mse);
    }

    internal const string NoClasses = "there are no labels of at least two classes";

    internal static PaperClaim NotMeasured(string section, string claim, string reason) => new(section, claim, reason, Verdict.NotMeasured);

    /// <summary>A claim about a figure that may have no value: blank images have no correlation, and dead features no cosine.</summary>
    private static PaperClaim Defined(PaperClaim claim, double figure) =>
        double.IsNaN(figure) ? NotMeasured(claim.Section, claim.Claim, "it has no value: nothing varies, or no feature is active") : claim;

    /// <summary>The same, about a figure that only a telling score can show.</summary>
    private static PaperClaim Scored(PaperClaim claim, double figure) => Defined(claim with { ByScore = true }, figure);

    private static Verdict Is(bool shown) => shown ? Verdict.Reproduced : Verdict.NotReproduced;
}
