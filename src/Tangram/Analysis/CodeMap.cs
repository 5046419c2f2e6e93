using System.Numerics.Tensors;

namespace Tangram;

/// <summary>
/// Codes in two dimensions: their two principal components. Neither t-SNE nor UMAP is to be had as a library, and components have a merit of their own: distances on the
/// map are never larger than between the codes, and the share of variance says how much is lost.
/// </summary>
/// <param name="Images">The images shown, numbers in the set.</param>
/// <param name="X">Their places; the first component.</param>
/// <param name="Y">The second component.</param>
/// <param name="Share">Share of the codes' variance that the two hold.</param>
internal sealed record CodeMap(int[] Images, double[] X, double[] Y, double Share)
{
    private const int Most = 2000;

    /// <summary>The codes looked at fill at most so many floats, 256 MiB, as rows of all features.</summary>
    private const int MostFloats = 1 << 26;

    /// <summary>Of at most 2,000 codes, of fewer where there are very many features; null where they vary in fewer than two directions.</summary>
    public static CodeMap? Of(SparseCodes codes, Workers workers)
    {
        int[] images = RandomSample.Of(codes.Count, Math.Clamp(MostFloats / codes.Features, 3, Most));
        if (images.Length < 3)
            return null;
        using FloatMatrix dense = VectorSpace.OfCodes("codes", codes).Rows(images);
        var flat = new float[images.Length * codes.Features];
        for (int row = 0; row < images.Length; row++)
            dense.Row(row).CopyTo(flat.AsSpan(row * codes.Features));
        ImageSet set = ImageSet.FromRows("codes", codes.Features, flat);
        using FloatMatrix components = PrincipalComponents.Of(set, Math.Min(2, codes.Features), seed: 0, workers);
        if (components.Rows < 2)
            return null;
        double[] mean = GeometricMedian.Mean(set, workers);
        float[] middle = Array.ConvertAll(mean, value => (float)value);
        double variance = 0;
        for (int row = 0; row < images.Length; row++)
        {
            TensorPrimitives.Subtract(dense.Row(row), middle, dense.Row(row));
            variance += TensorPrimitives.SumOfSquares<float>(dense.Row(row));
        }
        using FloatMatrix places = RowProducts.Of(dense, components, workers);
        double[] x = [.. Enumerable.Range(0, images.Length).Select(row => (double)places.Row(row)[0])];
        double[] y = [.. Enumerable.Range(0, images.Length).Select(row => (double)places.Row(row)[1])];
        return new CodeMap(images, x, y, (x.Sum(value => value * value) + y.Sum(value => value * value)) / variance);
    }
}
