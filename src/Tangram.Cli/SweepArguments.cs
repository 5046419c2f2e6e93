using System.CommandLine;
using System.Globalization;

namespace Tangram.Cli;

/// <summary>The arguments of <c>sweep</c>: those of <c>train</c> for one training, and what makes it many.</summary>
/// <param name="devices">The devices to choose from.</param>
internal sealed class SweepArguments(DeviceCatalog devices)
{
    private readonly Option<string> _ks = new("--k")
    {
        Description = "Numbers of active features, one run each; with --relu at most so many.",
        HelpName = "K,K,…",
        Required = true,
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "The sweep's folder: new, empty, or one to go on with. [default: runs/sweep-NAME]",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _evaluateOn = new("--evaluate-on")
    {
        Description = "validation (the default), held back from training; or test, which is for figures, not for choices.",
        HelpName = "SPLIT",
    };

    public TrainArguments Training { get; } = new(devices);

    public Option<string?> EncodeOnly { get; } = new("--encode-only")
    {
        Description = "Train nothing: the dictionary of this run encodes the images that it was evaluated on with each k.",
        HelpName = "RUN",
    };

    public Option<bool> Png { get; } = new("--png") { Description = "Also write the figure as PNG, with rsvg-convert or chromium." };

    public void AddTo(Command command)
    {
        command.Add(Training.Data);
        command.AddAll([_ks, EncodeOnly, _out, _evaluateOn, Png, .. Training.OfOneTraining, Training.Json]);
    }

    public string Data(ParseResult parsed) => parsed.GetValue(Training.Data)!;

    public string Folder(ParseResult parsed) => parsed.GetValue(_out) ?? Path.Combine("runs", $"sweep-{Common.FolderName(Data(parsed))}");

    public string Split(ParseResult parsed) => parsed.GetValue(_evaluateOn) ?? "validation";

    /// <exception cref="InputException">Not a list of numbers.</exception>
    public IReadOnlyList<int> Ks(ParseResult parsed)
    {
        string given = parsed.GetValue(_ks)!;
        return [.. given.Split(',').Select(word => int.TryParse(word.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int k)
            ? k
            : throw new InputException($"--k is a list of numbers such as 16,32,64, not '{given}'."))];
    }

    /// <summary>What a sweep that trains nothing has no use for must not seem to have a say.</summary>
    /// <exception cref="InputException">An option of training, of reading images or of evaluating is given.</exception>
    public void CheckNothingIsTrained(ParseResult parsed, RunRecord recorded)
    {
        DataOptions reading = recorded.Train.Options ?? new DataOptions();
        bool trains = Training.Preset(parsed) is not null || Training.Apply(parsed, recorded.Options) != recorded.Options;
        if (trains || Training.Reading.Apply(parsed, reading) != reading)
            throw new InputException("--encode-only trains nothing and reads images as the run did; leave out the options that say how.");
        if (parsed.GetValue(_evaluateOn) is { } split && split != recorded.Test.Split)
            throw new InputException($"--encode-only evaluates on what the run was evaluated on ({recorded.Test.Name}); leave out --evaluate-on.");
    }
}
