namespace Tangram.Explorer;

/// <summary>What a page of a training is told: at first everything, then what is new.</summary>
/// <param name="Training">What is trained; null after the first frame.</param>
/// <param name="IsWhole">Whether <paramref name="Points"/> are all there are, instead of those that follow the ones sent before.</param>
/// <param name="Standing">Where the training stands.</param>
/// <param name="Points">Points of the curves.</param>
/// <param name="Evaluations">All evaluations so far, the oldest first.</param>
/// <param name="Features">Features as they are now; null where they weren't looked at since.</param>
/// <param name="End">How the training ended; null while it hasn't.</param>
/// <param name="IsLast">Whether the program ends now, and with it this address.</param>
internal sealed record LiveFrame(LiveSubject? Training, bool IsWhole, LiveStanding Standing, IReadOnlyList<LivePoint> Points, IReadOnlyList<LiveEvaluation> Evaluations,
    LiveFeatures? Features, LiveEnd? End, bool IsLast);

/// <summary>What is trained.</summary>
/// <param name="Name">The run's name.</param>
/// <param name="Data">Name of the images that are learned from.</param>
/// <param name="Images">Their number.</param>
/// <param name="HeldOut">Name of the images that are evaluated on.</param>
/// <param name="HeldOutImages">Their number.</param>
/// <param name="Shape">Shape of a feature's picture.</param>
/// <param name="IsImage">Whether what is learned from are pictures, not rows of numbers.</param>
/// <param name="Preset">Where the options come from.</param>
/// <param name="Features">Features of a member.</param>
/// <param name="Members">Number of members.</param>
/// <param name="Rule">How features are selected, in words.</param>
/// <param name="Consistency">λ, the weight of the consistency term.</param>
internal sealed record LiveSubject(string Name, string Data, int Images, string HeldOut, int HeldOutImages, ShapeAnswer Shape, bool IsImage, string Preset, int Features, int Members,
    string Rule, double Consistency);

/// <summary>What the program does with a training.</summary>
internal enum LiveActivity
{
    /// <summary>Nothing yet.</summary>
    Starting,

    /// <summary>Makes the first features, or reads a checkpoint.</summary>
    Initialising,

    /// <summary>Makes steps.</summary>
    Training,

    /// <summary>Encodes images that it doesn't learn from, at the end of an epoch.</summary>
    Evaluating,

    /// <summary>Draws figures and writes the report.</summary>
    Reporting,

    /// <summary>Nothing more.</summary>
    Ended,
}

/// <summary>Where a training stands.</summary>
/// <param name="Activity">What is being done.</param>
/// <param name="Epoch">Epoch in progress, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="ImagesPerSecond">Of training, steps alone.</param>
/// <param name="RemainingSeconds">Estimated time left of the training; null while nothing is known of it.</param>
/// <param name="Reinitialised">Features re-initialised so far, over all members.</param>
internal sealed record LiveStanding(LiveActivity Activity, int Epoch, int Epochs, long Step, long Steps, double? ImagesPerSecond, double? RemainingSeconds, long Reinitialised);

/// <summary>A point of the curves: means over the steps since the point before, where nothing else is said.</summary>
/// <param name="Step">The last of them.</param>
/// <param name="Loss">L.</param>
/// <param name="Reconstruction">The reconstruction term, mean over members: the batches' MSE.</param>
/// <param name="Consistency">The consistency term, not multiplied by λ.</param>
/// <param name="Pearson">Of the last step's batch, member 0; null where no image of it varies, and where an epoch ended before it was measured.</param>
/// <param name="Dead">Features inactive over the last epoch's worth of steps, mean over members.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="Reinitialised">Features re-initialised in these steps, over all members.</param>
internal sealed record LivePoint(long Step, double Loss, double Reconstruction, double Consistency, double? Pearson, double Dead, double LearningRate, long Reinitialised)
{
    /// <summary>One point for two of as many steps each.</summary>
    public static LivePoint Merge(LivePoint first, LivePoint second) => new(second.Step, (first.Loss + second.Loss) / 2, (first.Reconstruction + second.Reconstruction) / 2,
        (first.Consistency + second.Consistency) / 2, ((first.Pearson ?? second.Pearson) + (second.Pearson ?? first.Pearson)) / 2, (first.Dead + second.Dead) / 2, second.LearningRate,
        first.Reinitialised + second.Reinitialised);
}

/// <summary>An evaluation at the end of an epoch; means over members.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Step">Steps done.</param>
/// <param name="TrainMse">MSE of a fixed sample of the images learned from.</param>
/// <param name="HeldOutMse">MSE of the images held out.</param>
/// <param name="TrainPearson">Mean Pearson of the sample.</param>
/// <param name="HeldOutPearson">Mean Pearson of the images held out.</param>
/// <param name="Dead">Features that no image held out activates.</param>
internal sealed record LiveEvaluation(int Epoch, long Step, double? TrainMse, double? HeldOutMse, double? TrainPearson, double? HeldOutPearson, double? Dead);

/// <summary>Some features of the first member at one moment.</summary>
/// <param name="Step">Steps done then.</param>
/// <param name="Features">The features.</param>
internal sealed record LiveFeatures(long Step, IReadOnlyList<LiveFeature> Features);

/// <summary>A feature while it forms.</summary>
/// <param name="Feature">Its number.</param>
/// <param name="Picture">Its weights as a picture, an address that holds it.</param>
/// <param name="Born">The step of its last re-initialisation; null: never.</param>
/// <param name="Silent">Steps since it was active.</param>
internal sealed record LiveFeature(int Feature, string Picture, long? Born, long Silent);

/// <summary>How a training can end.</summary>
internal enum LiveOutcome
{
    /// <summary>With all its steps.</summary>
    Finished,

    /// <summary>Its user stopped it.</summary>
    Interrupted,

    /// <summary>It diverged, or its folder couldn't be written.</summary>
    Failed,
}

/// <summary>How a training ended.</summary>
/// <param name="Outcome">In a word.</param>
/// <param name="Message">What the terminal says of it; null where it finished.</param>
/// <param name="Command">What explores the run; null where there is nothing to explore.</param>
/// <param name="Mse">On the images held out.</param>
/// <param name="Pearson">Mean on the images held out.</param>
/// <param name="DeadShare">Share of the features that none of them activates.</param>
/// <param name="Seconds">Seconds of the whole training, with evaluations and checkpoints.</param>
/// <param name="StepSeconds">Seconds of its steps alone.</param>
internal sealed record LiveEnd(LiveOutcome Outcome, string? Message, string? Command, double? Mse, double? Pearson, double? DeadShare, double? Seconds,
    double? StepSeconds);
