using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>
/// output[f, i] = Σ_d w[f, d] · x[d, i] for a group of <see cref="Lanes"/> columns i: the encoder's product, whose columns are images. Each sum is one chain of
/// multiply-adds in the order of d, whatever the tile or the width of the vectors' registers, so its bits don't depend on how the work was cut. Rows of x that are 0
/// for the whole group may be left out: they add nothing.
/// </summary>
internal static unsafe class GroupProduct
{
    /// <summary>Columns of a group: two vectors of 512 bits, so that eight rows of them fill 16 accumulators.</summary>
    public const int Lanes = 32;

    /// <summary>Rows of w per tile; the number of rows is rounded up to whole tiles.</summary>
    public const int Tile = 8;

    /// <summary>The plain sum in float64.</summary>
    public static double Reference(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        double sum = 0;
        for (int column = 0; column < x.Length; column++)
            sum += (double)x[column] * w[column];
        return sum;
    }

    /// <summary>
    /// w has <paramref name="rows"/> rows, <paramref name="wStride"/> apart, and must be allocated to whole tiles, as must output [rows, Lanes];
    /// x is [depth, Lanes], its rows those of the <paramref name="columns"/> of w, ascending, or of the first ones where that is null. With <paramref name="add"/>, the
    /// sums are added to what output holds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd>(float* w, long wStride, int rows, float* x, int depth, float* output, bool add, int* columns = null)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int row = 0; row < rows; row += Tile)
        {
            float* tile = w + (row * wStride), target = output + ((long)row * Lanes);
            if (TSimd.Width == 16)
            {
                EightRows<TSimd>(tile, wStride, x, depth, target, add, columns);
                continue;
            }
            // 16 registers hold 8 accumulators and their operands, not 16.
            for (int lane = 0; lane < Lanes; lane += 2 * TSimd.Width)
            {
                FourRows<TSimd>(tile, wStride, x + lane, depth, target + lane, add, columns);
                FourRows<TSimd>(tile + (4 * wStride), wStride, x + lane, depth, target + lane + (4 * Lanes), add, columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows<TSimd>(float* w, long wStride, float* x, int depth, float* output, bool add, int* columns) where TSimd : struct, ISimd<TSimd>
    {
        TSimd a0 = TSimd.Zero, a1 = TSimd.Zero, a2 = TSimd.Zero, a3 = TSimd.Zero, a4 = TSimd.Zero, a5 = TSimd.Zero, a6 = TSimd.Zero, a7 = TSimd.Zero;
        TSimd b0 = TSimd.Zero, b1 = TSimd.Zero, b2 = TSimd.Zero, b3 = TSimd.Zero, b4 = TSimd.Zero, b5 = TSimd.Zero, b6 = TSimd.Zero, b7 = TSimd.Zero;
        long wStride3 = 3 * wStride;
        for (int index = 0; index < depth; index++, x += Lanes)
        {
            float* row0 = w + (columns is null ? index : columns[index]), row3 = row0 + wStride3, row6 = row3 + wStride3;
            TSimd x0 = TSimd.Load(x), x1 = TSimd.Load(x + TSimd.Width);
            TSimd weight = TSimd.Broadcast(*row0);
            a0 = TSimd.MultiplyAdd(weight, x0, a0);
            b0 = TSimd.MultiplyAdd(weight, x1, b0);
            weight = TSimd.Broadcast(row0[wStride]);
            a1 = TSimd.MultiplyAdd(weight, x0, a1);
            b1 = TSimd.MultiplyAdd(weight, x1, b1);
            weight = TSimd.Broadcast(row0[2 * wStride]);
            a2 = TSimd.MultiplyAdd(weight, x0, a2);
            b2 = TSimd.MultiplyAdd(weight, x1, b2);
            weight = TSimd.Broadcast(*row3);
            a3 = TSimd.MultiplyAdd(weight, x0, a3);
            b3 = TSimd.MultiplyAdd(weight, x1, b3);
            weight = TSimd.Broadcast(row3[wStride]);
            a4 = TSimd.MultiplyAdd(weight, x0, a4);
            b4 = TSimd.MultiplyAdd(weight, x1, b4);
            weight = TSimd.Broadcast(row3[2 * wStride]);
            a5 = TSimd.MultiplyAdd(weight, x0, a5);
            b5 = TSimd.MultiplyAdd(weight, x1, b5);
            weight = TSimd.Broadcast(*row6);
            a6 = TSimd.MultiplyAdd(weight, x0, a6);
            b6 = TSimd.MultiplyAdd(weight, x1, b6);
            weight = TSimd.Broadcast(row6[wStride]);
            a7 = TSimd.MultiplyAdd(weight, x0, a7);
            b7 = TSimd.MultiplyAdd(weight, x1, b7);
        }
        Put(output, a0, b0, add);
        Put(output + Lanes, a1, b1, add);
        Put(output + (2 * Lanes), a2, b2, add);
        Put(output + (3 * Lanes), a3, b3, add);
        Put(output + (4 * Lanes), a4, b4, add);
        Put(output + (5 * Lanes), a5, b5, add);
        Put(output + (6 * Lanes), a6, b6, add);
        Put(output + (7 * Lanes), a7, b7, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows<TSimd>(float* w, long wStride, float* x, int depth, float* output, bool add, int* columns) where TSimd : struct, ISimd<TSimd>
    {
        TSimd a0 = TSimd.Zero, a1 = TSimd.Zero, a2 = TSimd.Zero, a3 = TSimd.Zero, b0 = TSimd.Zero, b1 = TSimd.Zero, b2 = TSimd.Zero, b3 = TSimd.Zero;
        for (int index = 0; index < depth; index++, x += Lanes)
        {
            float* row0 = w + (columns is null ? index : columns[index]), row2 = row0 + (2 * wStride);
            TSimd x0 = TSimd.Load(x), x1 = TSimd.Load(x + TSimd.Width);
            TSimd weight = TSimd.Broadcast(*row0);
            a0 = TSimd.MultiplyAdd(weight, x0, a0);
            b0 = TSimd.MultiplyAdd(weight, x1, b0);
            weight = TSimd.Broadcast(row0[wStride]);
            a1 = TSimd.MultiplyAdd(weight, x0, a1);
            b1 = TSimd.MultiplyAdd(weight, x1, b1);
            weight = TSimd.Broadcast(*row2);
            a2 = TSimd.MultiplyAdd(weight, x0, a2);
            b2 = TSimd.MultiplyAdd(weight, x1, b2);
            weight = TSimd.Broadcast(row2[wStride]);
            a3 = TSimd.MultiplyAdd(weight, x0, a3);
            b3 = TSimd.MultiplyAdd(weight, x1, b3);
        }
        Put(output, a0, b0, add);
        Put(output + Lanes, a1, b1, add);
        Put(output + (2 * Lanes), a2, b2, add);
        Put(output + (3 * Lanes), a3, b3, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TSimd>(float* output, TSimd a, TSimd b, bool add) where TSimd : struct, ISimd<TSimd>
    {
        if (add)
        {
            a += TSimd.Load(output);
            b += TSimd.Load(output + TSimd.Width);
        }
        a.Store(output);
        b.Store(output + TSimd.Width);
    }
}
