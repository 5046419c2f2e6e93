using System.Numerics.Tensors;

namespace Tangram;

/// <summary>Principal components of a set of images, with its mean: the linear yardstick that codes stand beside, of as many numbers as a code has activations (128 in the second document).</summary>
internal sealed class ImageComponents : IDisposable
{
    /// <summary>Components asked for; there are fewer where images vary in fewer directions.</summary>
    public const int Most = 128;

    /// <summary>Images that they are fitted to, at most: more hardly turn 128 components.</summary>
    private const int MostImages = 4096;

    private const int BatchImages = 256;

    private ImageComponents(float[] mean, FloatMatrix components) => (Mean, Components) = (mean, components);

    /// <summary>[D].</summary>
    public float[] Mean { get; }

    /// <summary>[C, D], orthonormal rows, the largest variance first.</summary>
    public FloatMatrix Components { get; }

    public int Count => Components.Rows;

    /// <summary>Fits them to a set, of many images to a sample.</summary>
    public static ImageComponents Of(ImageSet images, Workers workers)
    {
        images = images.Subset(images.Name, RandomSample.Of(images.Count, MostImages));
        float[] mean = Array.ConvertAll(GeometricMedian.Mean(images, workers), value => (float)value);
        int count = Math.Min(Most, Math.Min(images.Count - 1, images.Shape.Length));
        return new ImageComponents(mean, count == 0 ? new FloatMatrix(0, mean.Length) : PrincipalComponents.Of(images, count, seed: 0, workers));
    }

    /// <summary>Fits as many components as are asked for, far more than <see cref="Most"/> too, to a set of few images, a sample of a larger one.</summary>
    public static ImageComponents OfSample(ImageSet images, int most, Workers workers)
    {
        float[] mean = Array.ConvertAll(GeometricMedian.Mean(images, workers), value => (float)value);
        return new ImageComponents(mean, SnapshotComponents.Of(images, mean, most, workers));
    }

    /// <summary>What images have of each component, [N, C].</summary>
    public FloatMatrix Project(ImageSet images, Workers workers)
    {
        var projections = new FloatMatrix(images.Count, Count);
        using var batch = new FloatMatrix(Math.Min(BatchImages, images.Count), images.Shape.Length);
        for (int start = 0; start < images.Count && Count > 0; start += BatchImages)
        {
            int count = Math.Min(BatchImages, images.Count - start);
            for (int row = 0; row < count; row++)
            {
                images.CopyTo(start + row, batch.Row(row));
                TensorPrimitives.Subtract(batch.Row(row), Mean, batch.Row(row));
            }
            using FloatMatrix products = RowProducts.Of(batch, Components, workers);
            for (int row = 0; row < count; row++)
                products.Row(row).CopyTo(projections.Row(start + row));
        }
        return projections;
    }

    /// <summary>The image of a projection, D values.</summary>
    public float[] Reconstruct(ReadOnlySpan<float> projection)
    {
        float[] image = [.. Mean];
        for (int component = 0; component < projection.Length; component++)
        {
            if (projection[component] != 0) // many are, where they are quantised
                TensorPrimitives.MultiplyAdd(Components.Row(component), projection[component], image, image);
        }
        return image;
    }

    public void Dispose() => Components.Dispose();
}
