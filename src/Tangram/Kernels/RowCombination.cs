using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>out[d] = Σ_j c_j · w[r_j, d]: the decoder. Terms are added in order.</summary>
internal static unsafe class RowCombination
{
    /// <summary>The plain sums in float64.</summary>
    public static void Reference(FloatMatrix w, ReadOnlySpan<int> rows, ReadOnlySpan<float> coefficients, Span<double> output)
    {
        output.Clear();
        for (int term = 0; term < rows.Length; term++)
        {
            ReadOnlySpan<float> row = w.Row(rows[term]);
            for (int column = 0; column < row.Length; column++)
                output[column] += (double)coefficients[term] * row[column];
        }
    }

    /// <summary><paramref name="columns"/> is a padded row length. The output may not overlap w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd>(float* w, int stride, int* rows, float* coefficients, int count, int columns, float* output) where TSimd : struct, ISimd<TSimd>
    {
        int block = 8 * TSimd.Width, column = 0;
        for (; column <= columns - block; column += block)
        {
            TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero, s4 = TSimd.Zero, s5 = TSimd.Zero, s6 = TSimd.Zero, s7 = TSimd.Zero;
            for (int term = 0; term < count; term++)
            {
                float* row = w + ((long)rows[term] * stride) + column;
                TSimd factor = TSimd.Broadcast(coefficients[term]);
                s0 = TSimd.MultiplyAdd(factor, TSimd.Load(row), s0);
                s1 = TSimd.MultiplyAdd(factor, TSimd.Load(row + TSimd.Width), s1);
                s2 = TSimd.MultiplyAdd(factor, TSimd.Load(row + (2 * TSimd.Width)), s2);
                s3 = TSimd.MultiplyAdd(factor, TSimd.Load(row + (3 * TSimd.Width)), s3);
                s4 = TSimd.MultiplyAdd(factor, TSimd.Load(row + (4 * TSimd.Width)), s4);
                s5 = TSimd.MultiplyAdd(factor, TSimd.Load(row + (5 * TSimd.Width)), s5);
                s6 = TSimd.MultiplyAdd(factor, TSimd.Load(row + (6 * TSimd.Width)), s6);
                s7 = TSimd.MultiplyAdd(factor, TSimd.Load(row + (7 * TSimd.Width)), s7);
            }
            float* target = output + column;
            s0.Store(target);
            s1.Store(target + TSimd.Width);
            s2.Store(target + (2 * TSimd.Width));
            s3.Store(target + (3 * TSimd.Width));
            s4.Store(target + (4 * TSimd.Width));
            s5.Store(target + (5 * TSimd.Width));
            s6.Store(target + (6 * TSimd.Width));
            s7.Store(target + (7 * TSimd.Width));
        }
        for (; column <= columns - (4 * TSimd.Width); column += 4 * TSimd.Width)
        {
            TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
            for (int term = 0; term < count; term++)
            {
                float* row = w + ((long)rows[term] * stride) + column;
                TSimd factor = TSimd.Broadcast(coefficients[term]);
                s0 = TSimd.MultiplyAdd(factor, TSimd.Load(row), s0);
                s1 = TSimd.MultiplyAdd(factor, TSimd.Load(row + TSimd.Width), s1);
                s2 = TSimd.MultiplyAdd(factor, TSimd.Load(row + (2 * TSimd.Width)), s2);
                s3 = TSimd.MultiplyAdd(factor, TSimd.Load(row + (3 * TSimd.Width)), s3);
            }
            float* target = output + column;
            s0.Store(target);
            s1.Store(target + TSimd.Width);
            s2.Store(target + (2 * TSimd.Width));
            s3.Store(target + (3 * TSimd.Width));
        }
        for (; column < columns; column += TSimd.Width)
        {
            TSimd sum = TSimd.Zero;
            for (int term = 0; term < count; term++)
                sum = TSimd.MultiplyAdd(TSimd.Broadcast(coefficients[term]), TSimd.Load(w + ((long)rows[term] * stride) + column), sum);
            sum.Store(output + column);
        }
    }
}
