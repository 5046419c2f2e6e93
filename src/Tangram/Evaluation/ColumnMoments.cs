namespace Tangram;

/// <summary>
/// Mean and squared deviations of each column of a set, row by row in float64. Deviations from the mean so far are added up, never differences of large sums: rows about 10⁴, or
/// all equal, keep every digit. Source: Welford, "Note on a method for calculating corrected sums of squares and products", 1962.
/// </summary>
internal sealed class ColumnMoments(int columns)
{
    private readonly double[] _mean = new double[columns], _squared = new double[columns];
    private long _rows;

    /// <summary>The mean row, [D].</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>Σ (x − x̄)² of each column, [D]; exactly 0 where all its values are equal.</summary>
    public ReadOnlySpan<double> SquaredDeviations => _squared;

    public void Add(ReadOnlySpan<float> row)
    {
        double share = 1.0 / ++_rows;
        for (int column = 0; column < _mean.Length; column++)
        {
            double deviation = row[column] - _mean[column], mean = _mean[column] + (deviation * share);
            _squared[column] += deviation * (row[column] - mean);
            _mean[column] = mean;
        }
    }
}
