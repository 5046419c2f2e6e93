using System.Numerics.Tensors;

namespace Tangram.Explorer;

/// <summary>How a feature's weights become a picture.</summary>
internal enum FeatureLook
{
    /// <summary>As it is best seen: in colour where there is any, else signed.</summary>
    Usual,

    /// <summary>The mean over channels: zero white, negative blue, positive orange.</summary>
    Signed,

    /// <summary>In colour, from the least to the largest weight.</summary>
    Colour,

    /// <summary>The mean over channels, black to white.</summary>
    Mean,

    /// <summary>The first channel alone, signed.</summary>
    Red,

    /// <summary>The second channel alone, signed.</summary>
    Green,

    /// <summary>The third channel alone, signed.</summary>
    Blue,
}

/// <summary>Images, reconstructions and features as PNG, one pixel a value. Rows that aren't pictures become about a square, line by line.</summary>
internal static class Pictures
{
    /// <summary>The shape that values are drawn in.</summary>
    public static ImageShape Drawn(ImageShape shape)
    {
        int side = (int)Math.Ceiling(Math.Sqrt(shape.Length));
        return shape.IsImage ? shape : new ImageShape(side, ((shape.Length - 1) / side) + 1, 1);
    }

    /// <summary>An image, or what was made of <paramref name="original"/>: of a row, full colour is that one's largest magnitude.</summary>
    public static byte[] OfImage(ReadOnlySpan<float> values, ReadOnlySpan<float> original, ImageShape shape) =>
        Mosaic.Picture(values, Drawn(shape), shape.IsImage ? Stretch.Unit : Stretch.Signed, Math.Max(Math.Abs((double)TensorPrimitives.MaxMagnitude(original)), 1e-30)).ToPng();

    /// <summary>A difference: zero white, negative blue, positive orange, full colour at <paramref name="limit"/>; the mean over channels.</summary>
    public static byte[] OfDifference(ReadOnlySpan<float> values, ImageShape shape, double limit) => Mosaic.Picture(values, Drawn(shape), Stretch.Signed, limit).ToPng();

    public static byte[] OfFeature(ReadOnlySpan<float> weights, ImageShape shape, FeatureLook look)
    {
        ImageShape drawn = Drawn(shape);
        bool colour = shape.Channels == 3;
        int area = drawn.Width * drawn.Height;
        return (look switch
        {
            FeatureLook.Colour when colour => Mosaic.Picture(weights, drawn, Stretch.MinMax),
            FeatureLook.Usual when colour => Mosaic.Picture(weights, drawn, Stretch.MinMax),
            FeatureLook.Mean => Mosaic.Picture(weights, drawn, Stretch.ChannelMean),
            FeatureLook.Red or FeatureLook.Green or FeatureLook.Blue when colour =>
                Mosaic.Picture(weights.Slice((look - FeatureLook.Red) * area, area), drawn with { Channels = 1 }, Stretch.Signed),
            _ => Mosaic.Picture(weights, drawn, Stretch.Signed),
        }).ToPng();
    }

    /// <summary>The weights at the ends of the scale that <see cref="OfFeature"/> draws with.</summary>
    public static (double Low, double High) RangeOf(ReadOnlySpan<float> weights, ImageShape shape, FeatureLook look)
    {
        int area = Drawn(shape).Width * Drawn(shape).Height;
        bool colour = shape.Channels == 3;
        switch (look)
        {
            case FeatureLook.Colour or FeatureLook.Usual when colour:
                return (TensorPrimitives.Min(weights), TensorPrimitives.Max(weights));
            case FeatureLook.Mean:
                float[] means = weights[..Math.Min(area, weights.Length)].ToArray();
                for (int channel = 1; channel < shape.Channels; channel++)
                    TensorPrimitives.Add(means, weights.Slice(channel * area, area), means);
                TensorPrimitives.Divide(means, shape.Channels, means);
                return (TensorPrimitives.Min<float>(means), TensorPrimitives.Max<float>(means));
            default:
                ReadOnlySpan<float> drawn = look >= FeatureLook.Red && colour ? weights.Slice((look - FeatureLook.Red) * area, area) : weights;
                double limit = Math.Abs((double)TensorPrimitives.MaxMagnitude(drawn));
                return (-limit, limit);
        }
    }

    /// <summary>A picture inside a JSON answer, as an address that a browser shows.</summary>
    public static string Inline(byte[] png) => $"data:image/png;base64,{Convert.ToBase64String(png)}";
}
