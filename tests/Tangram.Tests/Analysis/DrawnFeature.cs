namespace Tangram.Tests;

/// <summary>Weights [channels, height, width] drawn by a formula.</summary>
internal static class DrawnFeature
{
    /// <param name="shape">The shape.</param>
    /// <param name="at">The weight at (x, y, channel).</param>
    public static float[] Of(ImageShape shape, Func<int, int, int, double> at)
    {
        int area = shape.Width * shape.Height;
        return [.. Enumerable.Range(0, shape.Length).Select(index => (float)at(index % shape.Width, index % area / shape.Width, index / area))];
    }

    /// <summary>The same in every channel.</summary>
    public static float[] Of(ImageShape shape, Func<int, int, double> at) => Of(shape, (x, y, _) => at(x, y));

    public static FeatureMeasures Measure(ImageShape shape, Func<int, int, int, double> at) =>
        FeatureMeasures.Of(Of(shape, at), shape, new CosineTransform(shape.Width, shape.Height));

    public static FeatureMeasures Measure(ImageShape shape, Func<int, int, double> at) => Measure(shape, (x, y, _) => at(x, y));

    /// <summary>A grating of so many periods across 32 pixels, its stripes at an angle: 0 lie, 90 stand, 45 rise to the right.</summary>
    public static Func<int, int, double> Grating(double degrees, double periods) => (x, y) =>
    {
        double angle = degrees * Math.PI / 180; // y grows downwards, so across the stripes is (sin, cos)
        return Math.Cos(2 * Math.PI * periods / 32 * ((x * Math.Sin(angle)) + (y * Math.Cos(angle))));
    };

    /// <summary>Independent normal weights.</summary>
    public static Func<int, int, int, double> Noise(ulong seed)
    {
        var random = new CounterRandom(seed, RandomPurpose.Shuffle);
        return (x, y, channel) => random.Normal((ulong)((channel * 1_000_000) + (y * 1000) + x));
    }
}
