using StbImageSharp;

namespace Tangram;

/// <summary>Reads pictures by what is in them, not by what they are called.</summary>
internal static class PictureFile
{
    /// <summary>A larger picture is refused by its header, before a pixel is decoded: such a file may be small and still fill the memory.</summary>
    public const long MaximumPixels = 100_000_000;

    /// <summary>How the files of pictures end, in lower case.</summary>
    public static readonly IReadOnlySet<string> Extensions =
        new HashSet<string>(StringComparer.Ordinal) { ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".pjpeg", ".webp", ".gif", ".tif", ".tiff", ".bmp" };

    /// <summary>A PNG of more bytes than this goes to libvips, where there is one: it decodes row by row, and takes a fraction of the memory for the same pixels.</summary>
    private const long LargePng = 1 << 24;

    /// <summary>
    /// PNG and BMP are read by StbImageSharp, so that a set of them is the same with and without libvips; but a PNG with a colour profile or an EXIF block by libvips, as every other format is, since
    /// both change what is seen.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="shorterSide">The picture may come scaled down, where its format makes that cheap, to a shorter side of no less than this; 0: as it is.</param>
    /// <exception cref="MissingLibraryException">The format needs libvips, which isn't here.</exception>
    /// <exception cref="InputException">No such file, not a picture, a broken one, or one that is too large.</exception>
    public static Picture Read(string path, int shorterSide = 0) => Read(ReadBytes(path), new PictureSource($"'{path}'"), shorterSide);

    /// <summary>The same, of a file that is in memory already.</summary>
    public static Picture Read(byte[] file, PictureSource source, int shorterSide = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shorterSide);
        try
        {
            return FormatOf(file) switch
            {
                PictureFormat.Png => ReadPng(file, source),
                PictureFormat.Bmp => ReadBmp(file, source),
                { } format => Libvips.Read(file, format, source, shorterSide),
                null => throw new InputException($"{source.Called} is not a picture that tangram reads (PNG, JPEG, WebP, GIF, TIFF, BMP)."),
            };
        }
        catch (Exception exception) when (exception is not (InputException or OutOfMemoryException))
        {
            // The decoders report damage by whatever exception they run into.
            throw new InputException($"{source.Called} is a broken picture ({Reason(exception)}).", exception);
        }
    }

    /// <summary>A decoder's message as a clause: libvips says last what began it.</summary>
    private static string Reason(Exception exception)
    {
        string[] lines = exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string line = lines.Length == 0 ? exception.GetType().Name : lines[^1];
        return line.TrimEnd('.');
    }

    private static byte[] ReadBytes(string path)
    {
        if (Directory.Exists(path))
            throw new InputException($"'{path}' is a folder; give a picture.");
        try
        {
            using FileStream stream = File.OpenRead(path);
            // What isn't a picture isn't read as a whole: it may be a large file of any kind.
            var start = new byte[16];
            int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (FormatOf(start.AsSpan(0, length)) is null)
                return start[..length];
            if (stream.Length > Array.MaxLength)
                throw new InputException($"'{path}' has {stream.Length:N0} bytes; pictures may have at most {Array.MaxLength:N0}.");
            var file = new byte[stream.Length];
            stream.Position = 0;
            stream.ReadExactly(file);
            return file;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"There is no picture '{path}'.", exception);
        }
    }

    private static PictureFormat? FormatOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(PngStructure.Signature))
            return PictureFormat.Png;
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return PictureFormat.Jpeg;
        if (file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8))
            return PictureFormat.WebP;
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8))
            return PictureFormat.Gif;
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8))
            return PictureFormat.Tiff;
        // "BM" alone may begin a text; the four bytes after the length are reserved and 0.
        return file.Length >= 14 && file.StartsWith("BM"u8) && !file.Slice(6, 4).ContainsAnyExcept((byte)0) ? PictureFormat.Bmp : null;
    }

    private static Picture ReadPng(byte[] file, PictureSource source)
    {
        PngContent content = PngStructure.Check(file, source);
        return content.IsManaged || (content.RowBytes > LargePng && Libvips.Reads(PictureFormat.Png)) ? Libvips.Read(file, PictureFormat.Png, source, 0) : Decode(file);
    }

    private static Picture ReadBmp(byte[] file, PictureSource source)
    {
        using var stream = new MemoryStream(file);
        ImageInfo info = ImageInfo.FromStream(stream) ?? throw new InvalidDataException("its header can't be read");
        source.CheckSize(info.Width, Math.Abs((long)info.Height), 4, file.Length); // negative: rows from the top
        CheckBmpLength(file);
        return Decode(file);
    }

    /// <summary>The decoder takes what is missing at a bitmap's end for black.</summary>
    private static void CheckBmpLength(ReadOnlySpan<byte> file)
    {
        const int Core = 12;
        uint offset = BitConverter.ToUInt32(file[10..]), headerLength = BitConverter.ToUInt32(file[14..]);
        long width = headerLength == Core ? BitConverter.ToUInt16(file[18..]) : BitConverter.ToInt32(file[18..]);
        long height = headerLength == Core ? BitConverter.ToUInt16(file[20..]) : BitConverter.ToInt32(file[22..]);
        int bits = BitConverter.ToUInt16(file[(headerLength == Core ? 24 : 28)..]);
        long rowBytes = ((width * bits) + 31) / 32 * 4;
        if (offset + (rowBytes * Math.Abs(height)) > file.Length)
            throw new InvalidDataException("it ends before its pixels do");
    }

    private static Picture Decode(byte[] file)
    {
        ImageResult result = ImageResult.FromMemory(file, ColorComponents.RedGreenBlueAlpha);
        return new Picture(result.Width, result.Height, result.Data);
    }
}

/// <summary>Where a picture comes from, as messages about it need to know.</summary>
/// <param name="Called">What begins a sentence about it, such as its path in quotes.</param>
/// <param name="MostPixels">How many it may have; of bytes, four times as many.</param>
internal sealed record PictureSource(string Called, long MostPixels = PictureFile.MaximumPixels)
{
    /// <summary>What a decoded pixel takes.</summary>
    private const int BytesPerPixel = 4;

    /// <summary>What a small file may decode to, and so many bytes more for each of its own: about what deflate can do at best, far more than any photo.</summary>
    private const long FreeBytes = 32 << 20, BytesPerByte = 1000;

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="bytesPerPixel">Of the file's numbers, before they become 8 bits.</param>
    /// <param name="fileBytes">How long the file is.</param>
    /// <exception cref="InputException">There are more pixels than <see cref="MostPixels"/>, more bytes than so many pixels usually have, or more than a file of this length should make.</exception>
    /// <exception cref="InvalidDataException">There are none.</exception>
    public void CheckSize(long width, long height, long bytesPerPixel, long fileBytes)
    {
        if (width <= 0 || height <= 0)
            throw new InvalidDataException("it has no pixels");
        if (width > MostPixels / height)
            throw new InputException($"{Called} is {width}×{height}; pictures may have at most {MostPixels:N0} pixels.");
        if (width * height > BytesPerPixel * MostPixels / bytesPerPixel)
            throw new InputException($"{Called} is {width}×{height} with {bytesPerPixel} bytes a pixel; pictures may have at most {BytesPerPixel * MostPixels:N0} bytes: save it smaller, or with 8 bits.");
        if (width * height > (FreeBytes + (BytesPerByte * fileBytes)) / bytesPerPixel)
            throw new InputException($"{Called} is {width}×{height}, out of proportion to its {fileBytes:N0} bytes, as only a picture of almost nothing is; save it smaller.");
    }
}

/// <summary>The formats of pictures that tangram reads.</summary>
internal enum PictureFormat
{
    Png,
    Jpeg,
    WebP,
    Gif,
    Tiff,
    Bmp,
}

/// <summary>A library that reads a file's format isn't installed: no fault of the file.</summary>
internal sealed class MissingLibraryException(string message, Exception? inner) : InputException(message, inner!);
