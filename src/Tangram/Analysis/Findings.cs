namespace Tangram;

/// <summary>What a sentence about a run is of.</summary>
public enum FindingTopic
{
    /// <summary>What is in the images, or rows.</summary>
    Images,

    /// <summary>What their codes keep of them, and what they lose.</summary>
    Lost,

    /// <summary>What to try.</summary>
    Advice,
}

/// <summary>A sentence about a run, for those whose images are their own.</summary>
/// <param name="Topic">What it is of.</param>
/// <param name="Text">The sentence, or a few.</param>
public sealed record Finding(FindingTopic Topic, string Text);

/// <summary>What a finished run says of the images it was made of: the same for any images, beside what training didn't bring.</summary>
public static class Findings
{
    /// <summary>An error counts as flat where it falls by less than this share any more, and as still falling where an epoch takes more than that.</summary>
    private const double Flat = 0.02, Falling = 0.03;

    /// <summary>Held-out error over the error on images learned from, from which pictures are learned by heart.</summary>
    private const double ByHeart = 1.5;

    private const double ManyDead = 0.3;
    private const int NamedClasses = 8;

    /// <summary>What run.json tells.</summary>
    /// <exception cref="InputException">The run isn't finished.</exception>
    public static IReadOnlyList<Finding> Of(RunRecord record) => Of(record, null);

    /// <summary>The same with what a report measured.</summary>
    internal static IReadOnlyList<Finding> Of(RunRecord record, ImageEvidence? evidence)
    {
        if (record.Evaluation is not { } scores)
            throw new InputException("The run isn't finished; resume it first.");
        return ReportCulture.Within<IReadOnlyList<Finding>>(() => [.. Images(record, scores, evidence), .. Lost(record, scores, evidence), .. Advice(record, scores)]);
    }

    private static IEnumerable<Finding> Images(RunRecord record, Scores scores, ImageEvidence? evidence)
    {
        string[] classes = [.. scores.PerClass.Select(one => one.Class)];
        string named = classes.Length < 2 ? "" : $", of {classes.Length:N0} classes ({string.Join(", ", classes.Take(NamedClasses))}{(classes.Length > NamedClasses ? ", …" : "")})";
        yield return new(FindingTopic.Images, $"{record.Shape.Items(record.Train.Images)} of {record.Train.Name} were learned from, {record.Test.Images:N0} of {record.Test.Name} " +
            $"held out{named}; each is {(record.Shape.IsImage ? $"{record.Shape}" : PaperClaims.Plural(record.Shape.Length, "number"))}.");
        if (evidence is null)
            yield break;
        DictionaryStatistics trained = evidence.Trained, untrained = evidence.Untrained;
        (string Kind, double Share)[] kinds = [.. trained.Kinds.Where(kind => kind.Key != "other" && kind.Value >= 0.01).OrderByDescending(kind => kind.Value).Select(kind => (kind.Key, kind.Value))];
        if (trained.Kinds.Count > 0)
        {
            yield return new(FindingTopic.Images, kinds.Length == 0 ? "Hardly a feature responds to edges, textures, colours or regions alone: they are mixtures, or whole pictures."
                : $"Of the features, {string.Join(", ", kinds.Select(kind => $"{kind.Share:P0} respond to {Words(kind.Kind)} (untrained {untrained.Kinds[kind.Kind]:P0})"))}.");
        }
        yield return new(FindingTopic.Images, $"The tenth of the features that is used most has {trained.HeadShare:P0} of all activations (untrained {untrained.HeadShare:P0}).");
        if (trained.ClassAccuracy is { } accuracy)
            yield return new(FindingTopic.Images, $"By their codes, {accuracy:P0} are nearest to the mean of their own class (untrained {untrained.ClassAccuracy:P0}, the most frequent class {trained.ClassChance:P0}).");
    }

    private static string Words(string kind) => kind switch { "edge" => "edges", "texture" => "textures", "colour" => "colours", "region" => "regions", _ => kind };

    private static IEnumerable<Finding> Lost(RunRecord record, Scores scores, ImageEvidence? evidence)
    {
        string item = record.Shape.IsImage ? "image" : "row";
        if (ClaimGuard.Doubt(record) is { } doubt)
            yield return new(FindingTopic.Lost, $"These scores can't show that anything was learned: {doubt}.");
        if (scores.Fvu < 1)
        {
            string start = record.Start is { Fvu: var before } && double.IsFinite(before) ? $" (before training: {(before < 1 ? $"{1 - before:P1}" : "nothing")})" : "";
            yield return new(FindingTopic.Lost, $"With {scores.L0.Mean:N0} of {record.Options.Features:N0} features each, reconstructions keep {1 - scores.Fvu:P1} of what varies between the held-out " +
                $"{item}s{start}; Pearson is {scores.Pearson:F3}, of the mean {item} alone {scores.PearsonOfMean:F3}.");
        }
        ClassScores[] classes = [.. scores.PerClass.Where(one => double.IsFinite(one.Mse)).OrderBy(one => one.Mse)];
        if (classes is [var best, .., var worst])
            yield return new(FindingTopic.Lost, $"{best.Class} is rebuilt best (MSE {ErrorText.Of(best.Mse)}), {worst.Class} worst ({ErrorText.Of(worst.Mse)}): classes of {(record.Shape.IsImage ? "much ink or contrast" : "larger values")} have larger errors.");
        if (evidence is null)
            yield break;
        ReconstructionErrors codes = evidence.Quality.Codes, components = evidence.Quality.Components;
        if (double.IsFinite(components.MeanMse))
        {
            yield return new(FindingTopic.Lost, $"As many numbers ({evidence.Quality.ComponentCount:N0} principal components of the {item}s learned from) leave an MSE of {ErrorText.Of(components.MeanMse)}, " +
                $"codes {ErrorText.Of(codes.MeanMse)}{(codes.MeanMse > components.MeanMse ? ": the dictionary rebuilds worse than a fixed basis" : "")}.");
        }
        if (codes.Bands.Count > 0 && codes.Bands.LastOrDefault(band => double.IsFinite(band.Lost)) is { } finest)
        {
            string colour = codes.Planes.Count > 1 ? $"{Share(codes.Planes.Skip(1).Sum(plane => plane.Mse) / codes.Planes.Skip(1).Sum(plane => plane.Variance))} of colour, " : "";
            yield return new(FindingTopic.Lost, $"What is lost: {Share(codes.Planes[0].Lost)} of brightness, {colour}{Share(finest.Lost)} of the finest detail.");
        }
    }

    /// <summary>An error larger than what there was to lose leaves nothing of it.</summary>
    private static string Share(double lost) => lost >= 1 ? "all" : $"{lost:P0}";

    private static IEnumerable<Finding> Advice(RunRecord record, Scores scores)
    {
        if (record.Found is { HeldOutLearned: > 0 and var shared })
        {
            yield return new(FindingTopic.Advice, $"{shared:N0} of the {record.Shape.Items(record.Test.Images)} held out are also among those learned from, value for value: " +
                "the held-out scores flatter the model. Remove the copies, or split by groups that keep them together (--split-by folder).");
        }
        foreach (string warning in record.Warnings)
            yield return new(FindingTopic.Advice, warning);
        if (record.Warnings.Count > 0 && ClaimGuard.Doubt(record) is not null)
            yield break; // the rest follows from it
        TrainingOptions options = record.Options;
        IReadOnlyList<HistoryRow> history = record.History;
        string items = record.Shape.IsImage ? "images" : "rows";
        int flat = FlatFrom(history);
        if (history.Count > 0 && history[^1].TestMse >= ByHeart * history[^1].TrainMse)
        {
            string since = flat < history.Count - 1 ? $"The held-out error is flat from epoch {history[flat].Epoch} (MSE {ErrorText.Of(history[flat].TestMse)}), while that" : "The error";
            string few = record.Train.Images < options.Features ? $"{record.Shape.Items(record.Train.Images)} are few for {options.Features:N0} features: " : "";
            string crops = record.Shape.IsImage && record.Train.Options is { Crops: 0 } ? ", patches of them (--crops)" : "";
            yield return new(FindingTopic.Advice, $"{since} on {items} learned from {(flat < history.Count - 1 ? "fell to" : "is")} {ErrorText.Of(history[^1].TrainMse)}, {history[^1].TrainMse / history[^1].TestMse:P0} " +
                $"of it: {items} are learned by heart. {few}More {items}{crops}, fewer features (--features {Fewer(record)}){(flat < history.Count - 1 ? $" or fewer epochs (--epochs {history[flat].Epoch})" : "")} would help.");
        }
        else if (record.Train.Images < options.Features)
        {
            yield return new(FindingTopic.Advice, $"{record.Shape.Items(record.Train.Images)} are few for {options.Features:N0} features: more {items}, or fewer features (--features {Fewer(record)}).");
        }
        if (history.Count > 1 && history[^1].TestMse < (1 - Falling) * history[^2].TestMse)
        {
            yield return new(FindingTopic.Advice, $"The held-out error still fell by {1 - (history[^1].TestMse / history[^2].TestMse):P0} in the last epoch: more epochs would lower it" +
                $"{(options.IsExtendable ? $" (--resume --epochs {2 * options.Epochs})" : $" (--epochs {2 * options.Epochs}, into a new folder)")}.");
        }
        if (scores.DeadFraction > ManyDead)
        {
            yield return new(FindingTopic.Advice, $"{scores.DeadFraction:P0} of the features are dead: none of the {record.Shape.Items(record.Test.Images)} of {record.Test.Name} activates them. " +
                $"Fewer features do as well, or {(options.Preset == TrainingOptions.Modern.Preset ? "a lower --learning-rate" : "--preset modern")}, which keeps more of them in use.");
        }
    }

    /// <summary>A power of two about a quarter of the images, and no more than half of the features.</summary>
    private static int Fewer(RunRecord record)
    {
        int most = Math.Max(1, Math.Min(record.Train.Images / 4, record.Options.Features / 2));
        return Math.Max((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)most + 1) / 2, record.Options.Rule is SparsityRule.TopK { K: var k } ? k : 1);
    }

    /// <summary>The first evaluation after which the held-out error hardly falls.</summary>
    private static int FlatFrom(IReadOnlyList<HistoryRow> history)
    {
        if (history.Count == 0)
            return 0;
        double least = history.Min(row => row.TestMse);
        int index = 0;
        while (history[index].TestMse > (1 + Flat) * least)
            index++;
        return index;
    }
}
