using System.CommandLine;

namespace Tangram.Cli;

/// <summary>The arguments of <c>train</c>. Options of the experiment have no defaults here: what isn't given comes from the preset, or from the run that is resumed.</summary>
internal sealed class TrainArguments
{
    private readonly Option<string?> _preset = new("--preset") { Description = "Source of the options not given: paper-mnist (the default).", HelpName = "NAME" };
    private readonly Option<int?> _features = new("--features") { Description = "Features of the dictionary.", HelpName = "F" };
    private readonly Option<int?> _k = new("--k") { Description = "Features active in each code.", HelpName = "K" };
    private readonly Option<int?> _members = new("--members") { Description = "Autoencoders trained together.", HelpName = "M" };
    private readonly Option<double?> _consistency = new("--consistency") { Description = "Weight of the consistency term, lambda.", HelpName = "L" };
    private readonly Option<int?> _epochs = new("--epochs") { Description = "Passes over the images.", HelpName = "N" };
    private readonly Option<int?> _batch = new("--batch") { Description = "Images per step.", HelpName = "B" };
    private readonly Option<double?> _learningRate = new("--learning-rate") { Description = "Adam's step size.", HelpName = "R" };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "Seed of everything random.", HelpName = "S" };
    private readonly Option<int?> _window = new("--reinitialise-after")
    {
        Description = "Re-initialise features inactive over this many steps; 0: never.",
        HelpName = "STEPS",
    };

    private readonly Option<string> _device = new("--device") { Description = "auto, or a name of 'tangram devices'.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> _precision = new("--precision") { Description = "auto or fp32.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
    private readonly Option<int> _threads = Common.Threads(), _workspace = Common.Workspace();
    private readonly Option<double> _checkpointSeconds = new("--checkpoint-seconds")
    {
        Description = "Least seconds between checkpoints.",
        HelpName = "S",
        DefaultValueFactory = _ => 60,
    };

    public Argument<string> Data { get; } = Common.Data();

    public Option<string?> Out { get; } = new("--out") { Description = "The run's folder, new or empty. [default: runs/NAME-DATE-TIME]", HelpName = "RUN" };

    public Option<bool> Resume { get; } = new("--resume") { Description = "Continue the run in --out with its options; --epochs may be larger." };

    public Option<string?> EvaluateOn { get; } = new("--evaluate-on")
    {
        Description = "test (the default); or validation, held back from training, to choose options by.",
        HelpName = "SPLIT",
    };

    public Option<bool> NoReport { get; } = new("--no-report") { Description = "Don't draw figures and write the report at the end." };

    public Option<bool> Json { get; } = Common.Json();

    public void AddTo(Command command)
    {
        command.Add(Data);
        Option[] options =
        [
            _preset, _features, _k, _members, _consistency, _epochs, _batch, _learningRate, _window, _seed, EvaluateOn,
            _device, _precision, _threads, _workspace, Out, Resume, _checkpointSeconds, NoReport, Json,
        ];
        foreach (Option option in options)
            command.Add(option);
    }

    public TrainingOptions Preset(ParseResult parsed)
    {
        string name = parsed.GetValue(_preset) ?? TrainingOptions.PaperMnist.Preset;
        return TrainingOptions.Presets.TryGetValue(name, out TrainingOptions? preset)
            ? preset
            : throw new InputException($"There is no preset '{name}'; choose {string.Join(" or ", TrainingOptions.Presets.Keys)}.");
    }

    /// <summary>The options given, over those of the preset or the resumed run.</summary>
    public TrainingOptions Apply(ParseResult parsed, TrainingOptions basis) => basis with
    {
        Preset = parsed.GetValue(_preset) ?? basis.Preset,
        Features = parsed.GetValue(_features) ?? basis.Features,
        Rule = parsed.GetValue(_k) is { } k ? new SparsityRule.TopK(k) : basis.Rule,
        Members = parsed.GetValue(_members) ?? basis.Members,
        Consistency = parsed.GetValue(_consistency) ?? basis.Consistency,
        Epochs = parsed.GetValue(_epochs) ?? basis.Epochs,
        Batch = parsed.GetValue(_batch) ?? basis.Batch,
        LearningRate = parsed.GetValue(_learningRate) ?? basis.LearningRate,
        Seed = parsed.GetValue(_seed) ?? basis.Seed,
        Reinitialisation = parsed.GetValue(_window) is { } window ? basis.Reinitialisation with { Window = window } : basis.Reinitialisation,
    };

    public Execution Execution(ParseResult parsed)
    {
        double seconds = parsed.GetValue(_checkpointSeconds);
        return double.IsFinite(seconds) && seconds is >= 0 and <= 86_400
            ? new Execution
            {
                Device = parsed.GetValue(_device)!,
                Precision = parsed.GetValue(_precision)!,
                Threads = parsed.GetValue(_threads),
                Workspace = parsed.GetValue(_workspace),
                CheckpointInterval = TimeSpan.FromSeconds(seconds),
            }
            : throw new InputException($"--checkpoint-seconds {seconds} is not a time from 0 to 86,400 s.");
    }
}
