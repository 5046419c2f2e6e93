namespace Tangram;

/// <summary>When and how features that stay inactive are initialised anew.</summary>
public sealed record ReinitialisationOptions
{
    /// <summary>A feature that was active in none of this many steps may be replaced; 0: never.</summary>
    public int Window { get; init; } = 100;

    /// <summary>Features are looked at every this many steps.</summary>
    public int Every { get; init; } = 10;

    /// <summary>The largest share of a member's features that one look replaces, so that a step never meets many untrained ones; at least one feature.</summary>
    public double Share { get; init; } = 0.01;

    /// <summary>No feature is replaced before this share of the training: until then, what isn't rebuilt says little about what will be missing.</summary>
    public double From { get; init; } = 0.2;

    /// <summary>No feature is replaced after this share of the training, so that the last ones have time to learn.</summary>
    public double Until { get; init; } = 0.7;

    /// <summary>The norm of a new row, as a share of the mean norm of the rows in use.</summary>
    public double Scale { get; init; } = 0.85;
}

/// <summary>The experiment: everything that decides what is learned, apart from the images. Where and how fast it runs is <see cref="Execution"/>.</summary>
public sealed record TrainingOptions
{
    /// <summary>Where these options come from; they may have been changed since.</summary>
    public string Preset { get; init; } = "paper-mnist";

    /// <summary>Number of features, F.</summary>
    public int Features { get; init; } = 1024;

    /// <summary>How codes become sparse.</summary>
    public SparsityRule Rule { get; init; } = new SparsityRule.TopK(50);

    /// <summary>Number of autoencoders trained together.</summary>
    public int Members { get; init; } = 5;

    /// <summary>λ, the weight of the consistency term.</summary>
    public double Consistency { get; init; } = 0.2;

    /// <summary>Passes over the images.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>Images per step; the last step of an epoch may have fewer.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Adam's rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; }

    /// <summary>What happens to features that stay inactive.</summary>
    public ReinitialisationOptions Reinitialisation { get; init; } = new();

    /// <summary>The paper's recipe for MNIST (sections 2 and 3 of the first source document).</summary>
    public static TrainingOptions PaperMnist { get; } = new();

    /// <summary>The presets by name.</summary>
    public static IReadOnlyDictionary<string, TrainingOptions> Presets { get; } =
        new Dictionary<string, TrainingOptions>(StringComparer.Ordinal) { [PaperMnist.Preset] = PaperMnist };

    /// <summary>The model that these options train on images of a shape.</summary>
    public ModelOptions ModelFor(ImageShape shape) => new() { Shape = shape, Features = Features, Rule = Rule, Members = Members };

    /// <exception cref="InputException">An option is out of range.</exception>
    internal void Check(ImageShape shape)
    {
        ModelFor(shape).Check();
        Require(Epochs >= 1, $"{Epochs} epochs can't be trained; give at least 1.");
        Require(Batch is >= 1 and <= TrainingSession.MaximumBatch, $"A batch of {Batch} images can't be trained; give 1 … {TrainingSession.MaximumBatch}.");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, $"The learning rate {LearningRate} is not a positive number; try 0.001.");
        Require(double.IsFinite(Consistency) && Consistency >= 0, $"The consistency weight {Consistency} is not a number of 0 or more.");
        Require(Reinitialisation is { Window: >= 0, Every: >= 1, Share: > 0 and <= 1, From: >= 0 and <= 1, Until: >= 0 and <= 1, Scale: > 0 } && double.IsFinite(Reinitialisation.Scale),
            "Re-initialisation needs a window of 0 or more steps, a look every 1 or more steps, a share above 0 and up to 1, a beginning and an end between 0 and 1, and a positive scale.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new InputException(message);
    }
}
