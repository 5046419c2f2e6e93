using System.Numerics.Tensors;

namespace Tangram;

/// <summary>The images of a set as vectors of one kind (codes, pixels, principal components), so that each measurement runs over all kinds alike.</summary>
/// <param name="name">What figures call it.</param>
/// <param name="count">Number of images, N.</param>
/// <param name="width">Numbers per vector.</param>
internal abstract class VectorSpace(string name, int count, int width)
{
    public string Name => name;

    public int Count => count;

    public int Width => width;

    /// <summary>Writes an image's vector; <paramref name="vector"/> holds zeros.</summary>
    protected abstract void Fill(int image, Span<float> vector);

    /// <summary>The vectors of some images, [count, <see cref="Width"/>]; with <paramref name="unit"/> brought to length 1, but for those of zeros.</summary>
    public FloatMatrix Rows(IReadOnlyList<int> images, bool unit = false)
    {
        var rows = new FloatMatrix(images.Count, width);
        for (int row = 0; row < images.Count; row++)
            Fill(images[row], rows.Row(row));
        if (unit)
            rows.NormaliseRows();
        return rows;
    }

    /// <summary>Codes as they are: activations, 0 where a feature isn't active.</summary>
    public static VectorSpace OfCodes(string name, SparseCodes codes) => new Codes(name, codes);

    /// <summary>Pixels less a mean image [D].</summary>
    public static VectorSpace OfPixels(string name, ImageSet images, float[] mean) => new Pixels(name, images, mean);

    /// <summary>The rows of a matrix [N, width], such as <see cref="ImageComponents.Project"/> gives.</summary>
    public static VectorSpace OfRows(string name, FloatMatrix rows) => new Given(name, rows);

    private sealed class Codes(string name, SparseCodes codes) : VectorSpace(name, codes.Count, codes.Features)
    {
        protected override void Fill(int image, Span<float> vector)
        {
            var (features, activations) = codes[image];
            for (int slot = 0; slot < features.Length; slot++)
                vector[features.Span[slot]] = activations.Span[slot];
        }
    }

    private sealed class Pixels(string name, ImageSet images, float[] mean) : VectorSpace(name, images.Count, images.Shape.Length)
    {
        protected override void Fill(int image, Span<float> vector)
        {
            images.CopyTo(image, vector);
            TensorPrimitives.Subtract(vector, mean, vector);
        }
    }

    private sealed class Given(string name, FloatMatrix rows) : VectorSpace(name, rows.Rows, rows.Columns)
    {
        protected override void Fill(int image, Span<float> vector) => rows.Row(image).CopyTo(vector);
    }
}
