namespace Tangram;

/// <summary>The images of a class whose codes are most and least like the class's mean code.</summary>
/// <param name="Typical">The largest cosines to the mean code, the largest first; of equal ones the lowest number first.</param>
/// <param name="Atypical">The smallest among the other images, the smallest first. An image without active features has cosine 0.</param>
internal sealed record TypicalImages(IReadOnlyList<(int Image, double Cosine)> Typical, IReadOnlyList<(int Image, double Cosine)> Atypical)
{
    /// <param name="codes">Codes of the images.</param>
    /// <param name="images">The images, with labels.</param>
    /// <param name="label">The class; without images there is nothing to list.</param>
    /// <param name="mean">Its mean code, [F].</param>
    /// <param name="count">The most images of each sort.</param>
    public static TypicalImages Of(SparseCodes codes, ImageSet images, int label, ReadOnlySpan<double> mean, int count)
    {
        double squares = 0;
        foreach (double value in mean)
            squares += value * value;
        var (largest, smallest) = (new Largest(count), new Largest(2 * count));
        for (int image = 0; image < images.Count; image++)
        {
            if (images.Label(image) != label)
                continue;
            double cosine = Cosine(codes, image, mean, squares);
            largest.Offer(image, cosine);
            smallest.Offer(image, -cosine);
        }
        (int Image, double Cosine)[] typical = largest.Take();
        return new TypicalImages(typical, [.. smallest.Take().Where(one => !typical.Any(other => other.Image == one.Item)).Take(count).Select(one => (one.Item, -one.Score))]);
    }

    private static double Cosine(SparseCodes codes, int image, ReadOnlySpan<double> mean, double squares)
    {
        var code = codes[image];
        ReadOnlySpan<int> features = code.Features.Span;
        ReadOnlySpan<float> activations = code.Activations.Span;
        double product = 0, own = 0;
        for (int slot = 0; slot < features.Length; slot++)
        {
            double activation = activations[slot];
            product += activation * mean[features[slot]];
            own += activation * activation;
        }
        return own > 0 && squares > 0 ? product / Math.Sqrt(own * squares) : 0;
    }
}
