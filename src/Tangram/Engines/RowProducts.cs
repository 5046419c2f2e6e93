namespace Tangram;

/// <summary>⟨a_i, b_j⟩ for all rows of two matrices: what cosines, distances and Gram matrices are made from. The same bits whatever the number of threads.</summary>
internal static unsafe class RowProducts
{
    /// <summary>Columns multiplied at a time: those of a group of rows stay in the second-level cache while the other matrix goes by.</summary>
    private const int Panel = 1024;

    /// <summary>[a.Rows, b.Rows]; where a and b are one matrix, half of the products are copied from the other half.</summary>
    public static FloatMatrix Of(FloatMatrix a, FloatMatrix b, Workers workers)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Columns, b.Columns);
        bool symmetric = ReferenceEquals(a, b);
        var products = new FloatMatrix(a.Rows, b.Rows);
        FloatMatrix[] packed = Rooms(workers, Panel), sums = Rooms(workers, a.Rows);
        try
        {
            workers.Run((b.Rows + GroupProduct.Lanes - 1) / GroupProduct.Lanes, (worker, group) =>
            {
                int first = group * GroupProduct.Lanes, count = Math.Min(GroupProduct.Lanes, b.Rows - first), above = symmetric ? first : 0;
                for (int column = 0; column < a.Stride; column += Panel)
                {
                    int width = Math.Min(Panel, a.Stride - column);
                    GroupTranspose.FromRows(b.RowPointer(first) + column, b.Stride, count, width, packed[worker].Pointer);
                    Add(a, above, column, width, packed[worker], sums[worker]);
                }
                for (int row = above; row < a.Rows; row++)
                    sums[worker].Row(row)[..count].CopyTo(products.Row(row)[first..]);
            });
            if (symmetric)
                workers.Run(a.Rows, (_, row) => Mirror(products, row));
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

    /// <summary>Copies to a row what lies in its column below the groups on the diagonal.</summary>
    private static void Mirror(FloatMatrix products, int row)
    {
        Span<float> target = products.Row(row);
        for (int other = ((row / GroupProduct.Lanes) + 1) * GroupProduct.Lanes; other < products.Rows; other++)
            target[other] = products.Row(other)[row];
    }

    private static void Add(FloatMatrix a, int first, int column, int width, FloatMatrix packed, FloatMatrix sums)
    {
        switch (SimdTiers.Best)
        {
            case SimdTier.Bits512: Add<Simd512>(a, first, column, width, packed, sums); break;
            case SimdTier.Bits256: Add<Simd256>(a, first, column, width, packed, sums); break;
            case SimdTier.Bits128: Add<Simd128>(a, first, column, width, packed, sums); break;
            default: Add<SimdScalar>(a, first, column, width, packed, sums); break;
        }
    }

    private static void Add<TSimd>(FloatMatrix a, int first, int column, int width, FloatMatrix packed, FloatMatrix sums) where TSimd : struct, ISimd<TSimd> =>
        GroupProduct.Run<TSimd>(a.RowPointer(first) + column, a.Stride, a.Rows - first, packed.Pointer, width, sums.RowPointer(first), add: column > 0);

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
