using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tangram;

/// <summary>8 lanes: AVX2.</summary>
internal readonly unsafe struct Simd256(Vector256<float> lanes) : ISimd<Simd256>
{
    private readonly Vector256<float> _lanes = lanes;

    public static int Width => 8;

    public static Simd256 Zero => new(Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 MultiplyAdd(Simd256 a, Simd256 b, Simd256 c) => new(Vector256.MultiplyAddEstimate(a._lanes, b._lanes, c._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Max(Simd256 a, Simd256 b) => new(Vector256.MaxNative(a._lanes, b._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Sqrt(Simd256 value) => new(Vector256.Sqrt(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 ZeroBelow(Simd256 value, Simd256 threshold) =>
        new(Vector256.AndNot(value._lanes, Vector256.LessThan(Vector256.Abs(value._lanes), threshold._lanes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterOrEqual(Simd256 a, Simd256 b) => (uint)Vector256.GreaterThanOrEqual(a._lanes, b._lanes).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNaN(Simd256 value) => !Vector256.EqualsAll(value._lanes, value._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator +(Simd256 a, Simd256 b) => new(a._lanes + b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator -(Simd256 a, Simd256 b) => new(a._lanes - b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator *(Simd256 a, Simd256 b) => new(a._lanes * b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator /(Simd256 a, Simd256 b) => new(a._lanes / b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination) => _lanes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreChosen(uint mask, float* destination)
    {
        new Simd128(_lanes.GetLower()).StoreChosen(mask & 0xF, destination);
        new Simd128(_lanes.GetUpper()).StoreChosen(mask >> 4, destination + BitOperations.PopCount(mask & 0xF));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreChosenIndices(uint mask, int first, int* destination) =>
        new Simd256((Vector256<int>.Indices + Vector256.Create(first)).AsSingle()).StoreChosen(mask, (float*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Largest() => Simd128.Max(new(_lanes.GetLower()), new(_lanes.GetUpper())).Largest();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Halves().Sum();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Simd256 a, Simd256 b, Simd256 c, Simd256 d, float* target) =>
        Simd128.StoreSums(a.Halves(), b.Halves(), c.Halves(), d.Halves(), target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Simd128 Halves() => new(_lanes.GetLower() + _lanes.GetUpper());
}
