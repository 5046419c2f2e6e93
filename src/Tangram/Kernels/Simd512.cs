using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tangram;

/// <summary>16 lanes: AVX-512.</summary>
internal readonly unsafe struct Simd512(Vector512<float> lanes) : ISimd<Simd512>
{
    private readonly Vector512<float> _lanes = lanes;

    public static int Width => 16;

    public static Simd512 Zero => new(Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 MultiplyAdd(Simd512 a, Simd512 b, Simd512 c) => new(Vector512.MultiplyAddEstimate(a._lanes, b._lanes, c._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Max(Simd512 a, Simd512 b) => new(Vector512.MaxNative(a._lanes, b._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Sqrt(Simd512 value) => new(Vector512.Sqrt(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 ZeroBelow(Simd512 value, Simd512 threshold) =>
        new(Vector512.AndNot(value._lanes, Vector512.LessThan(Vector512.Abs(value._lanes), threshold._lanes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterOrEqual(Simd512 a, Simd512 b) => (uint)Vector512.GreaterThanOrEqual(a._lanes, b._lanes).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNaN(Simd512 value) => !Vector512.EqualsAll(value._lanes, value._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator +(Simd512 a, Simd512 b) => new(a._lanes + b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator -(Simd512 a, Simd512 b) => new(a._lanes - b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator *(Simd512 a, Simd512 b) => new(a._lanes * b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator /(Simd512 a, Simd512 b) => new(a._lanes / b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination) => _lanes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreChosen(uint mask, float* destination)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.Compress(Vector512<float>.Zero, Chosen(mask).AsSingle(), _lanes).Store(destination);
            return;
        }
        new Simd256(_lanes.GetLower()).StoreChosen(mask & 0xFF, destination);
        new Simd256(_lanes.GetUpper()).StoreChosen(mask >> 8, destination + BitOperations.PopCount(mask & 0xFF));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreChosenIndices(uint mask, int first, int* destination) =>
        new Simd512((Vector512<int>.Indices + Vector512.Create(first)).AsSingle()).StoreChosen(mask, (float*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Chosen(uint mask)
    {
        Vector512<int> bits = Vector512.Create(1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0x100, 0x200, 0x400, 0x800, 0x1000, 0x2000, 0x4000, 0x8000);
        return ~Vector512.Equals(Vector512.Create((int)mask) & bits, Vector512<int>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Largest() => Simd256.Max(new(_lanes.GetLower()), new(_lanes.GetUpper())).Largest();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Halves().Sum();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Simd512 a, Simd512 b, Simd512 c, Simd512 d, float* target) =>
        Simd256.StoreSums(a.Halves(), b.Halves(), c.Halves(), d.Halves(), target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Simd256 Halves() => new(_lanes.GetLower() + _lanes.GetUpper());
}
