namespace Tangram.Tests;

/// <summary>The three kernels of decoding: rows combined, the residual, and the residual's products with rows.</summary>
public sealed class RowKernelTests
{
    private const int Rows = 13;
    private static readonly int[] LongRows = [112, 160, 208, 256, 300];

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
    public void A_residual_counts_a_bias_in(int width)
    {
        foreach (int columns in Enumerable.Range(1, 80).Concat(LongRows))
        {
            using FloatMatrix reconstruction = Numbers.Matrix(1, columns, 3), x = Numbers.Matrix(1, columns, 4), bias = Numbers.Matrix(1, columns, 5);
            float[] before = reconstruction.Row(0).ToArray();
            CheckResidual(KernelSet.Of(width).Residual(reconstruction, x, bias), reconstruction,
                column => (before[column], -x.Row(0)[column], bias.Row(0)[column]));
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void A_bias_of_zeros_leaves_the_residuals_bits(int width)
    {
        using FloatMatrix with = Numbers.Matrix(1, 77, 3), without = Numbers.Matrix(1, 77, 3), x = Numbers.Matrix(1, 77, 4), zeros = new(1, 77);
        Numbers.SameBits([KernelSet.Of(width).Residual(without, x)], [KernelSet.Of(width).Residual(with, x, zeros)]);
        Numbers.SameBits(without, with);
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void The_auxiliary_residual_is_the_sum_of_reconstruction_and_residual(int width)
    {
        foreach (int columns in Enumerable.Range(1, 80).Concat(LongRows))
        {
            using FloatMatrix reconstruction = Numbers.Matrix(1, columns, 3), residual = Numbers.Matrix(1, columns, 4);
            float[] before = reconstruction.Row(0).ToArray();
            CheckResidual(KernelSet.Of(width).AddResidual(reconstruction, residual), reconstruction, column => (before[column], residual.Row(0)[column], 0));
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Two_rows_product_is_the_plain_sum_and_a_row_has_one_with_itself(int width)
    {
        for (int padded = 16; padded <= 336; padded += 16)
        {
            foreach (int columns in new[] { padded, padded - 1 - (padded / 16 % 15) })
            {
                using FloatMatrix a = Numbers.Matrix(1, columns, 11), b = Numbers.Matrix(1, columns, 12);
                Assert.Equal(padded, a.Stride);
                double magnitude = 0, square = 0;
                for (int column = 0; column < columns; column++)
                {
                    magnitude += Math.Abs((double)a.Row(0)[column] * b.Row(0)[column]);
                    square += (double)a.Row(0)[column] * a.Row(0)[column];
                }
                Numbers.SumIsClose(GroupProduct.Reference(a.Row(0), b.Row(0)), KernelSet.Of(width).Dot(a, b), columns, magnitude);
                Numbers.SumIsClose(square, KernelSet.Of(width).Dot(a, a), columns, square);
            }
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Products_become_pre_activations_and_what_follows_stays(int width)
    {
        const int Room = 96;
        for (int count = 0; count <= 80; count++)
        {
            using FloatMatrix products = Numbers.Matrix(1, Room, 13), lengths = Numbers.Matrix(1, Room, 14), offsets = Numbers.Matrix(1, Room, 15);
            float[] before = products.Row(0).ToArray();
            foreach (FloatMatrix? scale in new[] { null, lengths })
            {
                before.CopyTo(products.Row(0));
                KernelSet.Of(width).PreActivations(products, scale, offsets, count);
                for (int feature = 0; feature < count; feature++)
                {
                    double product = (double)(scale is null ? 1 : scale.Row(0)[feature]) * before[feature], offset = offsets.Row(0)[feature];
                    Numbers.SumIsClose(product + offset, products.Row(0)[feature], 2, Math.Abs(product) + Math.Abs(offset));
                }
                int end = FloatMatrix.RoundUp(count, Math.Max(1, width / 32));
                Numbers.SameBits(before.AsSpan(end), products.Row(0)[end..]);
            }
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

    /// <summary>A residual's values are sums of up to three terms.</summary>
    private static void CheckResidual(float sum, FloatMatrix residual, Func<int, (float A, float B, float C)> terms)
    {
        double square = 0, error = 0;
        for (int column = 0; column < residual.Columns; column++)
        {
            var (a, b, c) = terms(column);
            double value = (double)a + b + c, magnitude = Math.Abs(a) + Math.Abs(b) + Math.Abs(c);
            Numbers.SumIsClose(value, residual.Row(0)[column], 3, magnitude);
            (square, error) = (square + (value * value), error + (Math.Abs(value) * magnitude));
        }
        Numbers.SumIsClose(square, sum, residual.Columns, square + (4 * error));
        Numbers.PaddingIsZero(residual);
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
