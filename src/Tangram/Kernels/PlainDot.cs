using System.Runtime.Intrinsics;

namespace Tangram;

/// <summary>
/// ⟨a, b⟩ in float64, in four sums on every machine: the same bits everywhere, and no chain of additions, since the rows of all features are looked at often.
/// </summary>
internal static class PlainDot
{
    public static double Run(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector256<double> sums = Vector256<double>.Zero;
        int column = 0;
        for (; column <= a.Length - Vector256<float>.Count; column += Vector256<float>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(a[column..]));
            var (otherLow, otherHigh) = Vector256.Widen(Vector256.Create(b[column..]));
            sums += (low * otherLow) + (high * otherHigh);
        }
        double sum = sums[0] + sums[1] + (sums[2] + sums[3]);
        for (; column < a.Length; column++)
            sum += (double)a[column] * b[column];
        return sum;
    }
}
