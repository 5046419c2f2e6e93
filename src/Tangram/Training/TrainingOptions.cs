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

    /// <summary>Adam's rate, at its highest.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>
    /// The share of all steps over which the rate rises linearly from 0; 0: it doesn't. A run with warm-up or decay can't be extended: its rates depend on its
    /// length. Source: Goyal et al., "Accurate, large minibatch SGD", 2017.
    /// </summary>
    public double WarmUp { get; init; }

    /// <summary>
    /// The share of all steps, the last ones, over which the rate falls linearly to 0: 0.4 is the last 40 %; 0: it doesn't fall. A run with warm-up or decay can't be
    /// extended. Source: Conerly et al., "Update on how we train SAEs", 2024.
    /// </summary>
    public double Decay { get; init; }

    /// <summary>
    /// A member's gradients of a step are scaled down together to this norm where theirs is larger; 0: never. Source: Pascanu, Mikolov, Bengio, "On the difficulty
    /// of training recurrent neural networks", 2013.
    /// </summary>
    public double MaximumNorm { get; init; }

    /// <summary>
    /// β of the average of the parameters, which is then the model: average ← β·average + (1 − β)·value after each step, with less memory in the first steps; 0:
    /// the last values are the model. Source: Polyak, Juditsky, "Acceleration of stochastic approximation by averaging", 1992; Gao et al. 2024, appendix A.
    /// </summary>
    public double AverageDecay { get; init; }

    /// <summary>Whether the decoder has weights of its own. See <see cref="ModelOptions.Untied"/>.</summary>
    public bool Untied { get; init; }

    /// <summary>
    /// Where the decoder shall have weights of its own: the share of all steps, the first ones, in which it has the encoder's; then it goes on from these by itself. 0:
    /// from the start. What is tied learns faster, what isn't gets further: docs/dictionary-quality.md. Such a run can't be extended.
    /// </summary>
    public double TiedUntil { get; init; }

    /// <summary>Whether there is a bias that is subtracted from images and added to reconstructions, and what it starts as. See <see cref="ModelOptions.PreBias"/>.</summary>
    public PreBiasStart PreBias { get; init; }

    /// <summary>Whether pre-activations have a bias; it starts at 0. See <see cref="ModelOptions.EncoderBias"/>.</summary>
    public bool EncoderBias { get; init; }

    /// <summary>The encoder bias's rate as a share of <see cref="LearningRate"/>: a bias that moves as fast as weights switches features off.</summary>
    public double EncoderBiasRate { get; init; } = 1;

    /// <summary>Whether the rows of the decoder have length 1. See <see cref="ModelOptions.UnitRows"/>.</summary>
    public bool UnitRows { get; init; }

    /// <summary>
    /// What features start as. Sources: of orthogonal rows, Saxe et al. 2013; of images, Aharon, Elad, Bruckstein, "K-SVD", 2006.
    /// </summary>
    public Initialisation Initialisation { get; init; }

    /// <summary>What features that stay inactive learn meanwhile.</summary>
    public AuxiliaryOptions Auxiliary { get; init; } = new();

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; }

    /// <summary>What happens to features that stay inactive.</summary>
    public ReinitialisationOptions Reinitialisation { get; init; } = new();

    /// <summary>The paper's recipe for MNIST (sections 2 and 3 of the first source document).</summary>
    public static TrainingOptions PaperMnist { get; } = new();

    /// <summary>
    /// The best recipe found in the same five epochs (docs/dictionary-quality.md): images without their mean, a bias of pre-activations that learns slowly, a rate eight
    /// times as high that falls to 0, an auxiliary term that keeps features from dying, and a decoder that leaves the encoder in the third epoch. One autoencoder.
    /// </summary>
    public static TrainingOptions Modern { get; } = new()
    {
        Preset = "modern",
        Members = 1,
        Consistency = 0,
        LearningRate = 8e-3,
        Decay = 0.9,
        Untied = true,
        TiedUntil = 0.6,
        PreBias = PreBiasStart.Mean,
        EncoderBias = true,
        EncoderBiasRate = 0.1,
        Auxiliary = new AuxiliaryOptions { Weight = 1e-4, K = 64, DeadAfter = 50 },
        Reinitialisation = new ReinitialisationOptions { Window = 0 },
    };

    /// <summary>
    /// The second document's dictionary of colour images: 3,072 features of 64×64 pixels, 128 active, tied weights. How it was trained the document doesn't say; by the
    /// study in docs/images.md: images without their mean, features that start as principal components, a rate that falls to 0, an auxiliary term. One autoencoder.
    /// </summary>
    public static TrainingOptions PaperImages { get; } = new()
    {
        Preset = "paper-images",
        Features = 3072,
        Rule = new SparsityRule.TopK(128),
        Members = 1,
        Consistency = 0,
        Epochs = 20,
        LearningRate = 4e-4,
        Decay = 0.9,
        PreBias = PreBiasStart.Mean,
        Initialisation = Initialisation.Components,
        Auxiliary = new AuxiliaryOptions { Weight = 0.03, K = 64, DeadAfter = 50 },
        Reinitialisation = new ReinitialisationOptions { Window = 0 },
    };

    /// <summary>The presets by name.</summary>
    public static IReadOnlyDictionary<string, TrainingOptions> Presets { get; } =
        new[] { PaperMnist, PaperImages, Modern }.ToDictionary(preset => preset.Preset, StringComparer.Ordinal);

    /// <summary>The preset meant where none is named: the paper's for such images.</summary>
    public static TrainingOptions PresetFor(ImageShape shape) => shape.Channels == 3 ? PaperImages : PaperMnist;

    /// <summary>What a session has to keep for these options.</summary>
    internal SessionExtras Extras => new(Auxiliary.Weight > 0 ? Math.Min(Auxiliary.K, Features) : 0, AverageDecay > 0);

    /// <summary>The model that these options train on images of a shape.</summary>
    public ModelOptions ModelFor(ImageShape shape) => new()
    {
        Shape = shape,
        Features = Features,
        Rule = Rule,
        Members = Members,
        Untied = Untied,
        PreBias = PreBias != PreBiasStart.None,
        EncoderBias = EncoderBias,
        UnitRows = UnitRows,
    };

    /// <summary>The settings of step number <paramref name="step"/>, 1 … <paramref name="steps"/>.</summary>
    internal StepSettings SettingsOf(long step, long steps) => new(LearningRateSchedule.Rate(this, step, steps), Consistency)
    {
        EncoderBiasRate = EncoderBiasRate,
        Auxiliary = Auxiliary.Weight,
        DeadAfter = Auxiliary.DeadAfter,
        MaximumNorm = MaximumNorm,
        AverageDecay = AverageDecay,
    };

    /// <summary>The model after so many of all steps: until the decoder goes its own way, a tied one.</summary>
    internal ModelOptions ModelAt(ImageShape shape, long done, long steps) => ModelFor(shape) with { Untied = Untied && done >= UntiedFrom(steps) };

    /// <summary>Steps done when the decoder gets weights of its own.</summary>
    internal long UntiedFrom(long steps) => (long)(TiedUntil * steps);

    /// <summary>Whether no step depends on how many there are, so that a training can be extended.</summary>
    internal bool IsExtendable => LearningRateSchedule.IsConstant(this) && (!Untied || TiedUntil == 0);

    /// <exception cref="InputException">An option is out of range.</exception>
    internal void Check(ImageShape shape)
    {
        ModelFor(shape).Check();
        Require(Epochs >= 1, $"{Epochs} epochs can't be trained; give at least 1.");
        Require(Batch is >= 1 and <= TrainingSession.MaximumBatch, $"A batch of {Batch} images can't be trained; give 1 … {TrainingSession.MaximumBatch}.");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, $"The learning rate {LearningRate} is not a positive number; try 0.001.");
        Require(double.IsFinite(Consistency) && Consistency >= 0, $"The consistency weight {Consistency} is not a number of 0 or more.");
        Require(WarmUp is >= 0 and <= 1, $"The warm-up {WarmUp} is not a share of the training; give 0 … 1.");
        Require(Decay is >= 0 and <= 1, $"The decay {Decay} is not a share of the training; give 0 … 1.");
        Require(WarmUp + Decay <= 1, $"A warm-up of {WarmUp} and a decay of {Decay} are more than the whole training; give shares that add up to at most 1.");
        Require(TiedUntil is >= 0 and < 1, $"The decoder can't be tied for {TiedUntil} of the training; give a share of 0 or more and below 1.");
        Require(double.IsFinite(EncoderBiasRate) && EncoderBiasRate >= 0, $"The encoder bias can't learn at {EncoderBiasRate} times the rate; give a number of 0 or more.");
        Require(double.IsFinite(MaximumNorm) && MaximumNorm >= 0, $"The gradients' norm can't be kept to {MaximumNorm}; give a number above 0, or 0 for no limit.");
        Require(AverageDecay is >= 0 and < 1, $"The average's decay {AverageDecay} is not in 0 … 1, 1 excluded; try 0.999, or 0 for no average.");
        Require(Enum.IsDefined(PreBias), $"There is no start {(int)PreBias} of the pre-bias; choose none, the mean or the geometric median.");
        Require(Enum.IsDefined(Initialisation), $"There is no initialisation {(int)Initialisation}; choose orthogonal, data points or components.");
        Require(Auxiliary is not null && double.IsFinite(Auxiliary.Weight) && Auxiliary.Weight >= 0,
            $"The auxiliary weight {Auxiliary?.Weight} is not a number of 0 or more; try 0.03125, or 0 for no auxiliary term.");
        Require(Auxiliary!.K >= 1, $"An auxiliary reconstruction from {Auxiliary.K} activations can't be made; give at least 1.");
        Require(Auxiliary.DeadAfter >= 1, $"A feature can't be taken for dead after {Auxiliary.DeadAfter} steps; give at least 1.");
        Require(Reinitialisation is { Window: >= 0, Every: >= 1, Share: > 0 and <= 1, From: >= 0 and <= 1, Until: >= 0 and <= 1, Scale: > 0 } && double.IsFinite(Reinitialisation.Scale) &&
            Reinitialisation.From <= Reinitialisation.Until,
            "Re-initialisation needs a window of 0 or more steps, a look every 1 or more steps, a share above 0 and up to 1, a beginning before its end, both between 0 and 1, and a positive scale.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new InputException(message);
    }
}
