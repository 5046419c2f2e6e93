using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>
/// One entry of a feature's gradient: the rows of its image and of the residual that its activation had a part in, its activation (times the loss's scale), and
/// the pull on its pre-activation.
/// </summary>
internal readonly record struct GradientEntry(int Input, int Residual, float Activation, float Pull);

/// <summary>
/// g[d] = Σ_j z_j · e[r_j, d] + δ_j · x[i_j, d]: the gradient of one tied feature over the samples that it was active for, in order. It is sparse work:
/// no dense code and no dense [F, D] gradient exist.
/// </summary>
internal static unsafe class SparseGradient
{
    /// <summary>The plain sums in float64.</summary>
    public static void Reference(ReadOnlySpan<GradientEntry> entries, Func<int, double[]> residual, FloatMatrix x, Span<double> gradient)
    {
        gradient.Clear();
        foreach (GradientEntry entry in entries)
        {
            double[] e = residual(entry.Residual);
            ReadOnlySpan<float> row = x.Row(entry.Input);
            for (int column = 0; column < row.Length; column++)
                gradient[column] += (entry.Activation * e[column]) + ((double)entry.Pull * row[column]);
        }
    }

    /// <summary>
    /// Adam with the gradient of one row, which never leaves the registers: the processor waits for the rows of e and x while it divides. w, m and v are rows
    /// of <paramref name="columns"/>, a padded length; e and x have the same stride.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd>(GradientEntry* entries, int count, float* e, float* x, int stride, int columns, float* w, float* m, float* v, AdamScale scale)
        where TSimd : struct, ISimd<TSimd>
    {
        var lanes = new AdamUpdate.Lanes<TSimd>(scale);
        int column = 0;
        for (; column <= columns - (4 * TSimd.Width); column += 4 * TSimd.Width)
        {
            Sum(entries, count, e + column, x + column, stride, out TSimd g0, out TSimd g1, out TSimd g2, out TSimd g3);
            lanes.Step(w + column, m + column, v + column, g0);
            int next = column + TSimd.Width;
            lanes.Step(w + next, m + next, v + next, g1);
            next += TSimd.Width;
            lanes.Step(w + next, m + next, v + next, g2);
            next += TSimd.Width;
            lanes.Step(w + next, m + next, v + next, g3);
        }
        for (; column < columns; column += TSimd.Width)
            lanes.Step(w + column, m + column, v + column, Sum<TSimd>(entries, count, e + column, x + column, stride));
    }

    /// <summary>Four vectors of columns; two accumulators each, so that the two products don't wait for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum<TSimd>(GradientEntry* entries, int count, float* e, float* x, int stride, out TSimd g0, out TSimd g1, out TSimd g2, out TSimd g3)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
        TSimd t0 = TSimd.Zero, t1 = TSimd.Zero, t2 = TSimd.Zero, t3 = TSimd.Zero;
        for (GradientEntry* entry = entries; entry < entries + count; entry++)
        {
            float* error = e + ((long)entry->Residual * stride), input = x + ((long)entry->Input * stride);
            TSimd z = TSimd.Broadcast(entry->Activation), pull = TSimd.Broadcast(entry->Pull);
            s0 = TSimd.MultiplyAdd(z, TSimd.Load(error), s0);
            t0 = TSimd.MultiplyAdd(pull, TSimd.Load(input), t0);
            s1 = TSimd.MultiplyAdd(z, TSimd.Load(error + TSimd.Width), s1);
            t1 = TSimd.MultiplyAdd(pull, TSimd.Load(input + TSimd.Width), t1);
            s2 = TSimd.MultiplyAdd(z, TSimd.Load(error + (2 * TSimd.Width)), s2);
            t2 = TSimd.MultiplyAdd(pull, TSimd.Load(input + (2 * TSimd.Width)), t2);
            s3 = TSimd.MultiplyAdd(z, TSimd.Load(error + (3 * TSimd.Width)), s3);
            t3 = TSimd.MultiplyAdd(pull, TSimd.Load(input + (3 * TSimd.Width)), t3);
        }
        (g0, g1, g2, g3) = (s0 + t0, s1 + t1, s2 + t2, s3 + t3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Sum<TSimd>(GradientEntry* entries, int count, float* e, float* x, int stride) where TSimd : struct, ISimd<TSimd>
    {
        TSimd s = TSimd.Zero, t = TSimd.Zero;
        for (GradientEntry* entry = entries; entry < entries + count; entry++)
        {
            s = TSimd.MultiplyAdd(TSimd.Broadcast(entry->Activation), TSimd.Load(e + ((long)entry->Residual * stride)), s);
            t = TSimd.MultiplyAdd(TSimd.Broadcast(entry->Pull), TSimd.Load(x + ((long)entry->Input * stride)), t);
        }
        return s + t;
    }
}
