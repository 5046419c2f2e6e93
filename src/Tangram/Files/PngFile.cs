using StbImageWriteSharp;

namespace Tangram;

/// <summary>Writes PNG pictures of planar bytes [channels, height, width], the pixel order of every image set.</summary>
internal static class PngFile
{
    public static void Write(string path, ReadOnlySpan<byte> planar, int width, int height, int channels)
    {
        byte[] file = Encode(planar, width, height, channels);
        AtomicFile.Write(path, stream => stream.Write(file));
    }

    public static byte[] Encode(ReadOnlySpan<byte> planar, int width, int height, int channels)
    {
        using var stream = new MemoryStream();
        new ImageWriter().WritePng(Interleaved(planar, channels), width, height,
            channels == 1 ? ColorComponents.Grey : ColorComponents.RedGreenBlue, stream);
        return stream.ToArray();
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
