namespace Tangram;

/// <summary>
/// Reconstructions from the n largest activations (by magnitude) of a code and the pre-bias, n = 1 … k, over a sample of images spread over the set. A code of fewer
/// activations stays as it is from its last one on.
/// </summary>
/// <param name="Images">Number of images.</param>
/// <param name="Pearson">Mean correlation of image and reconstruction from the n largest, [k]; NaN where no image has one.</param>
/// <param name="Share">Mean share of the code's squared activation in the n largest, [k].</param>
internal sealed record Contribution(int Images, double[] Pearson, double[] Share)
{
    private const int Sample = 200;

    /// <summary>The least n that reaches a share of the correlation that all activations reach; NaN where that isn't positive.</summary>
    public double Reaching(double share) => Pearson.Length > 0 && Pearson[^1] > 0 ? Array.FindIndex(Pearson, value => value >= share * Pearson[^1])
        + 1 : double.NaN;

    public static Contribution Of(SparseAutoencoder autoencoder, SparseCodes codes, ImageSet images)
    {
        int k = autoencoder.Options.MaximumNonZeros, count = Math.Min(Sample, images.Count);
        var (pearson, share) = (new double[k], new double[k]);
        var counted = new int[k];
        for (int index = 0; index < count; index++)
            Add(autoencoder, codes, images, (int)((long)index * images.Count / count), pearson, counted, share);
        return new Contribution(count, [.. pearson.Select((sum, n) => sum / counted[n])], [.. share.Select(sum => sum / count)]);
    }

    private static void Add(SparseAutoencoder autoencoder, SparseCodes codes, ImageSet images, int image, double[] pearson, int[] counted,
        double[] share)
    {
        var (indices, values) = codes[image];
        var (x, y) = (new float[images.Shape.Length], new float[images.Shape.Length]);
        images.CopyTo(image, x);
        int[] order = [.. Enumerable.Range(0, indices.Length).OrderByDescending(slot => Math.Abs(values.Span[slot]))];
        double total = order.Sum(slot => (double)values.Span[slot] * values.Span[slot]), sum = 0;
        autoencoder.PreBias?.CopyTo(y, 0);
        double correlation = Correlation.Pearson(x, y);
        for (int n = 0; n < pearson.Length; n++)
        {
            if (n < order.Length)
            {
                ReadOnlySpan<float> row = autoencoder.Feature(indices.Span[order[n]]);
                float value = values.Span[order[n]];
                for (int pixel = 0; pixel < y.Length; pixel++)
                    y[pixel] += value * row[pixel];
                sum += (double)value * value;
                correlation = Correlation.Pearson(x, y);
            }
            share[n] += total > 0 ? sum / total : 0;
            if (!double.IsFinite(correlation))
                continue;
            pearson[n] += correlation;
            counted[n]++;
        }
    }
}
