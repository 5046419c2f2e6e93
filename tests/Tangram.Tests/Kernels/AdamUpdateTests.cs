namespace Tangram.Tests;

public sealed class AdamUpdateTests
{
    private const double Rate = 1e-3;

    private static readonly RowStep[] Steps =
    [
        new RowStep(new AdamScale((float)Rate, 1.5f)),
        new RowStep(new AdamScale((float)Rate, 1.5f), Length: 0.7f, Along: -0.4f, Clip: 0.3f, Share: 0.2f),
        new RowStep(new AdamScale((float)Rate, 1.5f), Length: 0, Along: 0.4f, Share: 1),
    ];

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Steps_are_the_plain_ones(int width)
    {
        BiasCorrection correction1 = new(AdamUpdate.Beta1), correction2 = new(AdamUpdate.Beta2);
        for (int columns = 1; columns <= 80; columns++)
        {
            using FloatMatrix w = Numbers.Matrix(1, columns, 1), m = new(1, columns), v = new(1, columns), gradient = new(1, columns);
            using FloatMatrix plainW = new(1, columns), plainM = new(1, columns), plainV = new(1, columns);
            for (int step = 1; step <= 4; step++)
            {
                // From the same state at each step, so that only one step's rounding is compared.
                plainW.CopyFrom(w);
                plainM.CopyFrom(m);
                plainV.CopyFrom(v);
                Numbers.Row(columns, (ulong)(columns * 10 + step)).CopyTo(gradient.Row(0));
                double first = correction1[step], second = correction2[step];
                AdamUpdate.Reference(plainW.Row(0), plainM.Row(0), plainV.Row(0), Array.ConvertAll(gradient.Row(0).ToArray(), g => (double)g), Rate, first, second);
                KernelSet.Of(width).Adam(w, m, v, gradient, new AdamScale((float)(Rate / first), (float)(1 / Math.Sqrt(second))));
                Numbers.AreClose(plainM, m, 3e-7);
                Numbers.AreClose(plainV, v, 3e-7);
                for (int column = 0; column < columns; column++)
                {
                    double spacing = MathF.BitIncrement(Math.Abs(plainW.Row(0)[column])) - Math.Abs(plainW.Row(0)[column]);
                    Assert.InRange(Math.Abs((double)plainW.Row(0)[column] - w.Row(0)[column]), 0, spacing + (Rate * 1e-5));
                }
            }
            foreach (FloatMatrix matrix in new[] { w, m, v })
                Numbers.PaddingIsZero(matrix);
        }
    }

    [Fact]
    public void The_plain_first_step_is_the_rate_against_the_gradients_sign()
    {
        BiasCorrection correction1 = new(AdamUpdate.Beta1), correction2 = new(AdamUpdate.Beta2);
        float[] w = [1, 1, 1], m = new float[3], v = new float[3];
        AdamUpdate.Reference(w, m, v, [5, -0.01, 0], Rate, correction1[1], correction2[1]);
        Assert.Equal(1 - Rate, w[0], 1e-7);
        Assert.Equal(1 + Rate, w[1], 1e-7);
        Assert.Equal(1f, w[2]);
        Assert.Equal(0.5, m[0], 1e-6);
        Assert.Equal(0.025, v[0], 1e-7);
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Idle_rows_never_become_denormal_and_come_to_rest(int width)
    {
        const int Columns = 21;
        using FloatMatrix w = Numbers.Matrix(1, Columns, 2), m = Numbers.Matrix(1, Columns, 3), v = new(1, Columns), gradient = new(1, Columns);
        for (int column = 0; column < Columns; column++)
            v.Row(0)[column] = 1e-29f * (column + 1);
        for (int step = 0; step < 6000; step++)
        {
            KernelSet.Of(width).Adam(w, m, v, gradient, new AdamScale((float)Rate, 1f));
            foreach (float moment in (float[])[.. m.Row(0), .. v.Row(0)])
                Assert.False(float.IsSubnormal(moment));
        }
        Assert.False(m.Row(0).ContainsAnyExcept(0f));
        Assert.False(v.Row(0).ContainsAnyExcept(0f));
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Tiny_gradients_count_as_zero_here_and_in_the_plain_update(int width)
    {
        const float Tiny = 8e-16f; // below 2⁻⁵⁰ ≈ 8.9e-16
        using FloatMatrix w = Numbers.Matrix(1, 5, 4), m = new(1, 5), v = new(1, 5), gradient = new(1, 5);
        new[] { Tiny, -Tiny, 1e-40f, -1e-40f, 9e-16f }.CopyTo(gradient.Row(0));
        float[] before = w.Row(0).ToArray(), plainW = w.Row(0).ToArray(), plainM = new float[5], plainV = new float[5];
        AdamUpdate.Reference(plainW, plainM, plainV, Array.ConvertAll(gradient.Row(0).ToArray(), g => (double)g), Rate, 1, 1);
        KernelSet.Of(width).Adam(w, m, v, gradient, new AdamScale((float)Rate, 1f));
        Numbers.SameBits(before.AsSpan(0, 4), w.Row(0)[..4]);
        Numbers.SameBits(before.AsSpan(0, 4), plainW.AsSpan(0, 4));
        Numbers.SameBits([0, 0, 0, 0], m.Row(0)[..4]);
        Numbers.SameBits([0, 0, 0, 0], plainM.AsSpan(0, 4));
        Assert.True(m.Row(0)[4] > 0 && plainM[4] > 0);
        Assert.Equal(new float[5], v.Row(0).ToArray());
        Assert.Equal(new float[5], plainV);
    }

    /// <summary>The kernel that sums its gradient up is compared with the formula; this one has it in memory.</summary>
    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void A_gradient_in_memory_steps_like_one_in_registers(int width)
    {
        foreach (int columns in Enumerable.Range(1, 80).Append(144))
        {
            using FloatMatrix gradient = Numbers.Matrix(1, columns, 6), x = new(1, columns);
            foreach (RowStep step in Steps)
            {
                foreach (bool averaged in new[] { false, true })
                {
                    AdamRow expected = Row(columns, averaged), actual = Row(columns, averaged);
                    KernelSet.Of(width).SparseGradient(Streams.Decoder, new GradientInputs([new GradientEntry(0, 0, 1, 0)], gradient, x), expected, step);
                    KernelSet.Of(width).Adam(actual, gradient, step);
                    foreach (var (a, b) in expected.Matrices.Zip(actual.Matrices))
                    {
                        Numbers.SameBits(a, b);
                        Numbers.PaddingIsZero(b);
                    }
                    Array.ForEach([.. expected.Matrices, .. actual.Matrices], matrix => matrix.Dispose());
                }
            }
        }
    }

    [Fact]
    public unsafe void One_element_steps_alone_and_like_in_a_row()
    {
        const int Columns = 5;
        using FloatMatrix gradient = Numbers.Matrix(1, Columns, 6);
        foreach (RowStep step in Steps)
        {
            AdamRow before = Row(Columns, averaged: true), whole = Row(Columns, averaged: true);
            KernelSet.Of(1).Adam(whole, gradient, step);
            for (int column = 0; column < Columns; column++)
            {
                AdamRow one = Row(Columns, averaged: true);
                AdamUpdate.Run<SimdScalar>(one.W.Pointer + column, one.M.Pointer + column, one.V.Pointer + column, one.Average!.Pointer + column,
                    gradient.Pointer + column, 1, step);
                for (int index = 0; index < one.Matrices.Length; index++)
                {
                    float[] expected = before.Matrices[index].Row(0).ToArray();
                    expected[column] = whole.Matrices[index].Row(0)[column];
                    Numbers.SameBits(expected, one.Matrices[index].Row(0));
                }
                Array.ForEach(one.Matrices, matrix => matrix.Dispose());
            }
            Array.ForEach([.. before.Matrices, .. whole.Matrices], matrix => matrix.Dispose());
        }
    }

    [Fact]
    public void Bias_correction_is_one_minus_the_power()
    {
        foreach (double beta in new[] { AdamUpdate.Beta1, AdamUpdate.Beta2 })
        {
            var correction = new BiasCorrection(beta);
            // Out of order on purpose: the powers are kept.
            foreach (long steps in new long[] { 100, 1, 2, 10, 1000, 3, 50_000, 20_000, 10_000_000_000 })
                Assert.Equal(1 - Math.Pow(beta, steps), correction[steps], 1e-12);
            Assert.Equal(1, correction[10_000_000_000]);
        }
    }

    private static AdamRow Row(int columns, bool averaged)
    {
        FloatMatrix v = Numbers.Matrix(1, columns, 9);
        foreach (ref float value in v.Row(0))
            value = Math.Abs(value);
        return new AdamRow(Numbers.Matrix(1, columns, 7), Numbers.Matrix(1, columns, 8), v, averaged ? Numbers.Matrix(1, columns, 10) : null);
    }
}
