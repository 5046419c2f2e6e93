using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tangram;

/// <summary>4 lanes: SSE or Arm's NEON.</summary>
internal readonly unsafe struct Simd128(Vector128<float> lanes) : ISimd<Simd128>
{
    private readonly Vector128<float> _lanes = lanes;

    /// <summary>Four per mask: the lanes whose bit is set, then any.</summary>
    private static ReadOnlySpan<int> ChosenLanes =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0,
        2, 0, 0, 0, 0, 2, 0, 0, 1, 2, 0, 0, 0, 1, 2, 0,
        3, 0, 0, 0, 0, 3, 0, 0, 1, 3, 0, 0, 0, 1, 3, 0,
        2, 3, 0, 0, 0, 2, 3, 0, 1, 2, 3, 0, 0, 1, 2, 3,
    ];

    public static int Width => 4;

    public static Simd128 Zero => new(Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 MultiplyAdd(Simd128 a, Simd128 b, Simd128 c) => new(Vector128.MultiplyAddEstimate(a._lanes, b._lanes, c._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Max(Simd128 a, Simd128 b) => new(Vector128.MaxNative(a._lanes, b._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Sqrt(Simd128 value) => new(Vector128.Sqrt(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 ZeroBelow(Simd128 value, Simd128 threshold) =>
        new(Vector128.AndNot(value._lanes, Vector128.LessThan(Vector128.Abs(value._lanes), threshold._lanes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterOrEqual(Simd128 a, Simd128 b) => (uint)Vector128.GreaterThanOrEqual(a._lanes, b._lanes).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNaN(Simd128 value) => !Vector128.EqualsAll(value._lanes, value._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator +(Simd128 a, Simd128 b) => new(a._lanes + b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator -(Simd128 a, Simd128 b) => new(a._lanes - b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator *(Simd128 a, Simd128 b) => new(a._lanes * b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator /(Simd128 a, Simd128 b) => new(a._lanes / b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination) => _lanes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreChosen(uint mask, float* destination) =>
        Vector128.ShuffleNative(_lanes, Vector128.LoadUnsafe(in MemoryMarshal.GetReference(ChosenLanes), mask * 4)).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreChosenIndices(uint mask, int first, int* destination) =>
        new Simd128((Vector128<int>.Indices + Vector128.Create(first)).AsSingle()).StoreChosen(mask, (float*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Largest()
    {
        Vector128<float> pairs = Vector128.MaxNative(_lanes, Vector128.Shuffle(_lanes, Vector128.Create(2, 3, 0, 1)));
        return float.MaxNative(pairs[0], pairs[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => (_lanes[0] + _lanes[1]) + (_lanes[2] + _lanes[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Simd128 a, Simd128 b, Simd128 c, Simd128 d, float* target)
    {
        if (Sse3.IsSupported)
        {
            // Two levels of adding neighbours: the order of Sum.
            Sse3.HorizontalAdd(Sse3.HorizontalAdd(a._lanes, b._lanes), Sse3.HorizontalAdd(c._lanes, d._lanes)).Store(target);
            return;
        }
        (target[0], target[1], target[2], target[3]) = (a.Sum(), b.Sum(), c.Sum(), d.Sum());
    }
}
