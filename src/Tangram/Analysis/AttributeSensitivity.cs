namespace Tangram;

/// <summary>
/// The feature whose activation goes best with an attribute of images, found on one half of the images and measured on the other; variants of an image are in the same half.
/// </summary>
/// <param name="Attribute">Its name.</param>
/// <param name="Feature">The feature, of those that at least 20 images of the first half activate; −1 where there is none.</param>
/// <param name="Correlation">Pearson's correlation over the second half of activation (0 where inactive) and attribute; NaN where one of them doesn't vary.</param>
/// <param name="Images">Images of the second half with a large area of the attribute.</param>
/// <param name="ActiveWith">Share of these that activate the feature.</param>
/// <param name="ActiveWithout">Share of the others that do.</param>
internal sealed record AttributeSensitivity(string Attribute, int Feature, double Correlation, int Images, double ActiveWith, double ActiveWithout)
{
    /// <summary>For each hue, the feature that follows the share of its pixels.</summary>
    /// <param name="codes">Codes of the images.</param>
    /// <param name="attributes">Attributes of the same images, with hues.</param>
    public static AttributeSensitivity[] OfHues(SparseCodes codes, ImageAttributes attributes) => [.. NamedHue.All.Select((hue, index) => Of(hue.Name, codes,
        attributes.Hues[index], attributes.Hues[index].Select(share => share >= ImageAttributes.LargeArea).ToArray(), attributes.Halves))];

    private static AttributeSensitivity Of(string name, SparseCodes codes, double[] attribute, bool[] large, int[] halves)
    {
        int[] choosing = [.. Enumerable.Range(0, codes.Count).Where(image => halves[image] == 0)];
        int[] measuring = [.. Enumerable.Range(0, codes.Count).Where(image => halves[image] == 1)];
        var active = new int[codes.Features];
        foreach (int image in choosing)
        {
            var (features, activations) = codes[image];
            for (int slot = 0; slot < features.Length; slot++)
                active[features.Span[slot]] += activations.Span[slot] != 0 ? 1 : 0;
        }
        double[] first = Correlations(codes, attribute, choosing), second = Correlations(codes, attribute, measuring);
        int best = -1;
        for (int feature = 0; feature < first.Length; feature++)
        {
            if (active[feature] >= ClassProfile.LeastActivations && !double.IsNaN(first[feature]) && (best < 0 || first[feature] > first[best]))
                best = feature;
        }
        if (best < 0)
            return new AttributeSensitivity(name, -1, double.NaN, 0, double.NaN, double.NaN);
        var (with, without, activeWith, activeWithout) = (0, 0, 0, 0);
        foreach (int image in measuring)
        {
            int one = IsActive(codes, image, best) ? 1 : 0;
            if (large[image])
                (with, activeWith) = (with + 1, activeWith + one);
            else
                (without, activeWithout) = (without + 1, activeWithout + one);
        }
        return new AttributeSensitivity(name, best, second[best], with, (double)activeWith / with, (double)activeWithout / without);
    }

    /// <summary>The correlation of each feature's activation with an attribute, over some images, by sums over the codes' entries; NaN without variance.</summary>
    internal static double[] Correlations(SparseCodes codes, double[] attribute, int[] images)
    {
        var (sums, squares, products) = (new double[codes.Features], new double[codes.Features], new double[codes.Features]);
        double mean = images.Select(image => attribute[image]).DefaultIfEmpty().Average(), square = 0;
        foreach (int image in images)
        {
            double deviation = attribute[image] - mean;
            square += deviation * deviation;
            var (features, activations) = codes[image];
            for (int slot = 0; slot < features.Length; slot++)
            {
                double activation = activations.Span[slot];
                sums[features.Span[slot]] += activation;
                squares[features.Span[slot]] += activation * activation;
                products[features.Span[slot]] += activation * deviation;
            }
        }
        var correlations = new double[codes.Features];
        for (int feature = 0; feature < correlations.Length; feature++)
        {
            double variance = squares[feature] - (sums[feature] * sums[feature] / Math.Max(1, images.Length));
            // The deviations' sum is 0, so the products need no mean taken off; what is left of a variance may be rounding.
            correlations[feature] = square > 0 && variance > 1e-9 * squares[feature] ? products[feature] / Math.Sqrt(square * variance) : double.NaN;
        }
        return correlations;
    }

    private static bool IsActive(SparseCodes codes, int image, int feature)
    {
        var (features, activations) = codes[image];
        int slot = features.Span.BinarySearch(feature);
        return slot >= 0 && activations.Span[slot] != 0;
    }
}
