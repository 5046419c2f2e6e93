namespace Tangram;

/// <summary>The quality of codes of another length by the same dictionary.</summary>
/// <param name="K">The most features that a code has.</param>
/// <param name="Pearson">Mean correlation of image and reconstruction; NaN where no image has one.</param>
/// <param name="Mse">Mean squared error.</param>
/// <param name="Active">Mean number of active features.</param>
internal readonly record struct SparsityPoint(int K, double Pearson, double Mse, double Active);

/// <summary>
/// Quality against sparsity without training: images are encoded anew with an eighth … twice as many features as the dictionary was trained for.
/// </summary>
internal static class SparsityCurve
{
    private const int Sample = 500;

    /// <summary>Points in the order of k; none for a rule without a k.</summary>
    public static IReadOnlyList<SparsityPoint> Of(SparseAutoencoder autoencoder, ImageSet images, Workers workers, CancellationToken cancellation = default)
    {
        if (autoencoder.Options.Rule is not SparsityRule.TopK rule)
            return [];
        int features = autoencoder.Options.Features;
        int[] ks = [.. new[] { rule.K / 8, rule.K / 4, rule.K / 2, rule.K, 2 * rule.K }.Select(k => Math.Clamp(k, 1, features)).Distinct()];
        ImageSet sample = images.Sample(Sample);
        // The k largest are among the 2k largest: one product serves all.
        SparseCodes codes = autoencoder.WithRule(rule with { K = ks[^1] }).Encode(sample, workers.Count, cancellation);
        var (pearson, mse, active) = (new double[sample.Count, ks.Length], new double[sample.Count, ks.Length], new double[sample.Count, ks.Length]);
        workers.Run(sample.Count, (_, image) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var x = new float[sample.Shape.Length];
            sample.CopyTo(image, x);
            for (int index = 0; index < ks.Length; index++)
            {
                var (chosen, activations) = ShorterCodes.Of(codes[image], ks[index]);
                float[] y = autoencoder.Decode(chosen, activations);
                pearson[image, index] = Correlation.Pearson(x, y);
                mse[image, index] = Correlation.SquaredError(x, y) / x.Length;
                active[image, index] = chosen.Length;
            }
        });
        return [.. ks.Select((k, index) =>
            new SparsityPoint(k, ReconstructionErrors.Mean(Column(pearson, index)), Column(mse, index).Average(), Column(active, index).Average()))];
    }

    private static IEnumerable<double> Column(double[,] values, int column) => Enumerable.Range(0, values.GetLength(0)).Select(row => values[row, column]);
}
