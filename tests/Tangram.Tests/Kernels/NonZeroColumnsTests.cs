namespace Tangram.Tests;

public sealed class NonZeroColumnsTests
{
    private const int Lanes = GroupProduct.Lanes;

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void One_lane_that_is_not_zero_keeps_its_unit_and_nothing_else_does(int width)
    {
        KernelSet kernels = KernelSet.Of(width);
        foreach (int unit in new[] { 1, 2 })
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                using var x = new FloatMatrix(12, Lanes);
                x.Row(3)[lane] = float.Epsilon;
                x.Row(4)[lane] = float.NaN;
                x.Row(7)[(lane + 5) % Lanes] = -1;
                x.Row(9).Fill(-0f);
                int[] kept = kernels.NonZero(x, unit);
                Assert.Equal(unit == 1 ? [3, 4, 7] : [1, 2, 3], kept);
                int second = unit == 1 ? 1 : 2;
                Assert.Equal(float.Epsilon, x.Row(unit - 1)[lane]);
                Assert.True(float.IsNaN(x.Row(second)[lane]));
                Assert.Equal(-1, x.Row(unit == 1 ? 2 : 5)[(lane + 5) % Lanes]);
            }
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void What_is_kept_keeps_its_bits_and_its_order(int width)
    {
        KernelSet kernels = KernelSet.Of(width);
        for (int columns = 0; columns <= 40; columns += 2)
        {
            foreach (int unit in new[] { 1, 2 })
            {
                using FloatMatrix x = Numbers.Matrix(columns, Lanes, 1), before = Numbers.Matrix(columns, Lanes, 1);
                int[] zeros = Numbers.Integers(columns / 2, Math.Max(1, columns), (ulong)columns);
                foreach (int column in zeros)
                {
                    x.Row(column).Clear();
                    before.Row(column).Clear();
                }
                int[] expected = [.. Enumerable.Range(0, columns / unit).Where(number => Enumerable.Range(number * unit, unit).Any(column => !zeros.Contains(column)))];
                Assert.Equal(expected, kernels.NonZero(x, unit));
                for (int row = 0; row < expected.Length * unit; row++)
                    Numbers.SameBits(before.Row((expected[row / unit] * unit) + (row % unit)), x.Row(row));
            }
        }
    }
}
