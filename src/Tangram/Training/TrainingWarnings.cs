using System.Globalization;

namespace Tangram;

/// <summary>What of a set of rows keeps a training from learning, or its scores from showing what it learned. Pixels are in [0, 1] and need no such words.</summary>
public static class TrainingWarnings
{
    /// <summary>Rows that are looked at.</summary>
    private const int Sample = 4096;

    /// <summary>
    /// Root of the mean variance of a column below which gradients drown in Adam's ε: rows of 24 values learn alike from .007 to 700, at .0007 they lose a third, at .00007 they learn nothing.
    /// </summary>
    private const double LeastSpread = 0.003;

    /// <summary>Of the rows' second moment, the share of their mean above which features are spent on it, and of the variance, the share of a column that rules all the others.</summary>
    private const double MostMean = 0.95, MostColumn = 0.5;

    extension(TrainingOptions options)
    {
        /// <summary>One sentence for each such property, with the remedy; empty for pixels, and where there is none.</summary>
        /// <param name="train">The images or rows to learn from.</param>
        public IReadOnlyList<string> WarningsFor(ImageSet train) => train.HasPixels ? [] : [.. Of(train, options)];
    }

    private static IEnumerable<string> Of(ImageSet train, TrainingOptions options)
    {
        ColumnMoments moments = MomentsOf(train.Sample(Sample));
        double[] variances = [.. moments.SquaredDeviations.ToArray().Select(sum => sum / Math.Min(Sample, train.Count))], means = [.. moments.Mean.ToArray().Select(mean => mean * mean)];
        double variance = variances.Sum(), mean = means.Sum(), spread = Math.Sqrt(variance / variances.Length);
        if (variance == 0)
        {
            yield return $"All rows of '{train.Name}' are equal: there is nothing to learn.";
            yield break;
        }
        int largest = Array.IndexOf(means, means.Max()), widest = Array.IndexOf(variances, variances.Max());
        if (mean > MostMean * (mean + variance))
        {
            string column = means[largest] > mean / 2 && means.Length > 1 ? $", most of it column {largest}" : "";
            string remedy = options.PreBias == PreBiasStart.None ? "subtract it (--pre-bias mean, or rows − rows.mean(0))" : "the pre-bias subtracts it, but Pearson is computed with it";
            yield return $"The mean of the rows of '{train.Name}' is {Number(Math.Sqrt(mean / variance))} times as large as what varies about it{column}: {remedy}. A Pearson near 1 then says nothing; look at FVU.";
        }
        if (variances[widest] > MostColumn * variance && variances.Length > 2)
        {
            yield return $"Column {widest} of '{train.Name}' has {variances[widest] / variance:P0} of all variance: errors are about it alone. Divide columns by their standard deviations " +
                "(rows / rows.std(0)) if the others matter.";
        }
        if (spread < LeastSpread)
            yield return $"The rows of '{train.Name}' vary by {Number(spread)} about their mean; below {LeastSpread} features hardly move. Scale them: rows / {Number(spread)}.";
    }

    private static ColumnMoments MomentsOf(ImageSet rows)
    {
        var moments = new ColumnMoments(rows.Shape.Length);
        var row = new float[rows.Shape.Length];
        for (int index = 0; index < rows.Count; index++)
        {
            rows.CopyTo(index, row);
            moments.Add(row);
        }
        return moments;
    }

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
