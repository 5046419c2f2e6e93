using System.CommandLine;

namespace Tangram.Cli;

/// <summary>The arguments of <c>train</c>. Options of the experiment have no defaults here: what isn't given comes from the preset, or from the run that is resumed.</summary>
/// <param name="devices">The devices to choose from.</param>
internal sealed class TrainArguments(DeviceCatalog devices)
{
    private readonly Option<string?> _preset = new("--preset") { Description = "Source of the options not given: paper-mnist (the default for grey images and rows), paper-images (for colour) or modern.", HelpName = "NAME" };
    private readonly Option<int?> _features = new("--features") { Description = "Features of the dictionary.", HelpName = "F" };
    private readonly Option<int?> _k = new("--k") { Description = "Features active in each code; with --relu at most.", HelpName = "K" };
    private readonly Option<bool?> _relu = Switch("--relu", "Keep only positive activations.");
    private readonly Option<bool?> _untied = Switch("--untied", "Give the decoder weights of its own.");
    private readonly Option<double?> _tiedUntil = new("--tied-until")
    {
        Description = "Share of the steps, the first ones, in which an untied decoder has the encoder's weights. [default: 0 with --untied]",
        HelpName = "SHARE",
    };

    private readonly Option<bool?> _encoderBias = Switch("--encoder-bias", "Learn a bias of pre-activations.");
    private readonly Option<double?> _encoderBiasRate = new("--encoder-bias-rate") { Description = "Rate of the encoder bias, as a share of the learning rate.", HelpName = "SHARE" };
    private readonly Option<bool?> _unitRows = Switch("--unit-rows", "Keep the decoder's rows at length 1.");
    private readonly Choice<PreBiasStart> _preBias = new("--pre-bias", "Learn a bias that is subtracted from images and added to reconstructions; what it starts as.",
        ("none", PreBiasStart.None), ("mean", PreBiasStart.Mean), ("median", PreBiasStart.GeometricMedian));

    private readonly Choice<Initialisation> _initialisation = new("--initialisation", "What features start as: an orthogonal matrix; training images; principal components and orthogonal rows.",
        ("orthogonal", Initialisation.Orthogonal), ("data", Initialisation.DataPoints), ("components", Initialisation.Components));

    private readonly Option<int?> _members = new("--members") { Description = "Autoencoders trained together.", HelpName = "M" };
    private readonly Option<double?> _consistency = new("--consistency") { Description = "Weight of the consistency term, lambda.", HelpName = "L" };
    private readonly Option<int?> _epochs = new("--epochs") { Description = "Passes over the images.", HelpName = "N" };
    private readonly Option<int?> _batch = new("--batch") { Description = "Images per step.", HelpName = "B" };
    private readonly Option<double?> _learningRate = new("--learning-rate") { Description = "Adam's step size, at its highest.", HelpName = "R" };
    private readonly Option<double?> _warmUp = new("--warm-up") { Description = "Share of the steps over which the rate rises from 0; 0: none.", HelpName = "SHARE" };
    private readonly Option<double?> _decay = new("--decay") { Description = "Share of the steps, the last ones, over which the rate falls to 0; 0: none.", HelpName = "SHARE" };
    private readonly Option<double?> _clip = new("--clip") { Description = "Scale gradients down to this norm; 0: never.", HelpName = "NORM" };
    private readonly Option<double?> _average = new("--average") { Description = "Average the parameters with this decay, such as 0.999; 0: don't.", HelpName = "BETA" };
    private readonly Option<double?> _auxiliary = new("--auxiliary") { Description = "Weight of the auxiliary term, which teaches inactive features; 0: none.", HelpName = "W" };
    private readonly Option<int?> _auxiliaryK = new("--auxiliary-k") { Description = "Activations per image of the auxiliary term.", HelpName = "K" };
    private readonly Option<int?> _deadAfter = new("--dead-after") { Description = "The auxiliary term takes features inactive over this many steps.", HelpName = "STEPS" };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "Seed of everything random.", HelpName = "S" };
    private readonly Option<int?> _window = new("--reinitialise-after")
    {
        Description = "Re-initialise features inactive over this many steps; 0: never.",
        HelpName = "STEPS",
    };

    private readonly Option<string> _device = new("--device") { Description = "auto (a GPU that the model fits, else the CPU), gpu, or a name of 'tangram devices'.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> _precision = new("--precision") { Description = "auto (mixed on a GPU, and on a CPU with AVX512-BF16 or AMX; else fp32), fp32 or mixed.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
    private readonly Option<int> _threads = Common.Threads(), _workspace = Common.Workspace();
    private readonly Option<double> _checkpointSeconds = new("--checkpoint-seconds")
    {
        Description = "Least seconds between checkpoints.",
        HelpName = "S",
        DefaultValueFactory = _ => 60,
    };

    public DataArguments Reading { get; } = new();

    public Argument<string> Data { get; } = Common.Data();

    public Option<string?> Out { get; } = new("--out") { Description = "The run's folder, new or empty. [default: runs/NAME-DATE-TIME]", HelpName = "RUN" };

    public Option<bool> Resume { get; } = new("--resume") { Description = "Continue the run in --out with its options; --epochs may be larger where nothing is scheduled over them." };

    public Option<string?> EvaluateOn { get; } = new("--evaluate-on")
    {
        Description = "test (the default); or validation, held back from training, to choose options by.",
        HelpName = "SPLIT",
    };

    public Option<bool> NoReport { get; } = new("--no-report") { Description = "Don't draw figures and write the report at the end." };

    public Option<bool> Watch { get; } = new("--watch") { Description = "Open a page in the browser that shows the training while it runs; what is learned is the same." };

    public Option<bool> NoBrowser { get; } = Common.NoBrowser();

    public Option<bool> Json { get; } = Common.Json();

    /// <summary>All options, in the order of the help.</summary>
    private IReadOnlyList<Option> All =>
    [
        _preset, _features, _k, _relu, _untied, _tiedUntil, _preBias.Option, _encoderBias, _encoderBiasRate, _unitRows, _members, _consistency, _initialisation.Option,
        _epochs, _batch, _learningRate, _warmUp, _decay, _clip, _average, _auxiliary, _auxiliaryK, _deadAfter, _window, _seed, EvaluateOn,
        _device, _precision, _threads, _workspace, Out, Resume, _checkpointSeconds, NoReport, Watch, NoBrowser, .. Reading.All, Json,
    ];

    /// <summary>Those that a verb has in common with <c>train</c> which says itself what k is, where results go and what they are evaluated on.</summary>
    public IReadOnlyList<Option> OfOneTraining => [.. All.Except([_k, EvaluateOn, Out, Resume, NoReport, Watch, NoBrowser, Json])];

    public void AddTo(Command command)
    {
        command.Add(Data);
        command.AddAll(All);
    }

    /// <summary>The preset that is named; null where none is.</summary>
    public TrainingOptions? Preset(ParseResult parsed)
    {
        if (parsed.GetValue(_preset) is not { } name)
            return null;
        return TrainingOptions.Presets.TryGetValue(name, out TrainingOptions? preset)
            ? preset
            : throw new InputException($"There is no preset '{name}'; choose {string.Join(" or ", TrainingOptions.Presets.Keys)}.");
    }

    /// <summary>The options given, over those of the preset or the resumed run.</summary>
    public TrainingOptions Apply(ParseResult parsed, TrainingOptions basis) => basis with
    {
        Preset = parsed.GetValue(_preset) ?? basis.Preset,
        Features = parsed.GetValue(_features) ?? basis.Features,
        Rule = basis.Rule is SparsityRule.TopK rule
            ? rule with { K = parsed.GetValue(_k) ?? rule.K, Rectified = parsed.GetValue(_relu) ?? rule.Rectified } : basis.Rule,
        Untied = parsed.GetValue(_untied) ?? (parsed.GetValue(_tiedUntil) is not null || basis.Untied),
        TiedUntil = parsed.GetValue(_tiedUntil) ?? (parsed.GetValue(_untied) is null ? basis.TiedUntil : 0),
        PreBias = _preBias.Value(parsed) ?? basis.PreBias,
        EncoderBias = parsed.GetValue(_encoderBias) ?? basis.EncoderBias,
        EncoderBiasRate = parsed.GetValue(_encoderBiasRate) ?? basis.EncoderBiasRate,
        UnitRows = parsed.GetValue(_unitRows) ?? basis.UnitRows,
        Initialisation = _initialisation.Value(parsed) ?? basis.Initialisation,
        Members = parsed.GetValue(_members) ?? basis.Members,
        Consistency = parsed.GetValue(_consistency) ?? basis.Consistency,
        Epochs = parsed.GetValue(_epochs) ?? basis.Epochs,
        Batch = parsed.GetValue(_batch) ?? basis.Batch,
        LearningRate = parsed.GetValue(_learningRate) ?? basis.LearningRate,
        WarmUp = parsed.GetValue(_warmUp) ?? basis.WarmUp,
        Decay = parsed.GetValue(_decay) ?? basis.Decay,
        MaximumNorm = parsed.GetValue(_clip) ?? basis.MaximumNorm,
        AverageDecay = parsed.GetValue(_average) ?? basis.AverageDecay,
        Auxiliary = basis.Auxiliary with
        {
            Weight = parsed.GetValue(_auxiliary) ?? basis.Auxiliary.Weight,
            K = parsed.GetValue(_auxiliaryK) ?? basis.Auxiliary.K,
            DeadAfter = parsed.GetValue(_deadAfter) ?? basis.Auxiliary.DeadAfter,
        },
        Seed = parsed.GetValue(_seed) ?? basis.Seed,
        Reinitialisation = parsed.GetValue(_window) is { } window ? basis.Reinitialisation with { Window = window } : basis.Reinitialisation,
    };

    /// <summary>A switch that an option after a preset can also turn off: --name, --name true, --name false.</summary>
    private static Option<bool?> Switch(string name, string description) => new(name) { Description = description, HelpName = "true|false" };

    public Execution Execution(ParseResult parsed)
    {
        double seconds = parsed.GetValue(_checkpointSeconds);
        return double.IsFinite(seconds) && seconds is >= 0 and <= 86_400
            ? new Execution
            {
                Devices = devices,
                Device = parsed.GetValue(_device)!,
                Precision = parsed.GetValue(_precision)!,
                Threads = parsed.GetValue(_threads),
                Workspace = parsed.GetValue(_workspace),
                CheckpointInterval = TimeSpan.FromSeconds(seconds),
            }
            : throw new InputException($"--checkpoint-seconds {seconds} is not a time from 0 to 86,400 s.");
    }
}
