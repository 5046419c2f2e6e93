using NetVips;

namespace Tangram;

/// <summary>
/// Makes of a TIFF's numbers what every other picture is: 8-bit or 16-bit colours, perhaps with alpha. What a number means follows from the file's tags, never from how many there are: a satellite's
/// fourth band isn't transparency. What has no meaning as a colour is refused in words.
/// </summary>
internal static class TiffSamples
{
    /// <summary>The picture's colours; its interpretation says which.</summary>
    /// <param name="load">Loads the picture; called twice where its numbers have to be looked at before.</param>
    /// <param name="tags">What the file says of them.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InputException">Numbers that aren't brightness.</exception>
    public static Image Load(Func<Image> load, TiffTags tags, PictureSource source)
    {
        if (tags is { SampleFormat: TiffTags.Unsigned, Bits: <= 16 })
            return load();
        double most = tags.SampleFormat == TiffTags.Floating ? 1 : Math.Pow(2, tags.Bits - (tags.SampleFormat == TiffTags.Signed ? 1 : 0)) - 1;
        if (tags.SampleFormat != TiffTags.Unsigned)
            CheckRange(load, tags, most, source);
        using Image numbers = load();
        // The cast cuts off. libvips has turned numbers around whose white is zero, but not those of floating point.
        bool turn = tags is { SampleFormat: TiffTags.Floating, Photometric: TiffTags.WhiteIsZero };
        using Image scaled = turn ? numbers.Linear([-byte.MaxValue], [byte.MaxValue + 0.5]) : numbers.Linear([byte.MaxValue / most], [0.5]);
        using Image bytes = scaled.Cast(Enums.BandFormat.Uchar);
        return bytes.Copy(interpretation: Colours(tags) switch { 1 => Enums.Interpretation.Bw, 3 => Enums.Interpretation.Srgb, _ => Enums.Interpretation.Cmyk });
    }

    /// <summary>How many of a pixel's samples are its colour; 0: that isn't known.</summary>
    private static int Colours(TiffTags tags) => tags.Photometric switch
    {
        TiffTags.WhiteIsZero or TiffTags.BlackIsZero or TiffTags.Palette => 1,
        TiffTags.Rgb or TiffTags.YCbCr or TiffTags.Lab => 3,
        TiffTags.Cmyk => 4,
        _ => 0,
    };

    /// <summary>Looks at the tags alone, before any number is decoded.</summary>
    /// <exception cref="InputException">A kind of picture that isn't read, or bands without a meaning.</exception>
    /// <exception cref="InvalidDataException">There are fewer bands than colours.</exception>
    public static void Check(TiffTags tags, PictureSource source)
    {
        int colours = Colours(tags);
        if (colours == 0)
            throw new InputException($"{source.Called} is a TIFF picture of a kind that isn't read (photometric interpretation {tags.Photometric}); save it as grey or RGB.");
        string names = tags.Photometric switch { TiffTags.Rgb => "red, green, blue", TiffTags.Cmyk => "cyan, magenta, yellow, black", TiffTags.YCbCr => "YCbCr", TiffTags.Lab => "CIE L*a*b*", TiffTags.Palette => "palette", _ => "grey" };
        int extra = tags.Samples - colours;
        if (extra < 0)
            throw new InvalidDataException($"it has {tags.Samples} bands for {names}");
        if (extra > 1 || (extra == 1 && tags.Extra is not [TiffTags.Alpha or TiffTags.AssociatedAlpha]))
        {
            string said = tags.Extra.Count == 0 ? "without a word" : $"as ExtraSamples {string.Join(", ", tags.Extra.Take(16))}";
            throw new InputException($"{source.Called} has {tags.Samples} bands, {names} and {extra} more ({said}), which could mean anything; save the bands that are to be seen as grey or RGB.");
        }
        bool known = tags.SampleFormat switch
        {
            TiffTags.Unsigned => tags.Bits is 1 or 2 or 4 or 8 or 16 or 32,
            TiffTags.Signed => tags.Bits is 8 or 16 or 32 && tags.Photometric is TiffTags.BlackIsZero or TiffTags.Rgb,
            TiffTags.Floating => tags.Bits == 32 && tags.Photometric is TiffTags.WhiteIsZero or TiffTags.BlackIsZero or TiffTags.Rgb,
            _ => false,
        };
        if (!known || (tags.Bits == 32 && tags.Photometric is TiffTags.Lab or TiffTags.YCbCr or TiffTags.Palette))
            throw new InputException($"{source.Called} holds {KindOf(tags)} as {names}, which isn't read; save it with 8 or 16 bits, or as float32 from 0 to 1.");
    }

    /// <summary>Brightness goes from 0 to the most that the type has, 1 of floating point: other numbers are measurements of something else, and no rule of ours knows what is white.</summary>
    private static void CheckRange(Func<Image> load, TiffTags tags, double most, PictureSource source)
    {
        using Image numbers = load();
        using Image statistics = numbers.Stats(); // minimum, maximum, sum, …; the first row is over all bands
        double[] least = statistics.Getpoint(0, 0), greatest = statistics.Getpoint(1, 0), sum = statistics.Getpoint(2, 0);
        if (!double.IsFinite(sum[0]) || least[0] < 0 || greatest[0] > most)
        {
            string range = double.IsFinite(sum[0]) ? $"from {least[0]:G6} to {greatest[0]:G6}" : "some of which aren't finite";
            throw new InputException($"{source.Called} holds {KindOf(tags)} {range}, and brightness is 0 … {(most > 1 ? $"{most:N0}" : "1")}; scale it, or save it with 8 or 16 bits.");
        }
    }

    private static string KindOf(TiffTags tags) => tags.SampleFormat switch
    {
        TiffTags.Unsigned => $"unsigned numbers of {tags.Bits} bits",
        TiffTags.Signed => $"signed numbers of {tags.Bits} bits",
        TiffTags.Floating => $"floating point numbers of {tags.Bits} bits",
        _ => $"numbers of a kind without a meaning (SampleFormat {tags.SampleFormat})",
    };
}
