using static Tangram.Explorer.Numbers;

namespace Tangram.Explorer;

/// <summary>What a run is, as every view needs to know it.</summary>
/// <param name="Name">The run's name.</param>
/// <param name="Version">Tells models and sets apart: part of pictures' addresses.</param>
/// <param name="Shape">Shape of an image.</param>
/// <param name="Values">Numbers of an image, D.</param>
/// <param name="IsImage">Whether images are pictures, not rows of numbers.</param>
/// <param name="Features">Features of a member.</param>
/// <param name="Members">Number of members.</param>
/// <param name="MostActive">The most features that a code can have.</param>
/// <param name="Rule">How features are selected, in words.</param>
/// <param name="Data">Name of the images that are explored.</param>
/// <param name="Images">Their number.</param>
/// <param name="Classes">Names of their classes; empty without labels.</param>
internal sealed record RunAnswer(string Name, string Version, ShapeAnswer Shape, int Values, bool IsImage, int Features, int Members, int MostActive, string Rule, string Data, int Images,
    IReadOnlyList<string> Classes);

/// <summary>Width, height and channels, as pictures of features and images are drawn.</summary>
internal sealed record ShapeAnswer(int Width, int Height, int Channels);

/// <summary>How the run was trained and what it measured. Of a model alone nothing is known; of an unfinished run no scores and claims.</summary>
/// <param name="Training">How it was trained; null for a model alone.</param>
/// <param name="Scores">The figures, mean over members; null until the run is finished.</param>
/// <param name="History">One row per evaluation during training.</param>
/// <param name="Findings">What the run says of its images, in sentences; empty until the run is finished.</param>
/// <param name="Claims">The paper's claims beside what was measured; empty until the run is finished, and of images or a model that the paper isn't about.</param>
/// <param name="Differences">In what the run isn't the paper's; empty where there are no claims.</param>
internal sealed record OverviewAnswer(TrainingAnswer? Training, ScoresAnswer? Scores, IReadOnlyList<HistoryAnswer> History, IReadOnlyList<Finding> Findings,
    IReadOnlyList<PaperClaim> Claims, IReadOnlyList<string> Differences);

/// <summary>How a run was trained.</summary>
/// <param name="Finished">Whether all epochs are done and evaluated.</param>
/// <param name="Preset">Where its options come from.</param>
/// <param name="Epochs">Passes over the images that were asked for.</param>
/// <param name="Consistency">λ, the weight of the consistency term.</param>
/// <param name="Data">Name of the images learned from.</param>
/// <param name="Images">Their number.</param>
/// <param name="Test">Name of the images that the figures are of.</param>
/// <param name="TestImages">Their number.</param>
/// <param name="Device">What trained it.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="Seconds">Seconds of the whole training, with evaluations and checkpoints; null until finished.</param>
/// <param name="StepSeconds">Seconds of its steps alone; null until finished.</param>
/// <param name="Reinitialised">Features re-initialised, over all members.</param>
/// <param name="Version">Version of tangram.</param>
internal sealed record TrainingAnswer(bool Finished, string Preset, int Epochs, double Consistency, string Data, int Images, string Test, int TestImages, string Device, int Threads,
    double? Seconds, double? StepSeconds, int Reinitialised, string Version);

/// <summary>How well images are rebuilt and features used; null where something has no value.</summary>
/// <param name="Mse">Mean of (x − x̂)² over images and pixels.</param>
/// <param name="TrainMse">The same of a sample of the images learned from.</param>
/// <param name="Psnr">Of the mean MSE, in dB; of pictures only.</param>
/// <param name="Ssim">Mean structural similarity; of pictures only.</param>
/// <param name="Pearson">Mean correlation of an image's pixels with its reconstruction's.</param>
/// <param name="TrainPearson">The same of a sample of the images learned from.</param>
/// <param name="Fvu">Fraction of variance unexplained.</param>
/// <param name="L0">Mean number of active features.</param>
/// <param name="Dead">Share of the features that no image activates.</param>
/// <param name="PearsonOfMean">The Pearson that the mean image alone would have.</param>
/// <param name="Consistency">How alike the members are; null with one member.</param>
/// <param name="StartConsistency">How alike they were before the first step; null with one member, and in runs of earlier versions.</param>
internal sealed record ScoresAnswer(double? Mse, double? TrainMse, double? Psnr, double? Ssim, double? Pearson, double? TrainPearson, double? Fvu, double? L0, double? Dead,
    double? PearsonOfMean, ConsistencyAnswer? Consistency, ConsistencyAnswer? StartConsistency)
{
    public static ScoresAnswer Of(Scores scores, Scores? train, StartScores? start) => new(Finite(scores.Mse), Finite(train?.Mse), Finite(scores.Psnr), Finite(scores.Ssim), Finite(scores.Pearson),
        Finite(train?.Pearson), Finite(scores.Fvu), Finite(scores.L0.Mean), Finite(scores.DeadFraction),
        Finite(scores.PearsonOfMean), ConsistencyAnswer.Of(scores.Consistency), ConsistencyAnswer.Of(start?.Consistency));
}

/// <summary>How alike the members are, mean over the pairs of members.</summary>
/// <param name="CodeMse">Mean of (z_a − z_b)² over images and features.</param>
/// <param name="ActivationCorrelation">The correlation over images of a feature's activations in two members.</param>
/// <param name="ActiveInCommon">Of the features active in an image's two codes, the share active in both, by number.</param>
/// <param name="ActiveInCommonByChance">The same of features as frequent, each active on images of its own.</param>
/// <param name="OwnCosine">Mean cosine between features of the same number that are alive in both.</param>
/// <param name="PwMcc">Mean |cosine| between features matched one to one.</param>
/// <param name="MatchedToOwnNumber">The share of these matches that are between features of one number.</param>
/// <param name="Alive">Mean number of features alive in both.</param>
internal sealed record ConsistencyAnswer(double? CodeMse, double? ActivationCorrelation, double? ActiveInCommon, double? ActiveInCommonByChance, double? OwnCosine,
    double? PwMcc, double? MatchedToOwnNumber, double? Alive)
{
    public static ConsistencyAnswer? Of(ConsistencyScores? scores) => scores is null ? null
        : new(Finite(scores.CodeMse), Finite(scores.ActivationCorrelation), Finite(scores.ActiveInCommon), Finite(scores.ActiveInCommonByChance), Finite(scores.OwnCosine),
            Finite(scores.PwMcc), Finite(scores.MatchedToOwnNumber), Finite(scores.Alive));
}

/// <summary>One evaluation during training: see history.csv in docs.</summary>
internal sealed record HistoryAnswer(int Epoch, double? Loss, double? Reconstruction, double? Consistency, double? TrainMse, double? TestMse, double? TrainPearson, double? TestPearson,
    double? DeadFeatures, int Reinitialised)
{
    public static HistoryAnswer Of(HistoryRow row) => new(row.Epoch, Finite(row.Loss), Finite(row.Reconstruction), Finite(row.Consistency), Finite(row.TrainMse), Finite(row.TestMse),
        Finite(row.TrainPearson), Finite(row.TestPearson), Finite(row.DeadFeatures), row.Reinitialised);
}

/// <summary>The run itself.</summary>
internal static class OverviewArea
{
    public static void MapOverview(this IEndpointRouteBuilder api)
    {
        api.MapGet("/run", Run).WithSummary("What is explored.");
        api.MapGet("/run/overview", Overview).WithSummary("How the run was trained, and what it measured beside the paper's claims.");
    }

    private static Ok<OverviewAnswer> Overview(Exploration exploration)
    {
        if (exploration.Record is not { } run)
            return TypedResults.Ok(new OverviewAnswer(null, null, [], [], [], []));
        bool claimed = PaperClaims.Fits(run, document: 1), scored = run is { Evaluation: not null, TrainEvaluation: not null, History.Count: > 0 };
        var training = new TrainingAnswer(scored, run.Options.Preset, run.Options.Epochs, run.Options.Consistency, run.Train.Name, run.Train.Images, run.Test.Name, run.Test.Images,
            run.Engine.DeviceName is { } device ? $"{run.Engine.Device} ({device})" : run.Engine.Device, run.Threads, scored ? run.WallSeconds : null, scored ? run.TrainSeconds : null,
            run.Reinitialised, run.Version);
        return TypedResults.Ok(new OverviewAnswer(training, scored ? ScoresAnswer.Of(run.Evaluation!, run.TrainEvaluation, run.Start) : null, [.. run.History.Select(HistoryAnswer.Of)],
            scored ? Findings.Of(run) : [], scored && claimed ? PaperClaims.Check(run) : [], claimed ? PaperClaims.Differences(run) : []));
    }

    private static Ok<RunAnswer> Run(Exploration exploration)
    {
        ModelOptions model = exploration.Ensemble.Options;
        ImageShape drawn = Pictures.Drawn(exploration.Shape);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(exploration.Source.Run)));
        return TypedResults.Ok(new RunAnswer(name, exploration.Version, new ShapeAnswer(drawn.Width, drawn.Height, drawn.Channels), exploration.Shape.Length, exploration.Shape.IsImage,
            model.Features, exploration.Ensemble.Count, model.MaximumNonZeros, InWords(model.Rule), exploration.Images.Name, exploration.Images.Count,
            exploration.Images.HasLabels ? exploration.Images.ClassNames : []));
    }

    private static string InWords(SparsityRule rule) => rule switch
    {
        SparsityRule.TopK { Rectified: true } => "TopK, positive activations only",
        _ => rule.GetType().Name,
    };
}
