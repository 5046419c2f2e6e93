namespace Tangram;

/// <summary>
/// Whether classes form patterns that can be told apart: the class of an image is guessed as that of the nearest mean code, in Euclidean distance.
/// Nothing is fitted but the means.
/// </summary>
/// <param name="Accuracy">Share of the counted images whose guess is right; NaN when a half is empty.</param>
/// <param name="Chance">The share that always guessing the most frequent class gets.</param>
internal sealed record NearestMean(double Accuracy, double Chance)
{
    /// <summary>
    /// The set is halved within each class, so that no order of the images empties a class: every second image makes the means, the others are
    /// counted.
    /// </summary>
    public static NearestMean Of(SparseCodes codes, ImageSet images)
    {
        int classes = images.ClassNames.Count;
        var seen = new int[classes];
        var (used, counted) = (new int[classes], new int[classes]);
        bool[] first = [.. Enumerable.Range(0, images.Count).Select(image => seen[images.Label(image)]++ % 2 == 0)];
        var means = new double[classes, codes.Features];
        for (int image = 0; image < images.Count; image++)
        {
            int label = images.Label(image);
            (first[image] ? used : counted)[label]++;
            var (features, activations) = codes[image];
            for (int slot = 0; first[image] && slot < features.Length; slot++)
                means[label, features.Span[slot]] += activations.Span[slot];
        }
        var squares = new double[classes];
        for (int label = 0; label < classes; label++)
        {
            for (int feature = 0; feature < codes.Features; feature++)
            {
                means[label, feature] /= Math.Max(1, used[label]);
                squares[label] += means[label, feature] * means[label, feature];
            }
        }
        int right = 0;
        for (int image = 0; image < images.Count; image++)
        {
            if (!first[image] && Nearest(codes, image, means, squares, used) == images.Label(image))
                right++;
        }
        double all = counted.Sum();
        return new NearestMean(right / all, counted.Max() / all);
    }

    /// <summary>Smallest ‖m‖² − 2⟨z, m⟩: the squared distance less ‖z‖², which is the same for every class.</summary>
    private static int Nearest(SparseCodes codes, int image, double[,] means, double[] squares, int[] used)
    {
        var (features, activations) = codes[image];
        var (nearest, least) = (-1, double.PositiveInfinity);
        for (int label = 0; label < squares.Length; label++)
        {
            double distance = squares[label];
            for (int slot = 0; slot < features.Length; slot++)
                distance -= 2 * activations.Span[slot] * means[label, features.Span[slot]];
            if (used[label] > 0 && distance < least)
                (nearest, least) = (label, distance);
        }
        return nearest;
    }
}
