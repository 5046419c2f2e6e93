using System.Numerics.Tensors;

namespace Tangram;

/// <summary>
/// Structural similarity of two images of values with a data range of 1: 11×11 Gaussian windows (σ 1.5) inside the image only, K1 .01, K2 .03, per channel.
/// Source: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment", IEEE Transactions on Image Processing 13(4), 2004, equation 13.
/// One instance serves one thread.
/// </summary>
internal sealed class Ssim(ImageShape shape)
{
    public const int Window = 11;
    private const double C1 = 0.01 * 0.01, C2 = 0.03 * 0.03;
    private static readonly double[] Kernel = Gaussian();

    private readonly int _area = shape.Width * shape.Height;
    private readonly double[] _rows = new double[shape.Width * shape.Height], _product = new double[shape.Width * shape.Height];
    private readonly double[] _x = new double[shape.Length], _meanX = new double[shape.Length], _squareX = new double[shape.Length];
    private readonly double[] _y = new double[shape.Width * shape.Height], _meanY = new double[shape.Width * shape.Height];
    private readonly double[] _squareY = new double[shape.Width * shape.Height], _cross = new double[shape.Width * shape.Height];

    public static bool Fits(ImageShape shape) => shape is { Width: >= Window, Height: >= Window };

    /// <summary>Sets the image x [D] that others are compared with.</summary>
    public void SetImage(ReadOnlySpan<float> x)
    {
        TensorPrimitives.ConvertTruncating(x, _x);
        for (int start = 0; start < _x.Length; start += _area)
        {
            Span<double> plane = _x.AsSpan(start, _area);
            Blur(plane, _meanX.AsSpan(start, _area));
            TensorPrimitives.Multiply(plane, plane, _product);
            Blur(_product, _squareX.AsSpan(start, _area));
        }
    }

    /// <summary>The mean over windows and channels.</summary>
    public double Compare(ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int start = 0; start < _x.Length; start += _area)
        {
            TensorPrimitives.ConvertTruncating(y.Slice(start, _area), _y);
            Blur(_y, _meanY);
            TensorPrimitives.Multiply<double>(_y, _y, _product);
            Blur(_product, _squareY);
            TensorPrimitives.Multiply(_y, _x.AsSpan(start, _area), _product);
            Blur(_product, _cross);
            sum += MeanOverWindows(_meanX.AsSpan(start, _area), _squareX.AsSpan(start, _area));
        }
        return sum / shape.Channels;
    }

    private static double[] Gaussian()
    {
        const double Sigma = 1.5;
        double[] weights = [.. Enumerable.Range(-Window / 2, Window).Select(offset => Math.Exp(-offset * offset / (2 * Sigma * Sigma)))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    /// <summary>
    /// Weighted means of all windows, each at its window's top-left pixel: a pass down the columns, then one along the rows, each as 11 shifted sums over
    /// the whole plane; what wraps around a row's end falls outside the valid pixels.
    /// </summary>
    private void Blur(ReadOnlySpan<double> plane, Span<double> blurred)
    {
        Shifted(plane, _rows, shape.Width, (shape.Height - Window + 1) * shape.Width);
        Shifted(_rows, blurred, 1, ((shape.Height - Window + 1) * shape.Width) - Window + 1);
    }

    private static void Shifted(ReadOnlySpan<double> source, Span<double> target, int shift, int length)
    {
        target = target[..length];
        TensorPrimitives.Multiply(source[..length], Kernel[0], target);
        for (int tap = 1; tap < Window; tap++)
            TensorPrimitives.MultiplyAdd(source.Slice(tap * shift, length), Kernel[tap], target, target);
    }

    private double MeanOverWindows(ReadOnlySpan<double> meanX, ReadOnlySpan<double> squareX)
    {
        int columns = shape.Width - Window + 1, rows = shape.Height - Window + 1;
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            for (int pixel = row * shape.Width; pixel < (row * shape.Width) + columns; pixel++)
            {
                double mx = meanX[pixel], my = _meanY[pixel];
                double varianceX = squareX[pixel] - (mx * mx), varianceY = _squareY[pixel] - (my * my), covariance = _cross[pixel] - (mx * my);
                sum += ((2 * mx * my) + C1) * ((2 * covariance) + C2) / (((mx * mx) + (my * my) + C1) * (varianceX + varianceY + C2));
            }
        }
        return sum / (rows * columns);
    }
}
