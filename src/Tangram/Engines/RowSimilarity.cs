namespace Tangram;

/// <summary>Cosines between the rows of a matrix.</summary>
internal static unsafe class RowSimilarity
{
    /// <summary>For each of the chosen rows, the largest cosine to another chosen row and that row's place among the chosen; a row of zeros has cosine 0 to all.</summary>
    public static (double Cosine, int Other)[] Nearest(FloatMatrix matrix, IReadOnlyList<int> rows)
    {
        using var unit = new FloatMatrix(rows.Count, matrix.Columns);
        for (int row = 0; row < rows.Count; row++)
        {
            double square = 0;
            foreach (float value in matrix.Row(rows[row]))
                square += (double)value * value;
            float inverse = square > 0 ? (float)(1 / Math.Sqrt(square)) : 0;
            ReadOnlySpan<float> source = matrix.Row(rows[row]);
            Span<float> target = unit.Row(row);
            for (int column = 0; column < target.Length; column++)
                target[column] = source[column] * inverse;
        }
        var nearest = new (double, int)[rows.Count];
        using var products = new FloatMatrix(rows.Count, GroupProduct.Lanes);
        using var group = new FloatMatrix(unit.Stride, GroupProduct.Lanes);
        for (int start = 0; start < rows.Count; start += GroupProduct.Lanes)
        {
            int count = Math.Min(GroupProduct.Lanes, rows.Count - start);
            GroupTranspose.FromRows(unit.RowPointer(start), unit.Stride, count, unit.Stride, group.Pointer);
            Multiply(unit, group, products);
            for (int lane = 0; lane < count; lane++)
                nearest[start + lane] = LargestBut(products, lane, start + lane);
        }
        return nearest;
    }

    private static void Multiply(FloatMatrix unit, FloatMatrix group, FloatMatrix products)
    {
        switch (SimdTiers.Best)
        {
            case SimdTier.Bits512: Multiply<Simd512>(unit, group, products); break;
            case SimdTier.Bits256: Multiply<Simd256>(unit, group, products); break;
            case SimdTier.Bits128: Multiply<Simd128>(unit, group, products); break;
            default: Multiply<SimdScalar>(unit, group, products); break;
        }
    }

    private static void Multiply<TSimd>(FloatMatrix unit, FloatMatrix group, FloatMatrix products) where TSimd : struct, ISimd<TSimd> =>
        GroupProduct.Run<TSimd>(unit.Pointer, unit.Stride, unit.Rows, group.Pointer, unit.Stride, products.Pointer, add: false);

    private static (double, int) LargestBut(FloatMatrix products, int lane, int self)
    {
        int best = -1;
        float largest = float.NegativeInfinity;
        for (int other = 0; other < products.Rows; other++)
        {
            float cosine = products.Row(other)[lane];
            if (other != self && (best < 0 || cosine > largest))
                (best, largest) = (other, cosine);
        }
        return best < 0 ? (0, -1) : (largest, best);
    }
}
