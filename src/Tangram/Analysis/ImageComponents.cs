using System.Numerics.Tensors;

namespace Tangram;

/// <summary>Principal components of a set of images, with its mean: the linear yardstick that codes stand beside.</summary>
internal sealed class ImageComponents : IDisposable
{
    /// <summary>As many as a code of the second document has activations: the yardstick of everything but compression.</summary>
    public const int Yardstick = 128;

    /// <summary>Components fitted: several times as many, so that their number isn't what bounds compression by them.</summary>
    private const int Most = 384;

    /// <summary>Images that they are fitted to, at most, and the floats that these may fill.</summary>
    private const int MostImages = 2000, MostFloats = 1 << 26;

    private const int BatchImages = 256;

    private ImageComponents(float[] mean, FloatMatrix components) => (Mean, Components) = (mean, components);

    /// <summary>[D].</summary>
    public float[] Mean { get; }

    /// <summary>[C, D], orthonormal rows, the largest variance first.</summary>
    public FloatMatrix Components { get; }

    public int Count => Components.Rows;

    /// <summary>Fits them to a set, of many images to a sample; there are fewer than <paramref name="most"/> where images vary in fewer directions.</summary>
    public static ImageComponents Of(ImageSet images, Workers workers, int most = Most)
    {
        images = images.Sample(Math.Clamp(MostFloats / images.Shape.Length, 2, MostImages));
        float[] mean = Array.ConvertAll(GeometricMedian.Mean(images, workers), value => (float)value);
        return new ImageComponents(mean, SnapshotComponents.Of(images, mean, most, workers));
    }

    /// <summary>The first of them.</summary>
    public ImageComponents Leading(int count)
    {
        var leading = new FloatMatrix(Math.Min(count, Count), Mean.Length);
        for (int row = 0; row < leading.Rows; row++)
            Components.Row(row).CopyTo(leading.Row(row));
        return new ImageComponents(Mean, leading);
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
