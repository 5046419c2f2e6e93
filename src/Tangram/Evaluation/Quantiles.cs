namespace Tangram;

/// <summary>Quantiles of a set of numbers, interpolated linearly between order statistics (NumPy's default).</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Min">The smallest.</param>
/// <param name="P05">5 % are below.</param>
/// <param name="P50">The median.</param>
/// <param name="P95">95 % are below.</param>
/// <param name="Max">The largest.</param>
public sealed record Quantiles(double Mean, double Min, double P05, double P50, double P95, double Max)
{
    /// <summary>Of no numbers: all NaN.</summary>
    internal static Quantiles Of(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers];
        if (sorted.Length == 0)
            return new Quantiles(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        double mean = sorted.Average();
        Array.Sort(sorted);
        return new Quantiles(mean, sorted[0], At(sorted, 0.05), At(sorted, 0.5), At(sorted, 0.95), sorted[^1]);
    }

    internal static Quantiles MeanOf(IReadOnlyCollection<Quantiles> all) => new(all.Average(one => one.Mean), all.Average(one => one.Min),
        all.Average(one => one.P05), all.Average(one => one.P50), all.Average(one => one.P95), all.Average(one => one.Max));

    private static double At(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}
