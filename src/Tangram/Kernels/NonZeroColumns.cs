using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>
/// The columns that a product can't do without: of images side by side, x [columns, Lanes], those that aren't 0 in all of them. Of handwritten digits, mostly
/// background, 32 images share two columns of five.
/// </summary>
internal static unsafe class NonZeroColumns
{
    private const int Lanes = GroupProduct.Lanes;

    /// <summary>
    /// Moves what isn't 0 to x's front, <paramref name="unit"/> columns at a time (columns are a multiple of it), and writes the units' numbers, ascending, to
    /// <paramref name="kept"/>. Returns how many. What isn't a number isn't 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Keep<TSimd>(float* x, int columns, int unit, int* kept) where TSimd : struct, ISimd<TSimd>
    {
        int count = 0, length = unit * Lanes;
        float* target = x;
        for (int number = 0; number < columns / unit; number++, x += length)
        {
            if (AreZero<TSimd>(x, length))
                continue;
            for (int lane = 0; lane < length && target != x; lane += TSimd.Width)
                TSimd.Load(x + lane).Store(target + lane);
            kept[count++] = number;
            target += length;
        }
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreZero<TSimd>(float* x, int length) where TSimd : struct, ISimd<TSimd>
    {
        uint zeros = (uint)((1L << TSimd.Width) - 1);
        for (int lane = 0; lane < length; lane += TSimd.Width)
        {
            TSimd value = TSimd.Load(x + lane);
            zeros &= TSimd.GreaterOrEqual(value, TSimd.Zero) & TSimd.GreaterOrEqual(TSimd.Zero, value);
        }
        return zeros == (uint)((1L << TSimd.Width) - 1);
    }
}
