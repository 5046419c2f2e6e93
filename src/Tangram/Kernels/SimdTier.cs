using System.Runtime.Intrinsics;

namespace Tangram;

/// <summary>The widest vectors that the processor and the runtime's switches allow; part of what makes bits reproducible.</summary>
internal enum SimdTier
{
    Scalar = 1,
    Bits128 = 128,
    Bits256 = 256,
    Bits512 = 512,
}

internal static class SimdTiers
{
    public static SimdTier Best =>
        Vector512.IsHardwareAccelerated ? SimdTier.Bits512
        : Vector256.IsHardwareAccelerated ? SimdTier.Bits256
        : Vector128.IsHardwareAccelerated ? SimdTier.Bits128
        : SimdTier.Scalar;
}
