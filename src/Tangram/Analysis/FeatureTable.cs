namespace Tangram;

/// <summary>One member's codes of a set, and what they say of each feature.</summary>
internal sealed class FeatureTable
{
    private FeatureTable(SparseCodes codes, FeatureUse[] use, bool[] varies)
    {
        (Codes, Use, Varies) = (codes, use, varies);
        Alive = AliveOf(use);
        ByFrequency = [.. Enumerable.Range(0, use.Length).OrderByDescending(feature => use[feature].Frequency)];
    }

    public SparseCodes Codes { get; }

    /// <summary>Frequency and mean activation of each feature, [F].</summary>
    public FeatureUse[] Use { get; }

    /// <summary>Features and classes; null without labels.</summary>
    public ClassProfile? Profile { get; private init; }

    /// <summary>How often the nearest class mean is right; null without two classes to compare.</summary>
    public NearestMean? NearestMean { get; private init; }

    /// <summary>What the largest activations of a code contribute.</summary>
    public required Contribution Contribution { get; init; }

    /// <summary>Whether a pixel, in any channel, has more than one value over the set, [Height × Width].</summary>
    public bool[] Varies { get; }

    /// <summary>Features that at least one image activates, ascending.</summary>
    public int[] Alive { get; }

    /// <summary>What the features of <see cref="Alive"/> respond to, in that order; empty for rows that aren't images.</summary>
    public FeatureMeasures[] Measures { get; private init; } = [];

    /// <summary>All features, the most frequent first.</summary>
    public int[] ByFrequency { get; }

    public static FeatureTable Of(SparseAutoencoder autoencoder, ImageSet images, int threads, CancellationToken cancellation = default)
    {
        SparseCodes codes = autoencoder.Encode(images, threads, cancellation);
        ClassProfile? profile = images.HasLabels ? new ClassProfile(codes, images) : null;
        FeatureUse[] use = FeatureCounter.UseIn(codes);
        return new FeatureTable(codes, use, images.Varying)
        {
            Profile = profile,
            NearestMean = profile is { Comparable: true } ? NearestMean.Of(codes, images) : null,
            Contribution = Contribution.Of(autoencoder, codes, images),
            Measures = FeatureKinds.Measure(autoencoder, AliveOf(use), threads, cancellation),
        };
    }

    private static int[] AliveOf(FeatureUse[] use) => [.. Enumerable.Range(0, use.Length).Where(feature => use[feature].Frequency > 0)];
}
