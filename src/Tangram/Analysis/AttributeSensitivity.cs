namespace Tangram;

/// <summary>
/// The feature whose activation goes best with an attribute of images, found on some images and measured on others: on those that the run learned from and those of the report, or
/// on the halves of one set, with variants of an image in the same half.
/// </summary>
/// <param name="Attribute">Its name.</param>
/// <param name="Feature">The feature, of those that at least 20 of the first images activate; −1 where there is none.</param>
/// <param name="Correlation">Pearson's correlation over the second images of activation (0 where inactive) and attribute; NaN where one of them doesn't vary.</param>
/// <param name="Images">Second images with a large area of the attribute.</param>
/// <param name="ActiveWith">Share of these that activate the feature.</param>
/// <param name="ActiveWithout">Share of the others that do.</param>
internal sealed record AttributeSensitivity(string Attribute, int Feature, double Correlation, int Images, double ActiveWith, double ActiveWithout)
{
    /// <summary>For each hue, the feature that follows the share of its pixels on one half of the images, measured on the other.</summary>
    /// <param name="codes">Codes of the images.</param>
    /// <param name="attributes">Attributes of the same images, with hues.</param>
    public static AttributeSensitivity[] OfHues(SparseCodes codes, ImageAttributes attributes) =>
        OfHues(codes, attributes, InHalf(attributes, 0), codes, attributes, InHalf(attributes, 1));

    /// <summary>For each hue, the feature that follows the share of its pixels on the images learned from, measured on all of the others.</summary>
    public static AttributeSensitivity[] OfHues(SparseCodes learnedCodes, ImageAttributes learned, SparseCodes codes, ImageAttributes attributes) =>
        OfHues(learnedCodes, learned, [.. Enumerable.Range(0, learnedCodes.Count)], codes, attributes, [.. Enumerable.Range(0, codes.Count)]);

    /// <summary>The images of one half.</summary>
    public static int[] InHalf(ImageAttributes attributes, int half) => [.. Enumerable.Range(0, attributes.Halves.Length).Where(image => attributes.Halves[image] == half)];

    private static AttributeSensitivity[] OfHues(SparseCodes codes, ImageAttributes attributes, int[] choosing, SparseCodes others, ImageAttributes otherAttributes, int[] measuring) =>
        [.. NamedHue.All.Select((hue, index) =>
        {
            int best = Best(codes, attributes.Hues[index], choosing);
            return best < 0 ? new AttributeSensitivity(hue.Name, -1, double.NaN, 0, double.NaN, double.NaN) : Measure(hue.Name, best, others, otherAttributes.Hues[index], measuring);
        })];

    /// <summary>The feature with the highest correlation, of those that are active often enough; −1 where there is none.</summary>
    private static int Best(SparseCodes codes, double[] attribute, int[] images)
    {
        var active = new int[codes.Features];
        foreach (int image in images)
        {
            var (features, activations) = codes[image];
            for (int slot = 0; slot < features.Length; slot++)
                active[features.Span[slot]] += activations.Span[slot] != 0 ? 1 : 0;
        }
        double[] correlations = Correlations(codes, attribute, images);
        int best = -1;
        for (int feature = 0; feature < correlations.Length; feature++)
        {
            if (active[feature] >= ClassProfile.LeastActivations && !double.IsNaN(correlations[feature]) && (best < 0 || correlations[feature] > correlations[best]))
                best = feature;
        }
        return best;
    }

    private static AttributeSensitivity Measure(string name, int feature, SparseCodes codes, double[] attribute, int[] images)
    {
        var (with, without, activeWith, activeWithout) = (0, 0, 0, 0);
        foreach (int image in images)
        {
            int one = IsActive(codes, image, feature) ? 1 : 0;
            if (attribute[image] >= ImageAttributes.LargeArea)
                (with, activeWith) = (with + 1, activeWith + one);
            else
                (without, activeWithout) = (without + 1, activeWithout + one);
        }
        return new AttributeSensitivity(name, feature, Correlations(codes, attribute, images)[feature], with, (double)activeWith / with, (double)activeWithout / without);
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
