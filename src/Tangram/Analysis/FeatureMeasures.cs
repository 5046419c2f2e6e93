namespace Tangram;

/// <summary>What a feature of images responds to, measured on its weights. The kind follows from the numbers: <see cref="FeatureKinds.Of"/>.</summary>
/// <param name="Coherence">
/// How much the gradients of the weights agree in direction: 0 all directions alike, 1 a single one. Of the structure tensor J, summed over pixels and channels:
/// √((J_xx − J_yy)² + 4 J_xy²) / (J_xx + J_yy). Source: Bigün, Granlund, "Optimal orientation detection of linear symmetry", ICCV 1987.
/// </param>
/// <param name="Orientation">Direction of the edges, in degrees, 0 … 180: 0 lies, 90 stands, 45 rises to the right.</param>
/// <param name="Frequency">Half of the squared weight is in waves of at most so many periods per image (radially; constant parts left out).</param>
/// <param name="Concentration">Share of the squared weight in the strongest 5 % of the waves: white noise has .28 (.17 over three channels), a pattern that repeats nearly all.</param>
/// <param name="Complexity">Effective number of waves: exp of the entropy of the squared weight over them.</param>
/// <param name="ChromaShare">Share of the squared weight in the differences between channels, 0 for grey; three channels of noise have two thirds.</param>
/// <param name="HueCoherence">How much the colours of the weights lie on one axis through grey: 0 all hues alike, 1 a hue and its opposite alone.</param>
/// <param name="Hue">The hue of that axis, on the side that the sum of the weights is on, in degrees: red 0, yellow 60, green 120, blue 240.</param>
/// <param name="CentreX">Centre of the squared weight: 0 left … 1 right.</param>
/// <param name="CentreY">0 top … 1 bottom.</param>
/// <param name="Extent">Share of the image's area, the fewest pixels, that holds half of the squared weight.</param>
/// <param name="IsLocal">Whether some window of half the width and height holds half of the squared weight.</param>
internal sealed record FeatureMeasures(double Coherence, double Orientation, double Frequency, double Concentration, double Complexity, double ChromaShare,
    double HueCoherence, double Hue, double CentreX, double CentreY, double Extent, bool IsLocal)
{
    /// <summary>Measures weights [channels, height, width]; one of zeros has NaN for what isn't defined.</summary>
    public static FeatureMeasures Of(ReadOnlySpan<float> weights, ImageShape shape, CosineTransform transform)
    {
        var (coherence, orientation) = Edges(weights, shape);
        Spectrum spectrum = Spectrum.Of(weights, shape, transform);
        var (chroma, hueCoherence, hue) = Colours(weights, shape);
        var (x, y, extent) = Place(weights, shape);
        return new FeatureMeasures(coherence, orientation, spectrum.MedianFrequency, spectrum.Concentration, spectrum.Complexity, chroma, hueCoherence, hue, x, y,
            extent, FeaturePlaces.IsLocal(weights, shape));
    }

    /// <summary>The structure tensor, by central differences inside the image.</summary>
    private static (double Coherence, double Orientation) Edges(ReadOnlySpan<float> weights, ImageShape shape)
    {
        double xx = 0, yy = 0, xy = 0;
        int width = shape.Width, area = width * shape.Height;
        for (int start = 0; start < weights.Length; start += area)
        {
            for (int y = 1; y + 1 < shape.Height; y++)
            {
                for (int pixel = start + (y * width) + 1, end = pixel + width - 2; pixel < end; pixel++)
                {
                    double dx = weights[pixel + 1] - weights[pixel - 1], dy = weights[pixel + width] - weights[pixel - width];
                    (xx, yy, xy) = (xx + (dx * dx), yy + (dy * dy), xy + (dx * dy));
                }
            }
        }
        double difference = Math.Sqrt(((xx - yy) * (xx - yy)) + (4 * xy * xy));
        // The edge lies across the gradient, and rows count downwards.
        double angle = 90 - (0.5 * Math.Atan2(2 * xy, xx - yy) * 180 / Math.PI);
        return (xx + yy > 0 ? difference / (xx + yy) : double.NaN, ((angle % 180) + 180) % 180);
    }

    /// <summary>Weights of three channels as luma (their mean) and two opponent axes, red against cyan and green against magenta turned to right angles.</summary>
    private static (double Share, double Coherence, double Hue) Colours(ReadOnlySpan<float> weights, ImageShape shape)
    {
        if (shape.Channels != 3)
            return (0, double.NaN, double.NaN);
        int area = shape.Width * shape.Height;
        double aa = 0, bb = 0, ab = 0, sumA = 0, sumB = 0, total = 0;
        for (int pixel = 0; pixel < area; pixel++)
        {
            double red = weights[pixel], green = weights[area + pixel], blue = weights[(2 * area) + pixel];
            // Orthonormal: a² + b² is the squared weight less three times the squared mean.
            double a = ((2 * red) - green - blue) / Math.Sqrt(6), b = (green - blue) / Math.Sqrt(2);
            (aa, bb, ab, sumA, sumB) = (aa + (a * a), bb + (b * b), ab + (a * b), sumA + a, sumB + b);
            total += (red * red) + (green * green) + (blue * blue);
        }
        if (aa + bb <= 0)
            return (total > 0 ? 0 : double.NaN, double.NaN, double.NaN);
        double axis = 0.5 * Math.Atan2(2 * ab, aa - bb);
        if ((sumA * Math.Cos(axis)) + (sumB * Math.Sin(axis)) < 0)
            axis += Math.PI;
        double coherence = Math.Sqrt(((aa - bb) * (aa - bb)) + (4 * ab * ab)) / (aa + bb);
        return ((aa + bb) / total, coherence, ((axis * 180 / Math.PI) + 360) % 360);
    }

    private static (double X, double Y, double Extent) Place(ReadOnlySpan<float> weights, ImageShape shape)
    {
        var energy = new double[shape.Width * shape.Height];
        for (int index = 0; index < weights.Length; index++)
            energy[index % energy.Length] += (double)weights[index] * weights[index];
        double total = energy.Sum(), x = 0, y = 0;
        for (int pixel = 0; pixel < energy.Length; pixel++)
        {
            x += energy[pixel] * ((pixel % shape.Width) + 0.5);
            y += energy[pixel] * ((pixel / shape.Width) + 0.5);
        }
        if (total <= 0)
            return (double.NaN, double.NaN, double.NaN);
        return (x / total / shape.Width, y / total / shape.Height, Spectrum.FewestFor(energy, total / 2) / (double)energy.Length);
    }
}
