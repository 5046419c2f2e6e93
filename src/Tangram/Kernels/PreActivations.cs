using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>pre[f] = l[f] · p[f] + c[f]: what products with rows of any length become.</summary>
internal static unsafe class PreActivations
{
    /// <summary>In place; all have room for whole vectors. <paramref name="lengths"/> may be null, for 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd>(float* products, float* lengths, float* offsets, int count) where TSimd : struct, ISimd<TSimd>
    {
        if (lengths is null)
        {
            for (int feature = 0; feature < count; feature += TSimd.Width)
                (TSimd.Load(products + feature) + TSimd.Load(offsets + feature)).Store(products + feature);
            return;
        }
        for (int feature = 0; feature < count; feature += TSimd.Width)
            TSimd.MultiplyAdd(TSimd.Load(products + feature), TSimd.Load(lengths + feature), TSimd.Load(offsets + feature)).Store(products + feature);
    }
}
