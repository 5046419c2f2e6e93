namespace Tangram.Tests;

public sealed class SparseGradientTests
{
    private const int Samples = 11;

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Entries_sum_to_the_plain_gradient(int width)
    {
        for (int columns = 1; columns <= 80; columns++)
        {
            int count = columns % 9;
            using FloatMatrix e = Numbers.Matrix(Samples, columns, 1), x = Numbers.Matrix(Samples, columns, 2);
            GradientEntry[] entries = Entries(count, (ulong)columns);
            var plain = new double[columns];
            SparseGradient.Reference(entries, sample => Array.ConvertAll(e.Row(sample).ToArray(), value => (double)value), x, plain);
            using FloatMatrix gradient = Gradient(width, entries, e, x);
            for (int column = 0; column < columns; column++)
            {
                double magnitude = entries.Sum(entry => Math.Abs((double)entry.Activation * e.Row(entry.Residual)[column])
                    + Math.Abs((double)entry.Pull * x.Row(entry.Input)[column]));
                Numbers.SumIsClose(plain[column], gradient.Row(0)[column], (2 * count) + 4, magnitude);
            }
            Numbers.PaddingIsZero(gradient);
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void No_entries_give_a_gradient_of_zero(int width)
    {
        foreach (int columns in new[] { 1, 16, 64, 79 })
        {
            using FloatMatrix e = Numbers.Matrix(Samples, columns, 1), x = Numbers.Matrix(Samples, columns, 2), gradient = Gradient(width, [], e, x);
            Assert.False(gradient.Row(0).ContainsAnyExcept(0f));
        }
    }

    [Fact]
    public void The_plain_gradient_is_activation_times_residual_plus_pull_times_input()
    {
        using var x = new FloatMatrix(2, 2);
        new float[] { 3, 4 }.CopyTo(x.Row(1));
        var gradient = new double[2];
        SparseGradient.Reference([new GradientEntry(1, 9, 2, 10)], residual => residual == 9 ? [5, 7] : [], x, gradient);
        Assert.Equal([(2 * 5) + (10 * 3), (2 * 7) + (10 * 4)], gradient);
    }

    /// <summary>Adam's first moments after one step from none are 1 − β₁ of the gradient.</summary>
    private static FloatMatrix Gradient(int width, GradientEntry[] entries, FloatMatrix e, FloatMatrix x)
    {
        var gradient = new FloatMatrix(1, e.Columns);
        using FloatMatrix w = new(1, e.Columns), v = new(1, e.Columns);
        KernelSet.Of(width).SparseGradient(entries, e, x, w, gradient, v, new AdamScale(1e-3f, 1));
        foreach (ref float value in gradient.Row(0))
            value = (float)(value / (1 - AdamUpdate.Beta1));
        return gradient;
    }

    private static GradientEntry[] Entries(int count, ulong seed)
    {
        int[] inputs = Numbers.Integers(count, Samples, seed), residuals = Numbers.Integers(count, Samples, seed + 500);
        float[] activations = Numbers.Row(count, seed), pulls = Numbers.Row(count, seed + 1000);
        return [.. inputs.Select((input, entry) => new GradientEntry(input, residuals[entry], activations[entry], pulls[entry]))];
    }
}
