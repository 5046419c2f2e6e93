namespace Tangram;

/// <summary>Where in the image features look.</summary>
internal static class FeaturePlaces
{
    /// <summary>Whether some window of half the width and half the height holds at least half the squared weight; by sums over rectangles.</summary>
    public static bool IsLocal(ReadOnlySpan<float> weights, ImageShape shape)
    {
        if (!shape.IsImage)
            return false;
        int width = shape.Width, height = shape.Height, windowWidth = Math.Max(1, width / 2), windowHeight = Math.Max(1, height / 2);
        var sums = new double[height + 1, width + 1];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double square = 0;
                for (int channel = 0; channel < shape.Channels; channel++)
                {
                    double weight = weights[(channel * width * height) + (y * width) + x];
                    square += weight * weight;
                }
                sums[y + 1, x + 1] = square + sums[y, x + 1] + sums[y + 1, x] - sums[y, x];
            }
        }
        for (int y = windowHeight; y <= height; y++)
        {
            for (int x = windowWidth; x <= width; x++)
            {
                if (sums[y, x] - sums[y - windowHeight, x] - sums[y, x - windowWidth] + sums[y - windowHeight, x - windowWidth] >= sums[height, width] / 2)
                    return sums[height, width] > 0;
            }
        }
        return false;
    }

    /// <summary>Share of the pixels that vary where at least one feature has a weight of at least half its largest magnitude.</summary>
    public static double Coverage(SparseAutoencoder autoencoder, int[] alive, bool[] varies)
    {
        ImageShape shape = autoencoder.Options.Shape;
        var covered = new bool[shape.Width * shape.Height];
        foreach (int feature in alive)
        {
            ReadOnlySpan<float> weights = autoencoder.Feature(feature);
            float half = 0;
            foreach (float weight in weights)
                half = Math.Max(half, Math.Abs(weight) / 2);
            for (int index = 0; half > 0 && index < weights.Length; index++)
                covered[index % covered.Length] |= Math.Abs(weights[index]) >= half;
        }
        return varies.Any(one => one) ? (double)covered.Where((one, pixel) => one && varies[pixel]).Count() / varies.Count(one => one) : double.NaN;
    }
}
