namespace Tangram.Tests;

public sealed class AdamUpdateTests
{
    private const double Rate = 1e-3;

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
}
