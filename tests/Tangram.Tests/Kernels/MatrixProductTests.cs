namespace Tangram.Tests;

public sealed class MatrixProductTests
{
    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Every_number_of_columns_gives_the_plain_sums(int width)
    {
        for (int columns = 1; columns <= 80; columns++)
            CheckAgainstPlainSums(width, samples: 1 + (columns % 6), features: 1 + (columns % 11), columns);
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Every_number_of_samples_and_features_gives_the_plain_sums(int width)
    {
        for (int samples = 1; samples <= 9; samples++)
        {
            for (int features = 1; features <= 18; features++)
                CheckAgainstPlainSums(width, samples, features, columns: 19);
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Rows_longer_than_one_panel_and_than_two_give_the_plain_sums(int width)
    {
        foreach (int columns in new[] { MatrixProduct.Panel - 1, MatrixProduct.Panel, MatrixProduct.Panel + 1, (2 * MatrixProduct.Panel) + 37 })
            CheckAgainstPlainSums(width, samples: 5, features: 6, columns);
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void A_part_of_the_samples_and_features_has_the_bits_of_the_whole(int width)
    {
        KernelSet kernels = KernelSet.Of(width);
        foreach (int columns in new[] { 45, MatrixProduct.Panel + 45 })
        {
            using FloatMatrix x = Numbers.Matrix(14, columns, 1), w = Numbers.Matrix(23, columns, 2), whole = new(14, 23);
            kernels.MatrixProduct(x, 0, 14, w, 0, 23, whole);
            foreach (var (firstSample, samples, firstFeature, features) in new[] { (4, 1, 8, 3), (8, 6, 20, 3), (0, 14, 12, 1), (12, 2, 0, 23) })
            {
                using var part = new FloatMatrix(samples, features);
                kernels.MatrixProduct(x, firstSample, samples, w, firstFeature, features, part);
                for (int sample = 0; sample < samples; sample++)
                    Numbers.SameBits(whole.Row(firstSample + sample).Slice(firstFeature, features), part.Row(sample));
            }
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Equal_rows_give_equal_bits_wherever_they_stand_in_a_tile(int width)
    {
        using FloatMatrix x = Numbers.Matrix(1, 61, 3), w = Numbers.Matrix(1, 61, 4), xs = new(7, 61), ws = new(9, 61), output = new(7, 9);
        for (int row = 0; row < xs.Rows; row++)
            x.Row(0).CopyTo(xs.Row(row));
        for (int row = 0; row < ws.Rows; row++)
            w.Row(0).CopyTo(ws.Row(row));
        KernelSet.Of(width).MatrixProduct(xs, 0, 7, ws, 0, 9, output);
        for (int row = 0; row < output.Rows; row++)
            Assert.False(output.Row(row).ContainsAnyExcept(output.Row(0)[0]));
    }

    private static void CheckAgainstPlainSums(int width, int samples, int features, int columns)
    {
        using FloatMatrix x = Numbers.Matrix(samples, columns, 5), w = Numbers.Matrix(features, columns, 6), output = new(samples, features);
        // What was there before must not be added to.
        for (int sample = 0; sample < samples; sample++)
            output.Row(sample).Fill(float.NaN);
        KernelSet.Of(width).MatrixProduct(x, 0, samples, w, 0, features, output);
        for (int sample = 0; sample < samples; sample++)
        {
            for (int feature = 0; feature < features; feature++)
            {
                Numbers.SumIsClose(MatrixProduct.Reference(x.Row(sample), w.Row(feature)), output.Row(sample)[feature], columns,
                    MatrixProduct.Reference(Magnitudes(x.Row(sample)), Magnitudes(w.Row(feature))));
            }
        }
    }

    private static float[] Magnitudes(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), Math.Abs);
}
