namespace Tangram.Tests;

/// <summary>The three kernels of decoding: rows combined, the residual, and the residual's products with rows.</summary>
public sealed class RowKernelTests
{
    private const int Rows = 13;

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Combined_rows_are_the_plain_sums(int width)
    {
        for (int columns = 1; columns <= 80; columns++)
            CheckCombination(width, columns, terms: columns % 10);
        foreach (int columns in new[] { 129, 300 })
            CheckCombination(width, columns, terms: 7);
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void A_combination_of_no_rows_is_zero(int width)
    {
        foreach (int columns in new[] { 5, 16, 200 })
        {
            using FloatMatrix w = Numbers.Matrix(Rows, columns, 1), output = Numbers.Matrix(1, columns, 2);
            KernelSet.Of(width).RowCombination(w, [], [], output);
            Assert.False(output.Row(0).ContainsAnyExcept(0f));
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void The_residual_and_its_square_are_the_plain_ones(int width)
    {
        for (int columns = 1; columns <= 80; columns++)
        {
            using FloatMatrix reconstruction = Numbers.Matrix(1, columns, 3), x = Numbers.Matrix(1, columns, 4);
            double[] plain = Array.ConvertAll(reconstruction.Row(0).ToArray(), value => (double)value);
            double square = Residual.Reference(plain, x.Row(0));
            Numbers.SumIsClose(square, KernelSet.Of(width).Residual(reconstruction, x), columns, square);
            for (int column = 0; column < columns; column++)
                Assert.Equal((float)plain[column], reconstruction.Row(0)[column]);
            Numbers.PaddingIsZero(reconstruction);
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Products_with_rows_are_the_plain_sums(int width)
    {
        for (int columns = 1; columns <= 80; columns++)
        {
            using FloatMatrix e = Numbers.Matrix(1, columns, 5), w = Numbers.Matrix(Rows, columns, 6);
            int[] rows = Numbers.Integers(columns % 10, Rows, (ulong)columns);
            float[] dots = [.. Enumerable.Repeat(float.NaN, rows.Length)];
            KernelSet.Of(width).RowDots(e, w, rows, dots);
            for (int term = 0; term < rows.Length; term++)
            {
                ReadOnlySpan<float> row = w.Row(rows[term]);
                double magnitude = 0;
                for (int column = 0; column < columns; column++)
                    magnitude += Math.Abs((double)e.Row(0)[column] * row[column]);
                Numbers.SumIsClose(GroupProduct.Reference(e.Row(0), row), dots[term], columns, magnitude);
            }
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void A_product_has_the_same_bits_alone_and_among_others(int width)
    {
        using FloatMatrix e = Numbers.Matrix(1, 77, 7), w = Numbers.Matrix(Rows, 77, 8);
        int[] rows = [.. Enumerable.Range(0, 11)];
        var together = new float[rows.Length];
        KernelSet.Of(width).RowDots(e, w, rows, together);
        foreach (int row in rows)
        {
            var alone = new float[1];
            KernelSet.Of(width).RowDots(e, w, [row], alone);
            Numbers.SameBits([together[row]], alone);
        }
    }

    private static void CheckCombination(int width, int columns, int terms)
    {
        using FloatMatrix w = Numbers.Matrix(Rows, columns, 9), output = Numbers.Matrix(1, columns, 10);
        int[] rows = Numbers.Integers(terms, Rows, (ulong)columns);
        float[] coefficients = Numbers.Row(terms, (ulong)columns);
        var plain = new double[columns];
        RowCombination.Reference(w, rows, coefficients, plain);
        KernelSet.Of(width).RowCombination(w, rows, coefficients, output);
        for (int column = 0; column < columns; column++)
        {
            double magnitude = rows.Select((row, term) => Math.Abs((double)coefficients[term] * w.Row(row)[column])).Sum();
            Numbers.SumIsClose(plain[column], output.Row(0)[column], terms, magnitude);
        }
        Numbers.PaddingIsZero(output);
    }
}
