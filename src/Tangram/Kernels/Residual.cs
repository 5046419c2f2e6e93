using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>e[d] = x̂[d] − x[d], in place of x̂, where x̂ may still lack b_pre; returns Σ_d e[d]².</summary>
internal static unsafe class Residual
{
    /// <summary>The plain sum in float64; x̂ is replaced by e.</summary>
    public static double Reference(Span<double> reconstruction, ReadOnlySpan<float> x)
    {
        double sum = 0;
        for (int column = 0; column < x.Length; column++)
        {
            reconstruction[column] -= x[column];
            sum += reconstruction[column] * reconstruction[column];
        }
        return sum;
    }

    /// <summary><paramref name="columns"/> is a padded row length; <paramref name="bias"/> is added to x̂, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Run<TSimd>(float* reconstruction, float* bias, float* x, int columns) where TSimd : struct, ISimd<TSimd>
    {
        TSimd sum = TSimd.Zero;
        for (int column = 0; column < columns; column += TSimd.Width)
        {
            TSimd error = TSimd.Load(reconstruction + column) - TSimd.Load(x + column);
            if (bias is not null)
                error += TSimd.Load(bias + column);
            error.Store(reconstruction + column);
            sum = TSimd.MultiplyAdd(error, error, sum);
        }
        return sum.Sum();
    }

    /// <summary>The same of an auxiliary reconstruction ê, whose target is −e: ê[d] + e[d], in place of ê.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Add<TSimd>(float* reconstruction, float* residual, int columns) where TSimd : struct, ISimd<TSimd>
    {
        TSimd sum = TSimd.Zero;
        for (int column = 0; column < columns; column += TSimd.Width)
        {
            TSimd error = TSimd.Load(reconstruction + column) + TSimd.Load(residual + column);
            error.Store(reconstruction + column);
            sum = TSimd.MultiplyAdd(error, error, sum);
        }
        return sum.Sum();
    }
}
