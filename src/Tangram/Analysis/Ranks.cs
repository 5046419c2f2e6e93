namespace Tangram;

/// <summary>Statistics of order.</summary>
internal static class Ranks
{
    /// <summary>Gini coefficient of non-negative numbers; 0 when all are 0.</summary>
    public static double Gini(double[] values)
    {
        double[] sorted = [.. values.Order()];
        double sum = sorted.Sum();
        return sum == 0 ? 0 : sorted.Select((value, index) => ((2.0 * (index + 1)) - sorted.Length - 1) * value).Sum() / (sorted.Length * sum);
    }

    /// <summary>Pearson's correlation of the ranks, ties at their mean rank; NaN when it isn't defined.</summary>
    public static double Spearman(double[] a, double[] b)
    {
        double[] x = Of(a), y = Of(b);
        double meanX = x.Length == 0 ? 0 : x.Average(), meanY = y.Length == 0 ? 0 : y.Average();
        double xx = x.Sum(value => (value - meanX) * (value - meanX)), yy = y.Sum(value => (value - meanY) * (value - meanY));
        return xx > 0 && yy > 0 ? x.Zip(y, (p, q) => (p - meanX) * (q - meanY)).Sum() / Math.Sqrt(xx * yy) : double.NaN;
    }

    private static double[] Of(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(index => values[index])];
        var ranks = new double[values.Length];
        for (int start = 0; start < order.Length;)
        {
            int end = start;
            while (end < order.Length && values[order[end]] == values[order[start]])
                end++;
            for (int place = start; place < end; place++)
                ranks[order[place]] = (start + end - 1) / 2.0;
            start = end;
        }
        return ranks;
    }
}
