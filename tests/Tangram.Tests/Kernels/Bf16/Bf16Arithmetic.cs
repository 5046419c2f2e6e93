namespace Tangram.Tests;

/// <summary>What Intel's Software Developer's Manual says that the units compute: multiply-adds to nearest, where denormals count as 0 and come out as 0.</summary>
internal static class Bf16Arithmetic
{
    /// <summary>What vdpbf16ps adds to a sum: of a pair, the second product first.</summary>
    public static float AddPair(float sum, ushort firstA, ushort secondA, ushort firstB, ushort secondB) =>
        MultiplyAdd(firstA, firstB, MultiplyAdd(secondA, secondB, sum));

    public static float MultiplyAdd(ushort a, ushort b, float sum) => Flushed(MathF.FusedMultiplyAdd(Flushed(Bf16.Widen(a)), Flushed(Bf16.Widen(b)), Flushed(sum)));

    public static float Add(float a, float b) => Flushed(Flushed(a) + Flushed(b));

    /// <summary>The whole sum over rows of weights and an image, from <paramref name="sum"/> on.</summary>
    public static float Sum(Bf16Unit unit, ReadOnlySpan<ushort> w, ReadOnlySpan<ushort> x, float sum)
    {
        if (unit == Bf16Unit.Avx512)
        {
            for (int column = 0; column < w.Length; column += 2)
                sum = AddPair(sum, w[column], w[column + 1], x[column], x[column + 1]);
            return sum;
        }
        for (int start = 0; start < w.Length; start += 32) // tdpbf16ps sums the columns of either parity in a tile
        {
            float even = 0, odd = 0;
            for (int column = start; column < start + 32; column += 2)
            {
                even = MultiplyAdd(w[column], x[column], even);
                odd = MultiplyAdd(w[column + 1], x[column + 1], odd);
            }
            sum = Add(sum, Add(even, odd));
        }
        return sum;
    }

    /// <summary>Equal bits, or both not a number.</summary>
    public static bool AreSame(float a, float b) => (float.IsNaN(a) && float.IsNaN(b)) || BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b);

    private static float Flushed(float value) => float.IsSubnormal(value) ? MathF.CopySign(0, value) : value;
}
