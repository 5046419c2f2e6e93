namespace Tangram;

/// <summary>Two dictionaries whose features are matched one to one so that the sum of |cosine| of the pairs is largest.</summary>
/// <param name="MeanCosine">
/// Mean |cosine| of the pairs, as many as the smaller dictionary has features (PW-MCC: Song et al., "Mechanistic interpretability should prioritize feature consistency in sparse
/// autoencoders", 2025).
/// </param>
/// <param name="OwnNumber">The share of pairs that have one number.</param>
internal readonly record struct RowMatching(double MeanCosine, double OwnNumber)
{
    /// <summary>Features that are matched at most: the time grows as the cube of their number.</summary>
    public const int Most = 4096;

    /// <summary>Without a value: nothing to match, or too much.</summary>
    public static RowMatching Undefined { get; } = new(double.NaN, double.NaN);

    /// <param name="a">Rows are features, [F, D].</param>
    /// <param name="aliveA">Which of them count.</param>
    /// <param name="b">The other's.</param>
    /// <param name="aliveB">Which of these.</param>
    /// <param name="workers">For the products.</param>
    /// <param name="cancellation">Stops between rows.</param>
    public static RowMatching Of(FloatMatrix a, int[] aliveA, FloatMatrix b, int[] aliveB, Workers workers, CancellationToken cancellation = default)
    {
        if (aliveA.Length > aliveB.Length)
            return Of(b, aliveB, a, aliveA, workers, cancellation);
        if (aliveA.Length == 0 || aliveB.Length > Most)
            return Undefined;
        using FloatMatrix rows = UnitRows(a, aliveA), columns = UnitRows(b, aliveB), cost = RowProducts.Of(rows, columns, workers);
        for (int row = 0; row < cost.Rows; row++)
        {
            foreach (ref float cosine in cost.Row(row))
                cosine = -Math.Abs(cosine);
        }
        int[] matched = Assignment.Solve(cost, cancellation);
        double sum = 0;
        int own = 0;
        for (int row = 0; row < matched.Length; row++)
        {
            sum -= cost.Row(row)[matched[row]];
            own += aliveA[row] == aliveB[matched[row]] ? 1 : 0;
        }
        return new RowMatching(sum / matched.Length, (double)own / matched.Length);
    }

    private static FloatMatrix UnitRows(FloatMatrix all, int[] chosen)
    {
        var rows = new FloatMatrix(chosen.Length, all.Columns);
        for (int row = 0; row < chosen.Length; row++)
            all.Row(chosen[row]).CopyTo(rows.Row(row));
        rows.NormaliseRows();
        return rows;
    }
}
