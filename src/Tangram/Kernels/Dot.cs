using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>Σ_d a[d] · b[d]. The plain sum is <see cref="GroupProduct.Reference"/>.</summary>
internal static unsafe class Dot
{
    /// <summary><paramref name="columns"/> is a padded row length. The rows may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Run<TSimd>(float* a, float* b, int columns) where TSimd : struct, ISimd<TSimd>
    {
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
        int column = 0;
        for (; column <= columns - (4 * TSimd.Width); column += 4 * TSimd.Width)
        {
            s0 = TSimd.MultiplyAdd(TSimd.Load(a + column), TSimd.Load(b + column), s0);
            s1 = TSimd.MultiplyAdd(TSimd.Load(a + column + TSimd.Width), TSimd.Load(b + column + TSimd.Width), s1);
            s2 = TSimd.MultiplyAdd(TSimd.Load(a + column + (2 * TSimd.Width)), TSimd.Load(b + column + (2 * TSimd.Width)), s2);
            s3 = TSimd.MultiplyAdd(TSimd.Load(a + column + (3 * TSimd.Width)), TSimd.Load(b + column + (3 * TSimd.Width)), s3);
        }
        for (; column < columns; column += TSimd.Width)
            s0 = TSimd.MultiplyAdd(TSimd.Load(a + column), TSimd.Load(b + column), s0);
        return (s0 + s1 + (s2 + s3)).Sum();
    }
}
