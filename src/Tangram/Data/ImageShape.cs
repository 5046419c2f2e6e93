using System.Text.Json.Serialization;

namespace Tangram;

/// <summary>The shape of every image of a set. Values are stored planar: [Channels, Height, Width], row-major.</summary>
/// <param name="Width">Pixels in a row; for rows that aren't images, their length.</param>
/// <param name="Height">Rows of pixels; 1 for rows that aren't images.</param>
/// <param name="Channels">1 grey, 3 red-green-blue.</param>
public readonly record struct ImageShape(int Width, int Height, int Channels)
{
    /// <summary>Values per image, D.</summary>
    [JsonIgnore]
    public int Length => Width * Height * Channels;

    /// <summary>Whether every extent is positive and D is a number that an array can have.</summary>
    internal bool IsPossible => Width > 0 && Height > 0 && Channels > 0 && (Int128)Width * Height * Channels <= Array.MaxLength;

    /// <summary>Whether this is a picture, rather than a row of numbers.</summary>
    [JsonIgnore]
    public bool IsImage => Height > 1;

    /// <summary>What one of them is: "image", or "row".</summary>
    internal string Noun => IsImage ? "image" : "row";

    /// <summary>Rows of <paramref name="length"/> numbers that aren't pictures.</summary>
    public static ImageShape Row(int length) => new(length, 1, 1);

    /// <summary>So many of them in words: "1 image", "300 rows".</summary>
    public string Items(long count) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} {Noun}{(count == 1 ? "" : "s")}");

    /// <inheritdoc/>
    public override string ToString() => IsImage ? $"{Width}×{Height}{(Channels == 1 ? " grey" : $"×{Channels}")}" : $"rows of {Length}";
}
