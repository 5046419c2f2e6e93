namespace Tangram;

/// <summary>
/// Red, green and blue as luma Y and the colour differences Cb and Cr, at full range and with Cb and Cr about 0: what JPEG files hold, so that the error
/// of brightness and that of colour can be told apart. Source: Hamilton, "JPEG file interchange format", version 1.02, 1992, after ITU-R BT.601.
/// </summary>
internal static class LumaChroma
{
    private const float Red = 0.299f, Green = 0.587f, Blue = 0.114f;

    /// <summary>The planes of images of so many channels: grey ones have luma alone.</summary>
    public static IReadOnlyList<string> Planes(int channels) => channels == 3 ? ["luma Y", "chroma Cb", "chroma Cr"] : ["luma Y"];

    /// <summary>Planes [Y, Cb, Cr] of an image, or of a difference of images, [R, G, B]; of a grey one the image itself.</summary>
    public static void Transform(ReadOnlySpan<float> image, int channels, Span<float> planes)
    {
        if (channels != 3)
        {
            image.CopyTo(planes);
            return;
        }
        int area = image.Length / 3;
        for (int pixel = 0; pixel < area; pixel++)
        {
            float red = image[pixel], blue = image[(2 * area) + pixel], luma = (Red * red) + (Green * image[area + pixel]) + (Blue * blue);
            planes[pixel] = luma;
            planes[area + pixel] = (blue - luma) / (2 * (1 - Blue));
            planes[(2 * area) + pixel] = (red - luma) / (2 * (1 - Red));
        }
    }
}
