namespace Tangram;

/// <summary>
/// A vector of float32 lanes. Kernels are written once over this interface and compiled for each width; comparisons give lane masks as bits, lane 0 lowest.
/// </summary>
internal unsafe interface ISimd<TSelf> where TSelf : struct, ISimd<TSelf>
{
    /// <summary>Number of lanes: 16, 8, 4 or 1; all divide <see cref="FloatMatrix.StrideUnit"/>.</summary>
    static abstract int Width { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf Load(float* source);

    static abstract TSelf Broadcast(float value);

    /// <summary>a·b + c, fused where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The larger lane by lane; where a lane is NaN, either operand.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    static abstract TSelf Sqrt(TSelf value);

    /// <summary>The lanes of <paramref name="value"/>, 0 where their magnitude is below <paramref name="threshold"/>.</summary>
    static abstract TSelf ZeroBelow(TSelf value, TSelf threshold);

    static abstract uint GreaterOrEqual(TSelf a, TSelf b);

    static abstract bool AnyNaN(TSelf value);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    void Store(float* destination);

    /// <summary>Stores the lanes whose bit is set side by side; what follows them, up to a whole vector, is overwritten.</summary>
    void StoreChosen(uint mask, float* destination);

    /// <summary>Like <see cref="StoreChosen"/>, of the numbers <paramref name="first"/>, first + 1, … in place of the lanes.</summary>
    static abstract void StoreChosenIndices(uint mask, int first, int* destination);

    /// <summary>The largest lane; any number where a lane is NaN.</summary>
    float Largest();

    /// <summary>The sum of the lanes, in an order that depends on the width alone.</summary>
    float Sum();

    /// <summary>The sums of four vectors' lanes as four floats at <paramref name="target"/>; the same bits as <see cref="Sum"/>, at a quarter of the cost.</summary>
    static abstract void StoreSums(TSelf a, TSelf b, TSelf c, TSelf d, float* target);
}
