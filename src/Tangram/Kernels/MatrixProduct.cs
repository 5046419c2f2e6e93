using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>
/// pre[i, f] = Σ_d x[i, d] · w[f, d]: the encoder's product, both operands row-major. Every sum runs over the lanes of one vector accumulator, in panels of
/// <see cref="Panel"/> columns, whatever the tile: its bits don't depend on how the work was cut.
/// </summary>
internal static unsafe class MatrixProduct
{
    /// <summary>Columns per pass: four rows of w (16 KiB) stay in the first-level cache while all rows of x go by.</summary>
    public const int Panel = 1024;

    /// <summary>The plain sum in float64.</summary>
    public static double Reference(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        double sum = 0;
        for (int column = 0; column < x.Length; column++)
            sum += (double)x[column] * w[column];
        return sum;
    }

    /// <summary>
    /// <paramref name="samples"/> and <paramref name="features"/> are rounded up to multiples of 4; the operands' rows, and the output's rows and columns, must be
    /// allocated that far. <paramref name="columns"/> is a padded row length.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd>(float* x, int xStride, int samples, float* w, int wStride, int features, int columns, float* output, int outputStride)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int column = 0; column < columns; column += Panel)
        {
            int width = Math.Min(Panel, columns - column);
            for (int feature = 0; feature < features; feature += 4)
            {
                float* wRows = w + ((long)feature * wStride) + column;
                for (int sample = 0; sample < samples; sample += 4)
                {
                    float* xRows = x + ((long)sample * xStride) + column;
                    float* target = output + ((long)sample * outputStride) + feature;
                    if (TSimd.Width == 16)
                    {
                        Tile4x4<TSimd>(xRows, xStride, wRows, wStride, width, target, outputStride, column > 0);
                    }
                    else
                    {
                        // 16 registers hold 8 accumulators and their operands, not 16.
                        Tile4x2<TSimd>(xRows, xStride, wRows, wStride, width, target, outputStride, column > 0);
                        Tile4x2<TSimd>(xRows, xStride, wRows + (2L * wStride), wStride, width, target + 2, outputStride, column > 0);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x4<TSimd>(float* x, int xStride, float* w, int wStride, int width, float* output, int outputStride, bool add)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd s00 = TSimd.Zero, s01 = TSimd.Zero, s02 = TSimd.Zero, s03 = TSimd.Zero;
        TSimd s10 = TSimd.Zero, s11 = TSimd.Zero, s12 = TSimd.Zero, s13 = TSimd.Zero;
        TSimd s20 = TSimd.Zero, s21 = TSimd.Zero, s22 = TSimd.Zero, s23 = TSimd.Zero;
        TSimd s30 = TSimd.Zero, s31 = TSimd.Zero, s32 = TSimd.Zero, s33 = TSimd.Zero;
        float* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        float* w1 = w + wStride, w2 = w1 + wStride, w3 = w2 + wStride;
        for (int column = 0; column < width; column += TSimd.Width)
        {
            TSimd a = TSimd.Load(w + column), b = TSimd.Load(w1 + column), c = TSimd.Load(w2 + column), d = TSimd.Load(w3 + column);
            TSimd row = TSimd.Load(x + column);
            s00 = TSimd.MultiplyAdd(row, a, s00);
            s01 = TSimd.MultiplyAdd(row, b, s01);
            s02 = TSimd.MultiplyAdd(row, c, s02);
            s03 = TSimd.MultiplyAdd(row, d, s03);
            row = TSimd.Load(x1 + column);
            s10 = TSimd.MultiplyAdd(row, a, s10);
            s11 = TSimd.MultiplyAdd(row, b, s11);
            s12 = TSimd.MultiplyAdd(row, c, s12);
            s13 = TSimd.MultiplyAdd(row, d, s13);
            row = TSimd.Load(x2 + column);
            s20 = TSimd.MultiplyAdd(row, a, s20);
            s21 = TSimd.MultiplyAdd(row, b, s21);
            s22 = TSimd.MultiplyAdd(row, c, s22);
            s23 = TSimd.MultiplyAdd(row, d, s23);
            row = TSimd.Load(x3 + column);
            s30 = TSimd.MultiplyAdd(row, a, s30);
            s31 = TSimd.MultiplyAdd(row, b, s31);
            s32 = TSimd.MultiplyAdd(row, c, s32);
            s33 = TSimd.MultiplyAdd(row, d, s33);
        }
        Put(output, add, s00, s01, s02, s03);
        Put(output + outputStride, add, s10, s11, s12, s13);
        Put(output + (2 * outputStride), add, s20, s21, s22, s23);
        Put(output + (3 * outputStride), add, s30, s31, s32, s33);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2<TSimd>(float* x, int xStride, float* w, int wStride, int width, float* output, int outputStride, bool add)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd s00 = TSimd.Zero, s01 = TSimd.Zero, s10 = TSimd.Zero, s11 = TSimd.Zero;
        TSimd s20 = TSimd.Zero, s21 = TSimd.Zero, s30 = TSimd.Zero, s31 = TSimd.Zero;
        float* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride, w1 = w + wStride;
        for (int column = 0; column < width; column += TSimd.Width)
        {
            TSimd a = TSimd.Load(w + column), b = TSimd.Load(w1 + column);
            TSimd row = TSimd.Load(x + column);
            s00 = TSimd.MultiplyAdd(row, a, s00);
            s01 = TSimd.MultiplyAdd(row, b, s01);
            row = TSimd.Load(x1 + column);
            s10 = TSimd.MultiplyAdd(row, a, s10);
            s11 = TSimd.MultiplyAdd(row, b, s11);
            row = TSimd.Load(x2 + column);
            s20 = TSimd.MultiplyAdd(row, a, s20);
            s21 = TSimd.MultiplyAdd(row, b, s21);
            row = TSimd.Load(x3 + column);
            s30 = TSimd.MultiplyAdd(row, a, s30);
            s31 = TSimd.MultiplyAdd(row, b, s31);
        }
        float* sums = stackalloc float[8];
        TSimd.StoreSums(s00, s01, s10, s11, sums);
        TSimd.StoreSums(s20, s21, s30, s31, sums + 4);
        for (int row = 0; row < 4; row++)
        {
            float* target = output + (row * outputStride);
            target[0] = add ? target[0] + sums[2 * row] : sums[2 * row];
            target[1] = add ? target[1] + sums[(2 * row) + 1] : sums[(2 * row) + 1];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TSimd>(float* output, bool add, TSimd a, TSimd b, TSimd c, TSimd d) where TSimd : struct, ISimd<TSimd>
    {
        if (!add)
        {
            TSimd.StoreSums(a, b, c, d, output);
            return;
        }
        float* sums = stackalloc float[4];
        TSimd.StoreSums(a, b, c, d, sums);
        for (int feature = 0; feature < 4; feature++)
            output[feature] += sums[feature];
    }
}
