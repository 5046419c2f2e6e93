namespace Tangram;

/// <summary>Picture formats as ways to compress, by libvips: each image a file of its own, without metadata.</summary>
internal static class PictureFormats
{
    /// <summary>Beyond the last, files are larger than any code.</summary>
    private static readonly int[] s_qualities = [0, 5, 15, 35, 60, 85];

    /// <summary>What WebP can hold.</summary>
    private const int MostPixelsOfSide = 16_383;

    /// <summary>Those that pictures of a shape can be written in; none without libvips.</summary>
    public static IReadOnlyList<PictureFormat> For(ImageShape shape) => Math.Max(shape.Width, shape.Height) > MostPixelsOfSide ? []
        : [.. new[] { PictureFormat.WebP, PictureFormat.Jpeg }.Where(Libvips.Writes)];

    public static string NameOf(PictureFormat format) => format == PictureFormat.WebP ? "WebP" : "JPEG";

    /// <summary>The format at its least quality (JPEG's is 1), and at some others.</summary>
    public static IEnumerable<MeasuredSetting> Measure(CompressionSample sample, PictureFormat format) =>
        s_qualities.Select(quality => Math.Max(quality, format == PictureFormat.Jpeg ? 1 : 0)).Select(quality => sample.Measure($"quality {quality}", 0, image =>
        {
            ImageShape shape = sample.Images.Shape;
            byte[] file = Libvips.Write(Interleaved(sample.Original(image), shape), shape.Width, shape.Height, shape.Channels, format, quality);
            return (file.Length, Planar(Libvips.Read(file, format, new PictureSource(NameOf(format)), 0), shape));
        }));

    private static byte[] Interleaved(float[] values, ImageShape shape)
    {
        int area = shape.Width * shape.Height;
        var bytes = new byte[values.Length];
        for (int index = 0; index < bytes.Length; index++)
            bytes[index] = (byte)MathF.Round(values[(index % shape.Channels * area) + (index / shape.Channels)] * 255);
        return bytes;
    }

    /// <summary>Grey pictures have three equal channels, in JPEG; in WebP nearly equal ones, of which the second weighs most in what is seen.</summary>
    private static float[] Planar(Picture picture, ImageShape shape)
    {
        int area = shape.Width * shape.Height, only = shape.Channels == 1 ? 1 : 0;
        var values = new float[shape.Length];
        for (int index = 0; index < values.Length; index++)
            values[index] = picture.Rgba[(index % area * 4) + (index / area) + only] / 255f;
        return values;
    }
}
