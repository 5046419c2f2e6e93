using System.Numerics.Tensors;

namespace Tangram;

/// <summary>
/// Codes or features in two dimensions: their two principal components. Distances on the map are never larger than between what it shows, and the share of variance says how
/// much is lost; <see cref="NeighbourMap"/> keeps neighbours together instead.
/// </summary>
/// <param name="Items">What is shown: numbers of images or features.</param>
/// <param name="X">Their places; the first component.</param>
/// <param name="Y">The second component.</param>
/// <param name="Share">Share of the variance that the two hold.</param>
internal sealed record CodeMap(int[] Items, double[] X, double[] Y, double Share)
{
    /// <summary>Of at most 2,000 codes, of fewer where there are very many features; null where they vary in fewer than two directions.</summary>
    public static CodeMap? Of(SparseCodes codes, Workers workers)
    {
        using MapVectors vectors = MapVectors.OfCodes(codes);
        return Of(vectors, workers);
    }

    /// <summary>Of some vectors; null where they vary in fewer than two directions.</summary>
    public static CodeMap? Of(MapVectors vectors, Workers workers)
    {
        if (vectors.Principal(2, workers) is not { } principal)
            return null;
        using FloatMatrix places = principal.Places;
        double[] x = [.. Enumerable.Range(0, places.Rows).Select(row => (double)places.Row(row)[0])];
        double[] y = [.. Enumerable.Range(0, places.Rows).Select(row => (double)places.Row(row)[1])];
        return new CodeMap(vectors.Items, x, y, (x.Sum(value => value * value) + y.Sum(value => value * value)) / principal.Variance);
    }
}

/// <summary>What a map shows the neighbourhood of: the codes of images, or the rows of features.</summary>
/// <param name="items">Numbers of the images or features.</param>
/// <param name="rows">A row for each.</param>
internal sealed class MapVectors(int[] items, FloatMatrix rows) : IDisposable
{
    /// <summary>More hardly change a map, and can't be told apart on it.</summary>
    public const int Most = 2000;

    /// <summary>Rows fill at most so many floats, 256 MiB.</summary>
    private const int MostFloats = 1 << 26;

    public int[] Items => items;

    public FloatMatrix Rows => rows;

    /// <summary>Codes of a sample of the images, as rows of all features.</summary>
    public static MapVectors OfCodes(SparseCodes codes)
    {
        int[] images = Sample(codes.Count, codes.Features);
        return new MapVectors(images, VectorSpace.OfCodes("codes", codes).Rows(images));
    }

    /// <summary>Rows of the decoder, of a sample of some features, brought to length 1: what they look like, not how strong they are.</summary>
    public static MapVectors OfFeatures(SparseAutoencoder autoencoder, int[] features)
    {
        int[] shown = [.. Sample(features.Length, autoencoder.Options.Shape.Length).Select(place => features[place])];
        return new MapVectors(shown, VectorSpace.OfRows("features", autoencoder.Decoder).Rows(shown, unit: true));
    }

    /// <summary>
    /// The rows less their mean, along their first principal components [N, count], and their variance (the sum over all directions of squares); null where they vary in fewer
    /// than two directions. Fewer components where they vary in fewer.
    /// </summary>
    public (FloatMatrix Places, double Variance)? Principal(int count, Workers workers)
    {
        count = Math.Min(count, Math.Min(rows.Columns, items.Length - 1));
        if (count < 2)
            return null;
        var flat = new float[items.Length * rows.Columns];
        for (int row = 0; row < items.Length; row++)
            rows.Row(row).CopyTo(flat.AsSpan(row * rows.Columns));
        ImageSet set = ImageSet.FromRows("vectors", rows.Columns, flat);
        using FloatMatrix components = PrincipalComponents.Of(set, count, seed: 0, workers);
        if (components.Rows < 2)
            return null;
        float[] middle = Array.ConvertAll(GeometricMedian.Mean(set, workers), value => (float)value);
        double variance = 0;
        using var centred = new FloatMatrix(items.Length, rows.Columns);
        for (int row = 0; row < items.Length; row++)
        {
            TensorPrimitives.Subtract(rows.Row(row), middle, centred.Row(row));
            variance += TensorPrimitives.SumOfSquares<float>(centred.Row(row));
        }
        return (RowProducts.Of(centred, components, workers), variance);
    }

    public void Dispose() => rows.Dispose();

    private static int[] Sample(int count, int columns) => RandomSample.Of(count, Math.Clamp(MostFloats / columns, 3, Most));
}
