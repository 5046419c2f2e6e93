namespace Tangram;

/// <summary>
/// How well codes rebuild images: the correlation of each image, what is lost of brightness and colour and at which spatial frequencies, and whether
/// complex images lose more; beside the same of principal components, at most as many as <see cref="ImageComponents.Most"/>, fitted to the images that the
/// run learned from.
/// </summary>
/// <param name="Pearson">Of each image of the set that has one.</param>
/// <param name="Codes">Errors of the codes' reconstructions, on a sample.</param>
/// <param name="Components">Errors of the components', on the same sample.</param>
/// <param name="ComponentCount">Number of components.</param>
/// <param name="Complexity">Effective number of waves of each image of the sample (<see cref="ImageAttributes.Complexity"/>); NaN for images
/// of one colour, and for rows.</param>
internal sealed record ReconstructionQuality(double[] Pearson, ReconstructionErrors Codes, ReconstructionErrors Components, int ComponentCount,
    double[] Complexity)
{
    /// <summary>Images that the costly measures are taken on.</summary>
    public const int Sample = 500;

    /// <summary>The share of images whose correlation is above .9; NaN where none has one.</summary>
    public double Above90 => Pearson.Length == 0 ? double.NaN : Pearson.Count(value => value > 0.9) / (double)Pearson.Length;

    /// <summary>Images in the sample.</summary>
    public int Images => Codes.Mse.Length;

    /// <summary>Spearman's rank correlation of complexity and Pearson: below 0 where complex images are rebuilt worse. NaN where it isn't defined.</summary>
    public double ComplexityPearson => WithComplexity(Codes.Pearson);

    /// <summary>Spearman's rank correlation of complexity and MSE: above 0 where complex images lose more.</summary>
    public double ComplexityMse => WithComplexity(Codes.Mse);

    /// <summary><see cref="ComplexityPearson"/> of the components' reconstructions, the yardstick.</summary>
    public double ComponentsComplexityPearson => WithComplexity(Components.Pearson);

    /// <summary>Measures a member.</summary>
    /// <param name="autoencoder">The member.</param>
    /// <param name="codes">Its codes of the images.</param>
    /// <param name="images">The images.</param>
    /// <param name="pearson">The correlation of each image with its reconstruction.</param>
    /// <param name="complexity">The complexity of each image; NaN where it has none.</param>
    /// <param name="components">The yardstick.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Stops between images.</param>
    public static ReconstructionQuality Of(SparseAutoencoder autoencoder, SparseCodes codes, ImageSet images, IEnumerable<double> pearson,
        double[] complexity, ImageComponents components, Workers workers, CancellationToken cancellation = default)
    {
        int[] chosen = images.SampleIndices(Sample);
        ImageSet sample = images.Subset(images.Name, chosen);
        float[] mean = Array.ConvertAll(GeometricMedian.Mean(images, workers), value => (float)value);
        ReconstructionErrors ofCodes = ReconstructionErrors.Of(sample, mean, image =>
        {
            var (features, activations) = codes[chosen[image]];
            return autoencoder.Decode(features.Span, activations.Span);
        }, workers, cancellation);
        using FloatMatrix projections = components.Project(sample, workers);
        ReconstructionErrors ofComponents = ReconstructionErrors.Of(sample, mean, image => components.Reconstruct(projections.Row(image)), workers,
            cancellation);
        return new ReconstructionQuality([.. pearson.Where(double.IsFinite)], ofCodes, ofComponents, components.Count, [.. chosen.Select(image => complexity[image])]);
    }

    private double WithComplexity(double[] values)
    {
        int[] both = [.. Enumerable.Range(0, Complexity.Length).Where(image => double.IsFinite(Complexity[image]) && double.IsFinite(values[image]))];
        return Ranks.Spearman([.. both.Select(image => Complexity[image])], [.. both.Select(image => values[image])]);
    }
}
