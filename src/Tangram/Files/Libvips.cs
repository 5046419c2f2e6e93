using NetVips;
using Access = NetVips.Enums.Access;
using FailOn = NetVips.Enums.FailOn;

namespace Tangram;

/// <summary>
/// Reads JPEG, WebP, GIF, TIFF and PNG by libvips, through NetVips, and writes lossy JPEG and WebP. Nothing here loads the native library before the first such picture: NetVips looks for it
/// when a method that uses it is first called.
/// </summary>
internal static class Libvips
{
    private static readonly Log.LogDelegate Silence = static (_, _, _) => { };

    /// <summary>Why libvips can't be used, if it can't; the first question starts it, for the whole process.</summary>
    private static readonly Lazy<(string? Problem, Exception? Cause)> Start = new(Initialise);

    /// <summary>Whether pictures of a format can be read; asking starts libvips.</summary>
    public static bool Reads(PictureFormat format) => Start.Value.Problem is null && HasOperation(Loader(format));

    /// <summary>Decodes the file's first picture (GIF, WebP: frame, TIFF: page), turned upright, in sRGB.</summary>
    /// <exception cref="MissingLibraryException">There is no libvips, or one that can't read the format.</exception>
    /// <exception cref="InputException">The picture is too large.</exception>
    /// <exception cref="VipsException">The picture is broken.</exception>
    public static Picture Read(byte[] file, PictureFormat format, PictureSource source, int shorterSide)
    {
        if (Start.Value is ({ } problem, var cause))
            throw Missing(source, format, problem, cause);
        return Decode(file, format, source, shorterSide);
    }

    /// <summary>Whether pictures of a format can be written and read again; asking starts libvips.</summary>
    public static bool Writes(PictureFormat format) => Reads(format) && HasOperation(Saver(format));

    /// <summary>A picture's lossy file, without metadata.</summary>
    /// <param name="interleaved">Bytes [Height, Width, Channels].</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows of pixels.</param>
    /// <param name="channels">1 grey (JPEG has such pictures, WebP doesn't: it gets three equal channels), 3 red-green-blue.</param>
    /// <param name="format">JPEG or WebP, one that <see cref="Writes"/>.</param>
    /// <param name="quality">The format's, 0 … 100; JPEG's from 1 on.</param>
    public static byte[] Write(byte[] interleaved, int width, int height, int channels, PictureFormat format, int quality)
    {
        const Enums.ForeignKeep Nothing = Enums.ForeignKeep.None;
        using Image image = Image.NewFromMemory(interleaved, width, height, channels, Enums.BandFormat.Uchar);
        using Image colour = image.Copy(interpretation: channels == 1 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        return format == PictureFormat.Jpeg ? colour.JpegsaveBuffer(q: quality, optimizeCoding: true, keep: Nothing)
            : colour.WebpsaveBuffer(q: quality, keep: Nothing);
    }

    private static Picture Decode(byte[] file, PictureFormat format, PictureSource source, int shorterSide)
    {
        TiffTags? tags = format == PictureFormat.Tiff ? TiffTags.Read(file) : null;
        if (tags is not null)
            TiffSamples.Check(tags, source);
        using Image header = Load(file, format, source, 1);
        source.CheckSize(header.Width, header.Height, header.Bands * SizeOf(header.Format), file.Length);
        int shrink = format == PictureFormat.Jpeg ? Shrink(Math.Min(header.Width, header.Height), shorterSide) : 1;
        using Image whole = shrink > 1 ? Load(file, format, source, shrink)
            : tags is not null ? TiffSamples.Load(() => Load(file, format, source, 1), tags, source)
            : header.Copy();
        using Image colour = ToSrgb(whole);
        using Image bytes = colour.Format == Enums.BandFormat.Uchar ? colour.Copy() : colour.Cast(Enums.BandFormat.Uchar);
        using Image four = WithAlpha(bytes);
        using Image upright = Upright(four);
        return new Picture(upright.Width, upright.Height, upright.WriteToMemory<byte>(), tags?.Pages ?? Pages(header));
    }

    private static int SizeOf(Enums.BandFormat format) => format switch
    {
        Enums.BandFormat.Uchar or Enums.BandFormat.Char => 1,
        Enums.BandFormat.Ushort or Enums.BandFormat.Short => 2,
        Enums.BandFormat.Uint or Enums.BandFormat.Int or Enums.BandFormat.Float => 4,
        _ => 8,
    };

    private static int Pages(Image header) => header.Contains("n-pages") && header.Get("n-pages") is int pages ? Math.Max(1, pages) : 1;

    private static Image Load(byte[] file, PictureFormat format, PictureSource source, int shrink)
    {
        if (!HasOperation(Loader(format)))
            throw Missing(source, format, "the libvips that is installed was built without it", null);
        const Access InOneGo = Access.Sequential; // decodes straight into the result
        const FailOn Damage = FailOn.Truncated;
        return format switch
        {
            PictureFormat.Jpeg => Image.JpegloadBuffer(file, shrink: shrink, access: InOneGo, failOn: Damage),
            PictureFormat.WebP => Image.WebploadBuffer(file, access: InOneGo, failOn: Damage),
            PictureFormat.Png => Image.PngloadBuffer(file, access: InOneGo, failOn: Damage),
            PictureFormat.Gif => Image.GifloadBuffer(file, access: InOneGo, failOn: Damage),
            _ => Image.TiffloadBuffer(file, access: InOneGo, failOn: Damage),
        };
    }

    private static string Loader(PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => "jpegload_buffer",
        PictureFormat.WebP => "webpload_buffer",
        PictureFormat.Gif => "gifload_buffer",
        PictureFormat.Png => "pngload_buffer",
        PictureFormat.Tiff => "tiffload_buffer",
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    private static string Saver(PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => "jpegsave_buffer",
        PictureFormat.WebP => "webpsave_buffer",
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    private static bool HasOperation(string name) => NetVips.NetVips.TypeFind("VipsOperation", name) != 0;

    /// <summary>JPEG's blocks can be decoded to 8, 4, 2 or 1 pixels a side: the smallest that leaves the shorter side long enough.</summary>
    private static int Shrink(int side, int shorterSide)
    {
        int shrink = 8;
        while (shrink > 1 && (shorterSide == 0 || side / shrink < shorterSide))
            shrink /= 2;
        return shrink;
    }

    private static Image ToSrgb(Image image)
    {
        if (image.Contains("icc-profile-data"))
        {
            try
            {
                return image.IccTransform("srgb", embedded: true, intent: Enums.Intent.Relative);
            }
            catch (VipsException)
            {
                // A profile that can't be used says nothing about the pixels; the colours are what they are without one.
            }
        }
        return image.Interpretation == Enums.Interpretation.Cmyk ? FromInks(image) : image.Colourspace(Enums.Interpretation.Srgb);
    }

    /// <summary>
    /// Inks without a profile: what one ink leaves of white, times what black leaves, as other decoders do. (libvips would take them for a press of its choice, on which cyan isn't the screen's.)
    /// </summary>
    private static Image FromInks(Image image)
    {
        using Image bytes = image.Format == Enums.BandFormat.Ushort ? image >> 8 : image.Copy();
        using Image left = bytes.ExtractBand(0, n: 4).Invert();
        using Image products = left.ExtractBand(0, n: 3) * left.ExtractBand(3);
        using Image colours = products.Linear([1.0 / byte.MaxValue], [0.5]).Cast(Enums.BandFormat.Uchar);
        using Image whole = image.Bands > 4 ? colours.Bandjoin(bytes.ExtractBand(4)) : colours.Copy();
        return whole.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private static Image WithAlpha(Image image) => image.Bands switch
    {
        3 => image.Bandjoin(byte.MaxValue),
        4 => image.Copy(),
        _ => throw new InvalidDataException($"it has {image.Bands} channels"),
    };

    private static Image Upright(Image image)
    {
        if (!image.Contains("orientation") || image.Get("orientation") is 1)
            return image.Copy();
        // Turning reads the rows out of order, which a decoder can't give.
        using Image copy = image.CopyMemory();
        return copy.Autorot();
    }

    private static (string? Problem, Exception? Cause) Initialise()
    {
        if (!ModuleInitializer.VipsInitialized)
            return ("which isn't installed", ModuleInitializer.Exception);
        if (!NetVips.NetVips.AtLeastLibvips(8, 13))
            return ("and the one that is installed is older than 8.13", null);
        NetVips.NetVips.BlockUntrusted = true;
        NetVips.NetVips.Concurrency = 1; // pictures are decoded in parallel, not their rows
        Cache.Max = 0; // no picture is read twice
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning | Enums.LogLevelFlags.Info, Silence); // what matters comes as an exception
        return default;
    }

    private static MissingLibraryException Missing(PictureSource source, PictureFormat format, string problem, Exception? cause) =>
        new($"{source.Called} is a {Describe(format)}, which takes libvips to read, {problem}; "
            + "add the NuGet package NetVips.Native to the program, or install Debian's package libvips42.", cause);

    private static string Describe(PictureFormat format) => format switch
    {
        PictureFormat.WebP => "WebP picture",
        PictureFormat.Png => "PNG picture with a colour profile or an orientation",
        _ => $"{format.ToString().ToUpperInvariant()} picture",
    };
}
