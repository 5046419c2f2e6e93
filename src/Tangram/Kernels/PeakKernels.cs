using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>Loops that do nothing but multiply and add, read, or update: what no step can beat.</summary>
internal static unsafe class PeakKernels
{
    /// <summary>Fused multiply-adds in registers; <paramref name="rounds"/> × 12 vectors of them. The result only keeps the work alive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float MultiplyAdd<TSimd>(long rounds) where TSimd : struct, ISimd<TSimd>
    {
        TSimd a = TSimd.Broadcast(0.999f), b = TSimd.Broadcast(0.001f);
        TSimd s0 = b, s1 = b, s2 = b, s3 = b, s4 = b, s5 = b, s6 = b, s7 = b, s8 = b, s9 = b, s10 = b, s11 = b;
        for (long round = 0; round < rounds; round++)
        {
            s0 = TSimd.MultiplyAdd(s0, a, b);
            s1 = TSimd.MultiplyAdd(s1, a, b);
            s2 = TSimd.MultiplyAdd(s2, a, b);
            s3 = TSimd.MultiplyAdd(s3, a, b);
            s4 = TSimd.MultiplyAdd(s4, a, b);
            s5 = TSimd.MultiplyAdd(s5, a, b);
            s6 = TSimd.MultiplyAdd(s6, a, b);
            s7 = TSimd.MultiplyAdd(s7, a, b);
            s8 = TSimd.MultiplyAdd(s8, a, b);
            s9 = TSimd.MultiplyAdd(s9, a, b);
            s10 = TSimd.MultiplyAdd(s10, a, b);
            s11 = TSimd.MultiplyAdd(s11, a, b);
        }
        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11).Sum();
    }

    /// <summary>Reads <paramref name="count"/> floats, a multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Read<TSimd>(float* source, int count) where TSimd : struct, ISimd<TSimd>
    {
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
        int index = 0;
        for (; index <= count - (4 * TSimd.Width); index += 4 * TSimd.Width)
        {
            s0 += TSimd.Load(source + index);
            s1 += TSimd.Load(source + index + TSimd.Width);
            s2 += TSimd.Load(source + index + (2 * TSimd.Width));
            s3 += TSimd.Load(source + index + (3 * TSimd.Width));
        }
        for (; index < count; index += TSimd.Width)
            s0 += TSimd.Load(source + index);
        return (s0 + s1 + s2 + s3).Sum();
    }

    /// <summary>Reads and writes three arrays of <paramref name="count"/> floats, a multiple of 16, as Adam does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Update<TSimd>(float* a, float* b, float* c, int count) where TSimd : struct, ISimd<TSimd>
    {
        TSimd factor = TSimd.Broadcast(0.999f);
        for (int index = 0; index < count; index += TSimd.Width)
        {
            (TSimd.Load(a + index) * factor).Store(a + index);
            (TSimd.Load(b + index) * factor).Store(b + index);
            (TSimd.Load(c + index) * factor).Store(c + index);
        }
    }
}
