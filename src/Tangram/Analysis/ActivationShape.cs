namespace Tangram;

/// <summary>How the values of activations are distributed.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Skewness">Third central moment over the cube of the standard deviation: 0 symmetric, positive with a long tail of large values.</param>
/// <param name="Kurtosis">Fourth central moment over the squared variance, less 3: 0 as normal, positive with heavier tails.</param>
/// <param name="StrongShare">Share of the squares in the strongest tenth of the activations (by magnitude).</param>
public sealed record ActivationShape(double Mean, double Skewness, double Kurtosis, double StrongShare)
{
    /// <summary>Of activations that aren't 0; all NaN where there are none, or where they don't vary.</summary>
    internal static ActivationShape Of(ReadOnlySpan<float> values)
    {
        double[] active = [.. values.ToArray().Where(value => value != 0).Select(value => (double)value)];
        double mean = active.DefaultIfEmpty(double.NaN).Average(), second = 0, third = 0, fourth = 0;
        foreach (double value in active)
        {
            double deviation = value - mean, square = deviation * deviation;
            (second, third, fourth) = (second + square, third + (square * deviation), fourth + (square * square));
        }
        double variance = second / active.Length;
        double[] squares = [.. active.Select(value => value * value)];
        Array.Sort(squares);
        double strong = squares[^((squares.Length + 9) / 10)..].Sum() / squares.Sum();
        return variance > 1e-12 * mean * mean
            ? new ActivationShape(mean, third / active.Length / Math.Pow(variance, 1.5), (fourth / active.Length / (variance * variance)) - 3, strong)
            : new ActivationShape(mean, double.NaN, double.NaN, strong);
    }
}
