namespace Tangram;

/// <summary>⟨a_i, b_j⟩ for all rows of two matrices: what cosines, distances and Gram matrices are made from. The same bits whatever the number of threads.</summary>
internal static unsafe class RowProducts
{
    /// <summary>Columns multiplied at a time: those of a group of rows stay in the second-level cache while the other matrix goes by.</summary>
    private const int Panel = 1024;

    /// <returns>[a.Rows, b.Rows].</returns>
    public static FloatMatrix Of(FloatMatrix a, FloatMatrix b, Workers workers)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Columns, b.Columns);
        var products = new FloatMatrix(a.Rows, b.Rows);
        FloatMatrix[] packed = Rooms(workers, Panel), sums = Rooms(workers, a.Rows);
        try
        {
            workers.Run((b.Rows + GroupProduct.Lanes - 1) / GroupProduct.Lanes, (worker, group) =>
            {
                int first = group * GroupProduct.Lanes, count = Math.Min(GroupProduct.Lanes, b.Rows - first);
                for (int column = 0; column < a.Stride; column += Panel)
                {
                    int width = Math.Min(Panel, a.Stride - column);
                    GroupTranspose.FromRows(b.RowPointer(first) + column, b.Stride, count, width, packed[worker].Pointer);
                    Add(a, column, width, packed[worker], sums[worker]);
                }
                for (int row = 0; row < a.Rows; row++)
                    sums[worker].Row(row)[..count].CopyTo(products.Row(row)[first..]);
            });
        }
        finally
        {
            foreach (FloatMatrix room in (FloatMatrix[])[.. packed, .. sums])
                room.Dispose();
        }
        return products;
    }

    /// <summary>For each row, the largest cosine to another row and which that is; a row of zeros has cosine 0 to all.</summary>
    public static (double Cosine, int Other)[] Nearest(FloatMatrix rows, Workers workers)
    {
        using var unit = new FloatMatrix(rows.Rows, rows.Columns);
        for (int row = 0; row < rows.Rows; row++)
            rows.Row(row).CopyTo(unit.Row(row));
        unit.NormaliseRows();
        using FloatMatrix cosines = Of(unit, unit, workers);
        return [.. Enumerable.Range(0, rows.Rows).Select(row => LargestBut(cosines.Row(row), row))];
    }

    private static FloatMatrix[] Rooms(Workers workers, int rows) => [.. Enumerable.Range(0, workers.Count).Select(_ => new FloatMatrix(rows, GroupProduct.Lanes))];

    private static void Add(FloatMatrix a, int column, int width, FloatMatrix packed, FloatMatrix sums)
    {
        switch (SimdTiers.Best)
        {
            case SimdTier.Bits512: Add<Simd512>(a, column, width, packed, sums); break;
            case SimdTier.Bits256: Add<Simd256>(a, column, width, packed, sums); break;
            case SimdTier.Bits128: Add<Simd128>(a, column, width, packed, sums); break;
            default: Add<SimdScalar>(a, column, width, packed, sums); break;
        }
    }

    private static void Add<TSimd>(FloatMatrix a, int column, int width, FloatMatrix packed, FloatMatrix sums) where TSimd : struct, ISimd<TSimd> =>
        GroupProduct.Run<TSimd>(a.Pointer + column, a.Stride, a.Rows, packed.Pointer, width, sums.Pointer, add: column > 0);

    private static (double, int) LargestBut(ReadOnlySpan<float> cosines, int self)
    {
        int best = -1;
        for (int other = 0; other < cosines.Length; other++)
        {
            if (other != self && (best < 0 || cosines[other] > cosines[best]))
                best = other;
        }
        return best < 0 ? (0, -1) : (cosines[best], best);
    }
}
