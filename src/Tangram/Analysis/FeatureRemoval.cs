namespace Tangram;

/// <summary>An image's reconstruction with a feature and without it; the rest of its code stays as it is.</summary>
/// <param name="Image">Number of the image.</param>
/// <param name="Activation">The feature's.</param>
/// <param name="Before">With it, D values.</param>
/// <param name="After">Without it, D values.</param>
/// <param name="ErrorBefore">Mean squared error with it.</param>
/// <param name="ErrorAfter">Mean squared error without it.</param>
internal sealed record FeatureRemoval(int Image, float Activation, float[] Before, float[] After, double ErrorBefore, double ErrorAfter)
{
    public static FeatureRemoval Of(SparseAutoencoder autoencoder, SparseCodes codes, ImageSet images, int feature, ImageActivation used)
    {
        var (features, activations) = codes[used.Image];
        float[] before = autoencoder.Decode(features.Span, activations.Span), weights = autoencoder.Feature(feature);
        var (after, original) = (new float[before.Length], new float[before.Length]);
        images.CopyTo(used.Image, original);
        double errorBefore = 0, errorAfter = 0;
        for (int index = 0; index < before.Length; index++)
        {
            after[index] = before[index] - (used.Activation * weights[index]);
            double with = (double)original[index] - before[index], without = (double)original[index] - after[index];
            (errorBefore, errorAfter) = (errorBefore + (with * with), errorAfter + (without * without));
        }
        return new FeatureRemoval(used.Image, used.Activation, before, after, errorBefore / before.Length, errorAfter / before.Length);
    }
}

/// <summary>What a feature does for the images that activate it: how their reconstructions fare without it.</summary>
/// <param name="Images">Number of images that were looked at, spread at random over those that activate it.</param>
/// <param name="ErrorBefore">Their mean squared error with it; NaN where there are none.</param>
/// <param name="ErrorAfter">The same without it.</param>
/// <param name="Helped">Share of them whose error is smaller with it.</param>
internal sealed record RemovalEffect(int Images, double ErrorBefore, double ErrorAfter, double Helped)
{
    /// <summary>Multiplications and additions that decoding the images may take, about 50 ms of them; and the fewest and most images.</summary>
    private const double Work = 1e8;

    private const int Fewest = 24, Most = 1000;

    public static RemovalEffect Of(SparseAutoencoder autoencoder, SparseCodes codes, ImageSet images, FeatureIndex index, int feature, CancellationToken cancellation)
    {
        var (users, activations) = index[feature];
        double perImage = (double)autoencoder.Options.Shape.Length * Math.Max(1, codes.NonZeros / Math.Max(1, codes.Count));
        int[] sample = RandomSample.Of(users.Length, (int)Math.Clamp(Work / perImage, Fewest, Most));
        double before = 0, after = 0;
        int helped = 0;
        foreach (int entry in sample)
        {
            cancellation.ThrowIfCancellationRequested();
            FeatureRemoval one = FeatureRemoval.Of(autoencoder, codes, images, feature, new ImageActivation(users.Span[entry], activations.Span[entry]));
            (before, after) = (before + one.ErrorBefore, after + one.ErrorAfter);
            helped += one.ErrorAfter > one.ErrorBefore ? 1 : 0;
        }
        return new RemovalEffect(sample.Length, before / sample.Length, after / sample.Length, (double)helped / sample.Length);
    }
}
