namespace Tangram;

/// <summary>
/// Whether images of one class lie together in a space, by the angle between vectors (distance 1 − cosine).
/// </summary>
/// <param name="Space">The kind of vectors.</param>
/// <param name="Silhouette">
/// Mean over images of (b − a) / max(a, b), a the mean distance to images of the own class, b that to the nearest other class: 1 tight clusters, 0 none, negative where
/// another class is nearer; an image that is alone in its class is left out. Source: Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis", 1987.
/// </param>
/// <param name="Purity">Share of images whose nearest image, of another group than their own, is of their class.</param>
internal sealed record Separability(string Space, double Silhouette, double Purity)
{
    /// <summary>Images at most: all distances between them are looked at.</summary>
    public const int Most = 2000;

    /// <summary><see cref="Silhouette"/> with its interval over images, by <see cref="Bootstrap"/>: each keeps the distances that it has.</summary>
    public Estimate SilhouetteEstimate { get; init; }

    /// <summary>The same of <see cref="Purity"/>.</summary>
    public Estimate PurityEstimate { get; init; }

    /// <summary>What purity is when neighbours are drawn at random: Σ p_c².</summary>
    public static double Chance(ImageSet images)
    {
        int[] sample = RandomSample.Of(images.Count, Most);
        return sample.GroupBy(images.Label).Sum(group => Math.Pow((double)group.Count() / sample.Length, 2));
    }

    /// <summary>Of each space; images of one group (crops of a photo, an emoji of two vendors) don't count as neighbours of each other. Empty without two classes.</summary>
    public static Separability[] Of(IReadOnlyList<VectorSpace> spaces, ImageSet images, Workers workers)
    {
        int[] sample = RandomSample.Of(images.Count, Most);
        if (!images.HasLabels || sample.Select(images.Label).Distinct().Count() < 2)
            return [];
        int[] labels = [.. sample.Select(images.Label)], groups = [.. sample.Select(images.Group)];
        return [.. spaces.Select(space =>
        {
            using FloatMatrix unit = space.Rows(sample, unit: true), cosines = RowProducts.Of(unit, unit, workers);
            var (silhouettes, pure) = (new double[sample.Length], new bool[sample.Length]);
            workers.Run(sample.Length, (_, image) => (silhouettes[image], pure[image]) = Measure(cosines.Row(image), image, labels, groups, images.ClassNames.Count));
            double[] nearest = [.. pure.Select(one => one ? 1.0 : 0)];
            Estimate[] estimates = Bootstrap.Of(groups, RandomPurpose.SeparabilityResample, [times => Mean(silhouettes, times), times => Mean(nearest, times)]);
            return new Separability(space.Name, estimates[0].Mean, estimates[1].Mean) { SilhouetteEstimate = estimates[0], PurityEstimate = estimates[1] };
        })];
    }

    /// <summary>Of the values that are finite, each counted as often as told.</summary>
    private static double Mean(double[] values, int[]? times)
    {
        var (sum, count) = (0.0, 0L);
        for (int image = 0; image < values.Length; image++)
        {
            int weight = double.IsFinite(values[image]) ? times?[image] ?? 1 : 0;
            if (weight > 0)
                (sum, count) = (sum + (weight * values[image]), count + weight);
        }
        return count == 0 ? double.NaN : sum / count;
    }

    private static (double Silhouette, bool Pure) Measure(ReadOnlySpan<float> cosines, int image, int[] labels, int[] groups, int classes)
    {
        var (sums, counts) = (new double[classes], new int[classes]);
        int nearest = -1;
        for (int other = 0; other < labels.Length; other++)
        {
            if (groups[other] == groups[image])
                continue;
            sums[labels[other]] += 1 - cosines[other];
            counts[labels[other]]++;
            if (nearest < 0 || cosines[other] > cosines[nearest])
                nearest = other;
        }
        int own = labels[image];
        double a = counts[own] == 0 ? double.NaN : sums[own] / counts[own], b = double.PositiveInfinity;
        for (int label = 0; label < classes; label++)
        {
            if (label != own && counts[label] > 0)
                b = Math.Min(b, sums[label] / counts[label]);
        }
        double silhouette = double.IsNaN(a) || double.IsInfinity(b) ? double.NaN : Math.Max(a, b) > 0 ? (b - a) / Math.Max(a, b) : 0;
        return (silhouette, nearest >= 0 && labels[nearest] == own);
    }
}
