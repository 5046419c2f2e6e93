namespace Tangram;

/// <summary>What a feature of images responds to, in the words of the second document's section 3.</summary>
internal enum FeatureKind
{
    /// <summary>None of the below.</summary>
    Other,

    /// <summary>A hue against its opposite.</summary>
    Colour,

    /// <summary>Light against dark in one direction.</summary>
    Edge,

    /// <summary>A pattern that repeats.</summary>
    Texture,

    /// <summary>One place of the image.</summary>
    Region,
}

/// <summary>
/// Names what a feature responds to, the first of these that holds. Colour: at least a third of the squared weight is in differences between channels (pure yellow, cyan
/// and magenta have as much, red, green and blue two thirds), and its colours lie on one axis (hue coherence at least ½). Edge: the gradients agree in direction (coherence
/// at least .4). Texture: half of the squared weight is in waves of at least 4 periods per image, and 5 % of the waves hold half of it. Region: a window of half the width
/// and height holds half of the squared weight. It is a measure, not a judgement: compare it with the same of an untrained dictionary.
/// </summary>
internal static class FeatureKinds
{
    public const double LeastChroma = 1.0 / 3, LeastHueCoherence = 0.5, LeastCoherence = 0.4, LeastFrequency = 4, LeastConcentration = 0.5;

    public static FeatureKind Of(FeatureMeasures feature) =>
        feature is { ChromaShare: >= LeastChroma, HueCoherence: >= LeastHueCoherence } ? FeatureKind.Colour
        : feature.Coherence >= LeastCoherence ? FeatureKind.Edge
        : feature is { Frequency: >= LeastFrequency, Concentration: >= LeastConcentration } ? FeatureKind.Texture
        : feature.IsLocal ? FeatureKind.Region
        : FeatureKind.Other;

    /// <summary>The measures of some features of an autoencoder of images, in order; empty for rows that aren't images.</summary>
    public static FeatureMeasures[] Measure(SparseAutoencoder autoencoder, IReadOnlyList<int> features, int threads = 1, CancellationToken cancellation = default)
    {
        ImageShape shape = autoencoder.Options.Shape;
        if (!shape.IsImage)
            return [];
        var measures = new FeatureMeasures[features.Count];
        Parallel.For(0, features.Count, new ParallelOptions { MaxDegreeOfParallelism = Workers.CountFor(threads), CancellationToken = cancellation }, () => new CosineTransform(shape.Width, shape.Height),
            (index, _, transform) =>
            {
                measures[index] = FeatureMeasures.Of(autoencoder.Feature(features[index]), shape, transform);
                return transform;
            }, _ => { });
        return measures;
    }
}
