using System.Globalization;

namespace Tangram;

/// <summary>How a picture becomes an image of the set's shape.</summary>
public enum Fit
{
    /// <summary>Scaled until its shorter side fits, what juts out is cut off on both sides.</summary>
    Crop,

    /// <summary>Scaled until its longer side fits, what is missing is filled up with the background.</summary>
    Pad,

    /// <summary>Scaled in both directions, without regard to its proportions.</summary>
    Stretch,
}

/// <summary>What is held back for validation and test as a whole.</summary>
public enum SplitBy
{
    /// <summary>A file, with all its crops.</summary>
    File,

    /// <summary>The files of a folder, such as the pictures of one scene.</summary>
    Folder,
}

/// <summary>How a folder of pictures, or a file of rows, becomes an image set. Named sets and IDX files have no use for it, but for <c>emoji</c>'s background.</summary>
public sealed record DataOptions
{
    /// <summary>For <see cref="Crops"/>: every whole tile of a grid.</summary>
    public const int Grid = -1;

    /// <summary>Width and height of an image, in pixels.</summary>
    public int Size { get; init; } = 64;

    /// <summary>3: red, green, blue; 1: grey (Rec. 601 luma).</summary>
    public int Channels { get; init; } = 3;

    /// <summary>How whole pictures get that size.</summary>
    public Fit Fit { get; init; }

    /// <summary>0: whole pictures; N: so many crops of a picture, at random places; <see cref="Grid"/>: all tiles.</summary>
    public int Crops { get; init; }

    /// <summary>Pictures are scaled down to this shorter side before they are cropped; 0: they aren't.</summary>
    public int ShorterSide { get; init; }

    /// <summary>What transparent pixels lie on, and what <see cref="Fit.Pad"/> fills up with: #rrggbb.</summary>
    public string Background { get; init; } = "#ffffff";

    /// <summary>What is held back as a whole.</summary>
    public SplitBy SplitBy { get; init; }

    /// <summary>Which tensor of a .safetensors file has the rows; null: the only one that can.</summary>
    public string? Tensor { get; init; }

    /// <summary>The options that make pictures images of a shape.</summary>
    public static DataOptions For(ImageShape shape) => shape.IsImage ? new DataOptions { Size = shape.Width, Channels = shape.Channels } : new DataOptions();

    /// <summary>The shape of the images of pictures.</summary>
    internal ImageShape PictureShape => new(Size, Size, Channels);

    /// <summary>Red, green and blue of <see cref="Background"/>.</summary>
    internal (byte Red, byte Green, byte Blue) BackgroundColour =>
        Background is ['#', .. { Length: 6 } digits] && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint colour)
            ? ((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour)
            : throw new InputException($"The background '{Background}' is no colour; give six hexadecimal digits, such as #ffffff.");

    /// <exception cref="InputException">An option is out of range.</exception>
    internal void Check()
    {
        if (Size is < 2 or > 4096)
            throw new InputException($"Images can't be {Size} pixels wide; give a size of 2 … 4,096.");
        if (Channels is not (1 or 3))
            throw new InputException($"Images can't have {Channels} channels; choose 1 (grey) or 3 (colour).");
        if (Crops < Grid)
            throw new InputException($"{Crops} crops can't be taken; give a number of 0 or more, or a grid.");
        if (ShorterSide != 0 && ShorterSide < Size)
            throw new InputException($"Pictures scaled down to {ShorterSide} pixels have no room for crops of {Size}; give {Size} or more, or 0.");
        if (!Enum.IsDefined(Fit) || !Enum.IsDefined(SplitBy))
            throw new InputException("There is no such way to fit or split pictures.");
        _ = BackgroundColour;
    }
}

/// <summary>What opens a set again.</summary>
/// <param name="Source">Its name or absolute path.</param>
/// <param name="Split">Its split.</param>
/// <param name="Options">How it was read; null where that has no say.</param>
internal sealed record DataOrigin(string Source, string Split, DataOptions? Options = null);
