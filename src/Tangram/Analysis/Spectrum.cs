using System.Numerics.Tensors;

namespace Tangram;

/// <summary>How the squares of an image, or of a feature, spread over waves; channels are added up, constant parts left out.</summary>
/// <param name="MedianFrequency">Half of the squares are in waves of at most so many periods per image, rounded down to half a period; NaN where nothing varies.</param>
/// <param name="Concentration">Share of the squares in the strongest 5 % of the waves.</param>
/// <param name="Complexity">exp of the entropy of the squares over the waves: their effective number.</param>
internal readonly record struct Spectrum(double MedianFrequency, double Concentration, double Complexity)
{
    private const double Strongest = 0.05;

    public static Spectrum Of(ReadOnlySpan<float> values, ImageShape shape, CosineTransform transform)
    {
        if (Energy(values, shape, transform) is not { } energy)
            return new Spectrum(double.NaN, double.NaN, double.NaN);
        double total = TensorPrimitives.Sum<double>(energy);
        double[] sorted = [.. energy];
        Array.Sort(sorted);
        double strongest = TensorPrimitives.Sum<double>(sorted.AsSpan(sorted.Length - Math.Max(1, (int)(Strongest * sorted.Length))));
        return new Spectrum(Median(energy, total, shape), strongest / total, Effective(energy, total));
    }

    /// <summary><see cref="Complexity"/> alone, without the sorting that the rest takes; NaN where nothing varies.</summary>
    public static double ComplexityOf(ReadOnlySpan<float> values, ImageShape shape, CosineTransform transform) =>
        Energy(values, shape, transform) is { } energy ? Effective(energy, TensorPrimitives.Sum<double>(energy)) : double.NaN;

    /// <summary>Squares of each wave, the constant one 0; null where nothing varies.</summary>
    private static double[]? Energy(ReadOnlySpan<float> values, ImageShape shape, CosineTransform transform)
    {
        int area = shape.Width * shape.Height;
        var coefficients = new float[area];
        var energy = new double[area];
        for (int start = 0; start < values.Length; start += area)
        {
            transform.Transform(values.Slice(start, area), coefficients);
            for (int wave = 1; wave < area; wave++)
                energy[wave] += (double)coefficients[wave] * coefficients[wave];
        }
        // What is left of a constant image is rounding.
        return TensorPrimitives.Sum<double>(energy) > 1e-10 * TensorPrimitives.SumOfSquares(values) ? energy : null;
    }

    private static double Effective(double[] energy, double total)
    {
        double entropy = 0;
        foreach (double one in energy)
            entropy -= one > 0 ? one / total * Math.Log(one / total) : 0;
        return Math.Exp(entropy);
    }

    /// <summary>The least number of values whose sum reaches a part of the whole.</summary>
    public static int FewestFor(double[] values, double part)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        int taken = 0;
        for (double sum = 0; taken < sorted.Length && sum < part; taken++)
            sum += sorted[^(taken + 1)];
        return taken;
    }

    /// <summary>By counting in steps of half a period.</summary>
    private static double Median(double[] energy, double total, ImageShape shape)
    {
        var steps = new double[shape.Width + shape.Height];
        for (int wave = 0; wave < energy.Length; wave++)
            steps[(int)(2 * CosineTransform.Frequency(wave % shape.Width, wave / shape.Width))] += energy[wave];
        int step = 0;
        for (double sum = steps[0]; sum < total / 2 && step + 1 < steps.Length; sum += steps[step])
            step++;
        return step / 2.0;
    }
}
