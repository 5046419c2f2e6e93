using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>
/// One entry of a feature's gradient: the rows of its image and of the residual that its activation had a part in, its activation (times the loss's scale), and
/// the pull on its pre-activation.
/// </summary>
internal readonly record struct GradientEntry(int Input, int Residual, float Activation, float Pull);

/// <summary>Which of a feature's gradients a row gets: that of the decoder, that of the encoder, or, with tied weights, both.</summary>
internal interface IGradientStreams
{
    /// <summary>Σ_j z_j · e[r_j].</summary>
    static abstract bool Residuals { get; }

    /// <summary>Σ_j δ_j · x[i_j].</summary>
    static abstract bool Inputs { get; }
}

/// <summary>A tied row.</summary>
internal readonly struct TiedStreams : IGradientStreams
{
    public static bool Residuals => true;

    public static bool Inputs => true;
}

/// <summary>A row of the encoder.</summary>
internal readonly struct EncoderStream : IGradientStreams
{
    public static bool Residuals => false;

    public static bool Inputs => true;
}

/// <summary>A row of the decoder.</summary>
internal readonly struct DecoderStream : IGradientStreams
{
    public static bool Residuals => true;

    public static bool Inputs => false;
}

/// <summary>Where a panel's entries, residuals and images are. Rows of e and x have the same stride.</summary>
internal readonly unsafe struct GradientSource(GradientEntry* entries, int count, float* e, float* x, int stride, float* origin, float originPull)
{
    public readonly GradientEntry* Entries = entries;
    public readonly int Count = count;
    public readonly float* E = e, X = x;
    public readonly int Stride = stride;

    /// <summary>What images are counted from, b_pre, or null; and Σ_j δ_j.</summary>
    public readonly float* Origin = origin;
    public readonly float OriginPull = originPull;

    /// <summary>The same with a feature's entries, from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    public GradientSource Of(GradientEntry* all, int start, int end, float pull) => new(all + start, end - start, E, X, Stride, Origin, pull);
}

/// <summary>
/// g[d] = Σ_j z_j · e[r_j, d] + δ_j · (x[i_j, d] − b[d]): the gradient of one feature over the samples that it was active for, in order. It is sparse work:
/// no dense code and no dense [F, D] gradient exist.
/// </summary>
internal static unsafe class SparseGradient
{
    /// <summary>The plain sums in float64, without b.</summary>
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
    /// Adam with the gradient of one row, which never leaves the registers: the processor waits for the rows of e and x while it divides. w, m, v and average, which
    /// may be null, are rows of <paramref name="columns"/>, a padded length.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd, TStreams>(GradientSource source, int columns, float* w, float* m, float* v, float* average, RowStep step)
        where TSimd : struct, ISimd<TSimd>
        where TStreams : struct, IGradientStreams
    {
        var lanes = new AdamUpdate.Lanes<TSimd>(step);
        int column = 0;
        for (; column <= columns - (4 * TSimd.Width); column += 4 * TSimd.Width)
        {
            Sum<TSimd, TStreams>(source, column, out TSimd g0, out TSimd g1, out TSimd g2, out TSimd g3);
            float* mean = average is null ? null : average + column;
            // The next row's columns lie behind this row's: rows follow each other, but the processor's own guesses end with a page.
            CacheLines.Fetch(w + column + columns, 4 * TSimd.Width * sizeof(float));
            CacheLines.Fetch(m + column + columns, 4 * TSimd.Width * sizeof(float));
            CacheLines.Fetch(v + column + columns, 4 * TSimd.Width * sizeof(float));
            lanes.Step(w + column, m + column, v + column, mean, g0);
            int next = column + TSimd.Width;
            mean = average is null ? null : average + next;
            lanes.Step(w + next, m + next, v + next, mean, g1);
            next += TSimd.Width;
            mean = average is null ? null : average + next;
            lanes.Step(w + next, m + next, v + next, mean, g2);
            next += TSimd.Width;
            mean = average is null ? null : average + next;
            lanes.Step(w + next, m + next, v + next, mean, g3);
        }
        for (; column < columns; column += TSimd.Width)
            lanes.Step(w + column, m + column, v + column, average is null ? null : average + column, Sum<TSimd, TStreams>(source, column));
    }

    /// <summary>Σ_d g[d]² of the gradient that <see cref="Run"/> would step by, before it's clipped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SquaredNorm<TSimd, TStreams>(GradientSource source, int columns, float* w, RowStep step)
        where TSimd : struct, ISimd<TSimd>
        where TStreams : struct, IGradientStreams
    {
        var lanes = new AdamUpdate.Lanes<TSimd>(step);
        TSimd sum = TSimd.Zero;
        int column = 0;
        for (; column <= columns - (4 * TSimd.Width); column += 4 * TSimd.Width)
        {
            Sum<TSimd, TStreams>(source, column, out TSimd g0, out TSimd g1, out TSimd g2, out TSimd g3);
            float* row = w + column;
            g0 = lanes.Project(row, g0);
            g1 = lanes.Project(row + TSimd.Width, g1);
            g2 = lanes.Project(row + (2 * TSimd.Width), g2);
            g3 = lanes.Project(row + (3 * TSimd.Width), g3);
            sum = TSimd.MultiplyAdd(g0, g0, TSimd.MultiplyAdd(g1, g1, TSimd.MultiplyAdd(g2, g2, TSimd.MultiplyAdd(g3, g3, sum))));
        }
        for (; column < columns; column += TSimd.Width)
        {
            TSimd g = lanes.Project(w + column, Sum<TSimd, TStreams>(source, column));
            sum = TSimd.MultiplyAdd(g, g, sum);
        }
        return sum.Sum();
    }

    /// <summary>Four vectors of columns; two accumulators each, so that the two products don't wait for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum<TSimd, TStreams>(GradientSource source, int column, out TSimd g0, out TSimd g1, out TSimd g2, out TSimd g3)
        where TSimd : struct, ISimd<TSimd>
        where TStreams : struct, IGradientStreams
    {
        float* e = source.E + column, x = source.X + column;
        int stride = source.Stride;
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
        TSimd t0 = TSimd.Zero, t1 = TSimd.Zero, t2 = TSimd.Zero, t3 = TSimd.Zero;
        for (GradientEntry* entry = source.Entries, end = entry + source.Count; entry < end; entry++)
        {
            if (TStreams.Residuals)
            {
                float* error = e + ((long)entry->Residual * stride);
                TSimd z = TSimd.Broadcast(entry->Activation);
                s0 = TSimd.MultiplyAdd(z, TSimd.Load(error), s0);
                s1 = TSimd.MultiplyAdd(z, TSimd.Load(error + TSimd.Width), s1);
                s2 = TSimd.MultiplyAdd(z, TSimd.Load(error + (2 * TSimd.Width)), s2);
                s3 = TSimd.MultiplyAdd(z, TSimd.Load(error + (3 * TSimd.Width)), s3);
            }
            if (TStreams.Inputs)
            {
                float* input = x + ((long)entry->Input * stride);
                TSimd pull = TSimd.Broadcast(entry->Pull);
                t0 = TSimd.MultiplyAdd(pull, TSimd.Load(input), t0);
                t1 = TSimd.MultiplyAdd(pull, TSimd.Load(input + TSimd.Width), t1);
                t2 = TSimd.MultiplyAdd(pull, TSimd.Load(input + (2 * TSimd.Width)), t2);
                t3 = TSimd.MultiplyAdd(pull, TSimd.Load(input + (3 * TSimd.Width)), t3);
            }
        }
        if (TStreams.Inputs && source.Origin is not null)
        {
            float* origin = source.Origin + column;
            TSimd pull = TSimd.Broadcast(-source.OriginPull);
            t0 = TSimd.MultiplyAdd(pull, TSimd.Load(origin), t0);
            t1 = TSimd.MultiplyAdd(pull, TSimd.Load(origin + TSimd.Width), t1);
            t2 = TSimd.MultiplyAdd(pull, TSimd.Load(origin + (2 * TSimd.Width)), t2);
            t3 = TSimd.MultiplyAdd(pull, TSimd.Load(origin + (3 * TSimd.Width)), t3);
        }
        (g0, g1, g2, g3) = (s0 + t0, s1 + t1, s2 + t2, s3 + t3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Sum<TSimd, TStreams>(GradientSource source, int column)
        where TSimd : struct, ISimd<TSimd>
        where TStreams : struct, IGradientStreams
    {
        TSimd s = TSimd.Zero, t = TSimd.Zero;
        for (GradientEntry* entry = source.Entries, end = entry + source.Count; entry < end; entry++)
        {
            if (TStreams.Residuals)
                s = TSimd.MultiplyAdd(TSimd.Broadcast(entry->Activation), TSimd.Load(source.E + ((long)entry->Residual * source.Stride) + column), s);
            if (TStreams.Inputs)
                t = TSimd.MultiplyAdd(TSimd.Broadcast(entry->Pull), TSimd.Load(source.X + ((long)entry->Input * source.Stride) + column), t);
        }
        if (TStreams.Inputs && source.Origin is not null)
            t = TSimd.MultiplyAdd(TSimd.Broadcast(-source.OriginPull), TSimd.Load(source.Origin + column), t);
        return s + t;
    }
}
