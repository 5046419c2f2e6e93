using System.Numerics.Tensors;

namespace Tangram;

/// <summary>The images that ways to compress are measured on: their values, and what counts as an error.</summary>
internal sealed class CompressionSample
{
    /// <summary>What stands for a PSNR without error, which has no finite one.</summary>
    public const double MaximumPsnr = 100;

    private readonly float[][] _originals;
    private readonly double _peak;
    private readonly Workers _workers;
    private readonly CancellationToken _cancellation;

    /// <param name="images">The images.</param>
    /// <param name="learned">What tells the range of rows that aren't pictures: their PSNR is of the largest value less the smallest of these.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Stops between images.</param>
    public CompressionSample(ImageSet images, ImageSet learned, Workers workers, CancellationToken cancellation)
    {
        (Images, _workers, _cancellation) = (images, workers, cancellation);
        _originals = [.. Enumerable.Range(0, images.Count).Select(image => Values(images, image))];
        _peak = images.Shape.IsImage ? 1 : Range(learned);
    }

    public ImageSet Images { get; }

    public float[] Original(int image) => _originals[image];

    /// <summary>Compresses every image and measures what comes back.</summary>
    /// <param name="setting">The setting in words.</param>
    /// <param name="sharedBytes">What a receiver needs once.</param>
    /// <param name="code">An image's bytes, and what is decoded of them, D values; called from several threads.</param>
    public MeasuredSetting Measure(string setting, long sharedBytes, Func<int, (int Bytes, float[] Decoded)> code)
    {
        var (bytes, errors) = (new int[Images.Count], new double[Images.Count]);
        _workers.Run(Images.Count, (_, image) =>
        {
            _cancellation.ThrowIfCancellationRequested();
            var (length, decoded) = code(image);
            // A file of no bytes would still have to be told from none.
            (bytes[image], errors[image]) = (Math.Max(1, length), Correlation.SquaredError(_originals[image], AsShown(decoded)) / decoded.Length);
        });
        return new MeasuredSetting(new RatePoint(bytes.Average(), Psnr(errors.Average()), setting, sharedBytes), bytes, errors, code);
    }

    /// <summary>PSNR, in dB, of a mean squared error: 10 log₁₀ (range² / error), at most <see cref="MaximumPsnr"/>.</summary>
    public double Psnr(double error) => error > 0 ? Math.Min(MaximumPsnr, 10 * Math.Log10(_peak * _peak / error)) : MaximumPsnr;

    /// <summary>As it would be looked at: pictures in 8 bits, like those that they are compared with; rows as they are.</summary>
    public float[] AsShown(float[] decoded) => Images.Shape.IsImage ? Array.ConvertAll(decoded, value => MathF.Round(Math.Clamp(value, 0, 1) * 255) / 255) : decoded;

    private static float[] Values(ImageSet images, int image)
    {
        var values = new float[images.Shape.Length];
        images.CopyTo(image, values);
        return values;
    }

    private static double Range(ImageSet images)
    {
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        for (int image = 0; image < images.Count; image++)
        {
            float[] values = Values(images, image);
            (low, high) = (Math.Min(low, TensorPrimitives.Min<float>(values)), Math.Max(high, TensorPrimitives.Max<float>(values)));
        }
        return high > low ? (double)high - low : 1;
    }
}

/// <summary>One setting of a way to compress, measured.</summary>
/// <param name="Point">Over all images.</param>
/// <param name="Bytes">Of each image.</param>
/// <param name="Errors">Mean squared error of each image.</param>
/// <param name="Code">Compresses one image again: bytes, and what is decoded.</param>
internal sealed record MeasuredSetting(RatePoint Point, int[] Bytes, double[] Errors, Func<int, (int Bytes, float[] Decoded)> Code);
