namespace Tangram;

/// <summary>The numbers in a code beside those that it stands for.</summary>
/// <param name="Inputs">Values of an image, D.</param>
/// <param name="Features">Features of the dictionary, F.</param>
/// <param name="Active">The most activations of a code, k.</param>
internal sealed record CodeCounts(int Inputs, int Features, int Active)
{
    /// <summary>k / D: activations as a share of the image's values. The code also says which features they belong to: k numbers more.</summary>
    public double OfInputs => (double)Active / Inputs;

    /// <summary>k / F: the share of features that are active.</summary>
    public double OfFeatures => (double)Active / Features;

    /// <summary>1 − k / F: the share of a code that is 0.</summary>
    public double Sparsity => 1 - OfFeatures;

    /// <summary>Whether there are more features than values, F &gt; D.</summary>
    public bool IsOvercomplete => Features > Inputs;

    /// <summary>Bytes of a code as it lies in memory: k floats, and k indices of as few whole bits as tell F features apart.</summary>
    public double PlainBytes => Active * (32 + Math.Ceiling(Math.Log2(Features))) / 8;
}

/// <summary>Another way to compress beside the dictionary at the run's own k.</summary>
/// <param name="Name">The way.</param>
/// <param name="Psnr">Its PSNR at the dictionary's bytes; null where it needs more.</param>
/// <param name="LeastBytes">The fewest bytes it can do with, and <paramref name="LeastPsnr"/> with them.</param>
/// <param name="LeastPsnr">See there.</param>
/// <param name="Bytes">The fewest bytes at which it has the dictionary's PSNR; null where it doesn't reach it.</param>
/// <param name="PaidBack">The images from which on the dictionary, its own bytes included, needs fewer bytes than it at this PSNR; null: never, or it doesn't reach it.</param>
internal sealed record RateComparison(string Name, double? Psnr, double LeastBytes, double LeastPsnr, double? Bytes, long? PaidBack);

/// <summary>An image as it comes back from one way to compress.</summary>
/// <param name="Values">D values, as shown.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Psnr">Of this image.</param>
internal sealed record CompressedImage(float[] Values, int Bytes, double Psnr);

/// <summary>An image of the sample, compressed in every way within the bytes of its code, where a way can.</summary>
/// <param name="Name">Its class, or its number in the sample.</param>
/// <param name="Original">D values.</param>
/// <param name="Ways">One per curve: the best that has no more bytes than the code, else the one of fewest bytes.</param>
internal sealed record CompressionExample(string Name, float[] Original, IReadOnlyList<CompressedImage> Ways);

/// <summary>
/// What codes are worth as compression: bytes that can be decoded against the PSNR of what is decoded, beside principal components under the same coder, and picture formats.
/// </summary>
/// <param name="Counts">The numbers in a code.</param>
/// <param name="Images">Images measured.</param>
/// <param name="Learned">Images that models of probability and principal components are fitted to.</param>
/// <param name="Sharing">Images that share the dictionary's bytes: those of the whole set.</param>
/// <param name="Curves">The dictionary, principal components, then WebP and JPEG where these are pictures and libvips is there.</param>
/// <param name="CurvesWithShared">The same with what a receiver needs once, spread over the images that share it.</param>
/// <param name="Own">The dictionary at the run's own k, its activations quantised as coarsely as costs at most <see cref="Compressor.Loss"/> dB.</param>
/// <param name="Unquantised">PSNR of the run's own codes, not quantised.</param>
/// <param name="WhichBytes">Of <paramref name="Own"/>'s bytes, those for which features are active; the others say how strongly.</param>
/// <param name="Comparisons">The other curves beside <paramref name="Own"/>.</param>
/// <param name="Examples">A few images.</param>
internal sealed record Compression(CodeCounts Counts, int Images, int Learned, int Sharing, IReadOnlyList<RateCurve> Curves, IReadOnlyList<RateCurve> CurvesWithShared,
    RatePoint Own, double Unquantised, double WhichBytes, IReadOnlyList<RateComparison> Comparisons, IReadOnlyList<CompressionExample> Examples)
{
    /// <summary>Measures a dictionary.</summary>
    /// <param name="autoencoder">The dictionary.</param>
    /// <param name="images">Images that it is measured on; of many, a sample.</param>
    /// <param name="learned">Images that models of probability are fitted to; of many, a sample.</param>
    /// <param name="components">Principal components, fitted to the same.</param>
    /// <param name="threads">Threads to use; 0: one per processor.</param>
    /// <param name="formats">Picture formats to compare with; null: those that libvips writes, if it is there.</param>
    /// <param name="cancellation">Stops between images.</param>
    public static Compression Of(SparseAutoencoder autoencoder, ImageSet images, ImageSet learned, ImageComponents components, int threads,
        IReadOnlyList<PictureFormat>? formats = null, CancellationToken cancellation = default)
    {
        using var workers = new Workers(Workers.CountFor(threads), cancellation);
        using var compressor = new Compressor(autoencoder, images, learned, components, workers, cancellation);
        return compressor.Measure(images.Count, formats);
    }
}
