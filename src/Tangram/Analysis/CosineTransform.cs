using System.Numerics.Tensors;

namespace Tangram;

/// <summary>
/// The orthonormal two-dimensional cosine transform of planes of one size: coefficient (u, v) is the plane's share of a wave with u/2 periods across the width and v/2
/// across the height. It keeps sums of squares, has no edge that wraps around, and takes any size. Source: Ahmed, Natarajan, Rao, "Discrete cosine transform", 1974 (DCT-II).
/// A matrix product: a Fourier library has it for powers of two at best, and planes are small. One instance serves one thread.
/// </summary>
internal sealed class CosineTransform(int width, int height)
{
    private readonly float[] _across = Waves(width), _down = Waves(height), _rows = new float[width * height], _column = new float[height];

    /// <summary>Coefficients [height, width] of a plane [height, width].</summary>
    public void Transform(ReadOnlySpan<float> plane, Span<float> coefficients)
    {
        // Rows first, kept transposed [width, height], so that both passes are dot products of neighbours.
        for (int y = 0; y < height; y++)
        {
            for (int u = 0; u < width; u++)
                _rows[(u * height) + y] = TensorPrimitives.Dot(plane.Slice(y * width, width), _across.AsSpan(u * width, width));
        }
        for (int u = 0; u < width; u++)
        {
            _rows.AsSpan(u * height, height).CopyTo(_column);
            for (int v = 0; v < height; v++)
                coefficients[(v * width) + u] = TensorPrimitives.Dot<float>(_column, _down.AsSpan(v * height, height));
        }
    }

    /// <summary>The frequency of coefficient (u, v) in periods per image, along the wave's direction.</summary>
    public static double Frequency(int u, int v) => Math.Sqrt((u * u) + (v * v)) / 2;

    /// <summary>Row u: √(2/n) cos(π (2x + 1) u / 2n); row 0: √(1/n).</summary>
    private static float[] Waves(int length)
    {
        var waves = new float[length * length];
        for (int u = 0; u < length; u++)
        {
            double scale = Math.Sqrt((u == 0 ? 1.0 : 2.0) / length);
            for (int x = 0; x < length; x++)
                waves[(u * length) + x] = (float)(scale * Math.Cos(Math.PI * ((2 * x) + 1) * u / (2 * length)));
        }
        return waves;
    }
}
