namespace Tangram;

/// <summary>A figure of a sample, and the interval that holds it in 95 % of the bootstrap's resamples.</summary>
internal readonly record struct Estimate(double Mean, double Low, double High)
{
    /// <summary>The figure between the percentiles 2.5 and 97.5 of what resamples gave.</summary>
    public static Estimate Of(double mean, IEnumerable<double> resampled)
    {
        double[] sorted = [.. resampled.Order()];
        int tail = (int)(0.025 * sorted.Length);
        return new Estimate(mean, sorted[tail], sorted[^(tail + 1)]);
    }
}

/// <summary>
/// How much figures would vary with another sample: whole groups of items (an image's crops, an emoji of several vendors) are drawn with replacement, as many as there are, and each figure is
/// computed anew, with the same draws for all. Source: Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8 and 13.
/// </summary>
internal static class Bootstrap
{
    public const int Resamples = 1000;

    /// <param name="groups">The group of each item.</param>
    /// <param name="purpose">Whose draws these are.</param>
    /// <param name="figures">Each computes its figure, of items that count as often as it is told; null: once.</param>
    /// <returns>An interval for each figure; NaN where there is a single group, or where the figure has no value.</returns>
    public static Estimate[] Of(IReadOnlyList<int> groups, RandomPurpose purpose, IReadOnlyList<Func<int[]?, double>> figures)
    {
        var places = new Dictionary<int, int>();
        int[] unit = [.. groups.Select(group =>
        {
            places.TryAdd(group, places.Count);
            return places[group];
        })];
        double[] means = [.. figures.Select(figure => figure(null))];
        if (places.Count < 2)
            return [.. means.Select(mean => new Estimate(mean, double.NaN, double.NaN))];
        double[][] resampled = [.. figures.Select(_ => new double[Resamples])];
        var (times, weights) = (new int[places.Count], new int[unit.Length]);
        for (int resample = 0; resample < Resamples; resample++)
        {
            var random = new CounterRandom(0, purpose, Epoch: resample);
            Array.Clear(times);
            for (int draw = 0; draw < times.Length; draw++)
                times[random.Below(times.Length, (ulong)draw)]++;
            for (int item = 0; item < unit.Length; item++)
                weights[item] = times[unit[item]];
            for (int figure = 0; figure < figures.Count; figure++)
                resampled[figure][resample] = figures[figure](weights);
        }
        return [.. means.Select((mean, figure) => resampled[figure].Where(double.IsFinite).ToArray() is { Length: > 0 } finite && double.IsFinite(mean)
            ? Estimate.Of(mean, finite) : new Estimate(mean, double.NaN, double.NaN))];
    }
}
