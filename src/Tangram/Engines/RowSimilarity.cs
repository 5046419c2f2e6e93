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
        using var products = new FloatMatrix(EncoderTile.Samples, rows.Count);
        for (int start = 0; start < rows.Count; start += EncoderTile.Samples)
        {
            int count = Math.Min(EncoderTile.Samples, rows.Count - start);
            Multiply(unit, start, count, products);
            for (int row = 0; row < count; row++)
                nearest[start + row] = LargestBut(products.Row(row), start + row);
        }
        return nearest;
    }

    private static void Multiply(FloatMatrix unit, int start, int count, FloatMatrix products)
    {
        switch (SimdTiers.Best)
        {
            case SimdTier.Bits512: Multiply<Simd512>(unit, start, count, products); break;
            case SimdTier.Bits256: Multiply<Simd256>(unit, start, count, products); break;
            case SimdTier.Bits128: Multiply<Simd128>(unit, start, count, products); break;
            default: Multiply<SimdScalar>(unit, start, count, products); break;
        }
    }

    private static void Multiply<TSimd>(FloatMatrix unit, int start, int count, FloatMatrix products) where TSimd : struct, ISimd<TSimd> =>
        MatrixProduct.Run<TSimd>(unit.RowPointer(start), unit.Stride, count, unit.Pointer, unit.Stride, unit.Rows, unit.Stride, products.Pointer, products.Stride);

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
