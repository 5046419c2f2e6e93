using System.Numerics.Tensors;

namespace Tangram;

/// <summary>Features of another dictionary that look like a given one.</summary>
internal static class MatchedFeatures
{
    /// <summary>The rows of the decoder matrix with the largest cosines to some weights, the largest first; a row of zeros has cosine 0.</summary>
    public static IReadOnlyList<SimilarFeature> Of(ReadOnlySpan<float> weights, SparseAutoencoder other, int count)
    {
        var largest = new Largest(count);
        for (int feature = 0; feature < other.Options.Features; feature++)
        {
            float cosine = TensorPrimitives.CosineSimilarity(weights, other.Decoder.Row(feature));
            largest.Offer(feature, float.IsNaN(cosine) ? 0 : Math.Clamp(cosine, -1, 1));
        }
        GC.KeepAlive(other);
        return [.. largest.Take().Select(one => new SimilarFeature(one.Item, (float)one.Score))];
    }

    /// <summary>
    /// The cosine that the closest of some random directions would have about: √(1 − n^(−2/d)), near √(2 ln n / d), for n rows of d numbers. What is no closer
    /// looks no more alike than chance makes it.
    /// </summary>
    /// <param name="weights">What they are compared with; only where it isn't 0 can a row be like it.</param>
    /// <param name="rows">Their number, n.</param>
    public static double ByChance(ReadOnlySpan<float> weights, int rows) =>
        Math.Sqrt(1 - Math.Pow(rows, -2.0 / Math.Max(1, weights.Length - weights.Count(0f))));
}
