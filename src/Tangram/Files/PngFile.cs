using StbImageSharp;
using StbImageWriteSharp;
using ColorComponents = StbImageSharp.ColorComponents;

namespace Tangram;

/// <summary>PNG pictures as planar bytes [channels, height, width], the pixel order of every image set.</summary>
internal static class PngFile
{
    /// <summary>No picture that tangram handles is larger; the header is checked before a pixel is decoded.</summary>
    private const long MaximumPixels = 100_000_000;

    /// <exception cref="InputException">No such file, or not a readable picture.</exception>
    public static byte[] Read(string path, int channels, out int width, out int height)
    {
        if (Directory.Exists(path))
            throw new InputException($"'{path}' is a folder; give a picture.");
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"There is no picture '{path}'.", exception);
        }
        try
        {
            using var stream = new MemoryStream(file);
            if (ImageInfo.FromStream(stream) is not { } info)
                throw new InputException($"'{path}' is not a PNG picture.");
            if ((long)info.Width * info.Height > MaximumPixels)
                throw new InputException($"'{path}' is {info.Width}×{info.Height}; pictures may have at most {MaximumPixels:N0} pixels.");
            ImageResult picture = ImageResult.FromMemory(file, channels == 1 ? ColorComponents.Grey : ColorComponents.RedGreenBlue);
            (width, height) = (picture.Width, picture.Height);
            return Planar(picture.Data, channels);
        }
        catch (Exception exception) when (exception is not InputException)
        {
            // The decoder reports damage by whatever exception it runs into.
            throw new InputException($"'{path}' is a broken picture ({exception.Message.TrimEnd('.')}).", exception);
        }
    }

    public static void Write(string path, ReadOnlySpan<byte> planar, int width, int height, int channels)
    {
        byte[] file = Encode(planar, width, height, channels);
        AtomicFile.Write(path, stream => stream.Write(file));
    }

    public static byte[] Encode(ReadOnlySpan<byte> planar, int width, int height, int channels)
    {
        using var stream = new MemoryStream();
        new ImageWriter().WritePng(Interleaved(planar, channels), width, height,
            channels == 1 ? StbImageWriteSharp.ColorComponents.Grey : StbImageWriteSharp.ColorComponents.RedGreenBlue, stream);
        return stream.ToArray();
    }

    private static byte[] Planar(ReadOnlySpan<byte> interleaved, int channels)
    {
        int area = interleaved.Length / channels;
        var planar = new byte[interleaved.Length];
        for (int index = 0; index < planar.Length; index++)
            planar[index] = interleaved[(index % area * channels) + (index / area)];
        return planar;
    }

    private static byte[] Interleaved(ReadOnlySpan<byte> planar, int channels)
    {
        int area = planar.Length / channels;
        var interleaved = new byte[planar.Length];
        for (int index = 0; index < interleaved.Length; index++)
            interleaved[index] = planar[(index % channels * area) + (index / channels)];
        return interleaved;
    }
}
