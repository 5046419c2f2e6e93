using System.CommandLine;
using System.Globalization;

namespace Tangram.Cli;

/// <summary>How DATA is read, where it is a folder of pictures or a file of rows. What isn't given comes from the run, or from the model's shape.</summary>
internal sealed class DataArguments
{
    private readonly Option<int?> _size = new("--size") { Description = "Width and height that pictures get. [default: 64]", HelpName = "PX" };
    private readonly Option<bool?> _grey = new("--grey") { Description = "Make pictures grey.", HelpName = "true|false" };
    private readonly Choice<Fit> _fit = new("--fit", "How whole pictures get that size: cut off, filled up, or distorted. [default: crop]", ("crop", Fit.Crop), ("pad", Fit.Pad), ("stretch", Fit.Stretch));
    private readonly Option<string?> _crops = new("--crops") { Description = "Take N crops of each picture at random places, or all tiles of a grid, instead of the whole.", HelpName = "N|grid" };
    private readonly Option<int?> _shorterSide = new("--shorter-side") { Description = "Scale pictures down to this shorter side before cropping; 0: don't.", HelpName = "PX" };
    private readonly Option<string?> _background = new("--background") { Description = "What transparent pixels lie on. [default: #ffffff]", HelpName = "COLOUR" };
    private readonly Choice<SplitBy> _splitBy = new("--split-by", "What is held back as a whole: a file with its crops, or a folder. [default: file]", ("file", SplitBy.File), ("folder", SplitBy.Folder));
    private readonly Option<string?> _tensor = new("--tensor") { Description = "Which tensor of a .safetensors file has the rows.", HelpName = "NAME" };

    public IReadOnlyList<Option> All => [_size, _grey, _fit.Option, _crops, _shorterSide, _background, _splitBy.Option, _tensor];

    public DataOptions Apply(ParseResult parsed, DataOptions basis) => basis with
    {
        Size = parsed.GetValue(_size) ?? basis.Size,
        Channels = parsed.GetValue(_grey) is { } grey ? (grey ? 1 : 3) : basis.Channels,
        Fit = _fit.Value(parsed) ?? basis.Fit,
        Crops = Crops(parsed) ?? basis.Crops,
        ShorterSide = parsed.GetValue(_shorterSide) ?? basis.ShorterSide,
        Background = parsed.GetValue(_background) ?? basis.Background,
        SplitBy = _splitBy.Value(parsed) ?? basis.SplitBy,
        Tensor = parsed.GetValue(_tensor) ?? basis.Tensor,
    };

    /// <summary>How the images of a run, or of a model alone, were read.</summary>
    public static DataOptions Basis(string run)
    {
        if (File.Exists(run))
            return DataOptions.For(Ensemble.Load(run).Options.Shape);
        using Run opened = Run.Open(run);
        return opened.Record.Train.Options ?? DataOptions.For(opened.Record.Shape);
    }

    private int? Crops(ParseResult parsed) => parsed.GetValue(_crops) switch
    {
        null => null,
        "grid" => DataOptions.Grid,
        { } number when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int crops) => crops,
        { } other => throw new InputException($"--crops is a number or grid, not '{other}'."),
    };
}
