using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>One lane: processors, or switches of the runtime, without vectors.</summary>
internal readonly unsafe struct SimdScalar(float lane) : ISimd<SimdScalar>
{
    private readonly float _lane = lane;

    public static int Width => 1;

    public static SimdScalar Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar Load(float* source) => new(*source);

    public static SimdScalar Broadcast(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar MultiplyAdd(SimdScalar a, SimdScalar b, SimdScalar c) => new((a._lane * b._lane) + c._lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar Max(SimdScalar a, SimdScalar b) => a._lane > b._lane ? a : b;

    public static SimdScalar Sqrt(SimdScalar value) => new(MathF.Sqrt(value._lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar ZeroBelow(SimdScalar value, SimdScalar threshold) => MathF.Abs(value._lane) < threshold._lane ? default : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterOrEqual(SimdScalar a, SimdScalar b) => a._lane >= b._lane ? 1u : 0u;

    public static bool AnyNaN(SimdScalar value) => float.IsNaN(value._lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar operator +(SimdScalar a, SimdScalar b) => new(a._lane + b._lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar operator -(SimdScalar a, SimdScalar b) => new(a._lane - b._lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar operator *(SimdScalar a, SimdScalar b) => new(a._lane * b._lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar operator /(SimdScalar a, SimdScalar b) => new(a._lane / b._lane);

    public void Store(float* destination) => *destination = _lane;

    public void StoreChosen(uint mask, float* destination) => *destination = _lane;

    public static void StoreChosenIndices(uint mask, int first, int* destination) => *destination = first;

    public float Largest() => _lane;

    public float Sum() => _lane;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(SimdScalar a, SimdScalar b, SimdScalar c, SimdScalar d, float* target) =>
        (target[0], target[1], target[2], target[3]) = (a._lane, b._lane, c._lane, d._lane);
}
