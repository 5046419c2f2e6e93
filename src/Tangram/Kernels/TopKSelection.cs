using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>
/// The k largest of F values, exactly, with their indices ascending; among equals the lowest index wins, and −0 equals +0. Infinities are values like others;
/// NaN is refused. Maxima of groups of values give a lower bound of the k-th largest; the few values that reach it are the candidates, among which a
/// threshold is found by bisection.
/// </summary>
internal static unsafe class TopKSelection
{
    /// <summary>Blocks are no longer, so that those without a candidate are passed over.</summary>
    private const int MostVectorsPerBlock = 64;

    /// <summary>Floats of scratch that <see cref="Run"/> needs for F values, rounded for whole vectors.</summary>
    public static int ScratchLength(int count) => (3 * FloatMatrix.RoundUp(count, FloatMatrix.StrideUnit)) + (2 * FloatMatrix.StrideUnit);

    /// <summary>By sorting. False when a value is NaN.</summary>
    public static bool Reference(ReadOnlySpan<float> values, int k, Span<int> indices, Span<float> selected)
    {
        var order = new int[values.Length];
        var keys = new (float Negated, int Index)[values.Length];
        for (int index = 0; index < values.Length; index++)
        {
            if (float.IsNaN(values[index]))
                return false;
            order[index] = index;
            keys[index] = (-values[index], index);
        }
        Array.Sort(keys, order); // by value descending, then index ascending; −0 and +0 compare equal
        Array.Sort(order, 0, k);
        for (int slot = 0; slot < k; slot++)
        {
            indices[slot] = order[slot];
            selected[slot] = values[order[slot]];
        }
        return true;
    }

    /// <summary>
    /// Selects from values[0 … count − 1]; the values' buffer is written up to the next multiple of 16 (with −∞). False when a value is NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Run<TSimd>(float* values, int count, int k, int* indices, float* selected, float* scratch) where TSimd : struct, ISimd<TSimd>
    {
        // Padding ties with real −∞ but comes after it: it is never selected as long as k ≤ count.
        int padded = FloatMatrix.RoundUp(count, FloatMatrix.StrideUnit);
        for (int index = count; index < padded; index++)
            values[index] = float.NegativeInfinity;
        // Chosen lanes are stored as whole vectors, hence the room behind.
        float* candidates = scratch;
        int* places = (int*)(candidates + padded + FloatMatrix.StrideUnit);
        float* maxima = (float*)(places + padded + FloatMatrix.StrideUnit);

        // A block gives as many maxima as a vector has lanes. At least 2k maxima: fewer give a loose bound, more cost more than they save.
        int block = TSimd.Width * Math.Clamp(padded / (2 * k), 1, MostVectorsPerBlock);
        if (!BlockMaxima<TSimd>(values, padded, block, maxima, out int groups, out int low, out int high))
            return false;
        int bound = Threshold<TSimd>(maxima, groups, k, block == TSimd.Width ? k : k + (k / 8), low, high);

        // Where most vectors have no candidate, skipping them is worth a wrong guess of the processor now and then.
        bool sparse = padded > 4 * k * TSimd.Width;
        int found = 0;
        TSimd limit = TSimd.Broadcast(FromOrdered(bound));
        for (int start = 0; start < padded; start += block, maxima += TSimd.Width)
        {
            if (TSimd.GreaterOrEqual(TSimd.Load(maxima), limit) == 0)
                continue;
            int end = Math.Min(start + block, padded);
            for (int index = start; index < end; index += TSimd.Width)
            {
                TSimd value = TSimd.Load(values + index);
                uint mask = TSimd.GreaterOrEqual(value, limit);
                if (sparse && mask == 0)
                    continue;
                value.StoreChosen(mask, candidates + found);
                TSimd.StoreChosenIndices(mask, index, places + found);
                found += Lanes<TSimd>(mask);
            }
        }
        if (found > k)
            Narrow<TSimd>(candidates, places, found, k, bound, high);
        new ReadOnlySpan<float>(candidates, k).CopyTo(new Span<float>(selected, k));
        new ReadOnlySpan<int>(places, k).CopyTo(new Span<int>(indices, k));
        return true;
    }

    /// <summary>
    /// The maxima of each lane over each block of values, and the integers that order the least and the largest of the maxima. False when a value is NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool BlockMaxima<TSimd>(float* values, int padded, int block, float* maxima, out int groups, out int low, out int high)
        where TSimd : struct, ISimd<TSimd>
    {
        bool numbers = true;
        groups = 0;
        TSimd largest = TSimd.Broadcast(float.NegativeInfinity), negatedLeast = largest;
        for (int start = 0; start < padded; start += block, groups += TSimd.Width)
        {
            TSimd maximum = TSimd.Load(values + start);
            numbers &= !TSimd.AnyNaN(maximum);
            int end = Math.Min(start + block, padded);
            for (int index = start + TSimd.Width; index < end; index += TSimd.Width)
            {
                TSimd next = TSimd.Load(values + index);
                numbers &= !TSimd.AnyNaN(next);
                maximum = TSimd.Max(maximum, next);
            }
            maximum.Store(maxima + groups);
            largest = TSimd.Max(largest, maximum);
            negatedLeast = TSimd.Max(negatedLeast, TSimd.Zero - maximum);
        }
        (low, high) = (ToOrdered(-negatedLeast.Largest()), ToOrdered(largest.Largest()));
        return numbers;
    }

    /// <summary>
    /// Bisects for an integer that orders a number which at least k and at most <paramref name="enough"/> values reach, or, where ties leave none, the k-th
    /// largest. At least k values reach low, and fewer than k reach high + 1; count is a multiple of the width.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Threshold<TSimd>(float* values, int count, int k, int enough, int low, int high) where TSimd : struct, ISimd<TSimd>
    {
        // Halfway between the numbers is the better guess while they are spread evenly; halfway between the integers is sure to end.
        for (int step = 0; low < high; step++)
        {
            int middle = step < 12
                ? Math.Clamp(ToOrdered((FromOrdered(low) * 0.5f) + (FromOrdered(high) * 0.5f)), low + 1, high)
                : (int)(((long)low + high + 1) >> 1);
            int reach = Reach<TSimd>(values, count, middle);
            if (reach < k)
            {
                high = middle - 1;
                continue;
            }
            low = middle;
            if (reach <= enough)
                break;
        }
        return low;
    }

    /// <summary>Keeps the k largest candidates, in place; their k-th is between low and high.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow<TSimd>(float* candidates, int* places, int found, int k, int low, int high) where TSimd : struct, ISimd<TSimd>
    {
        int padded = FloatMatrix.RoundUp(found, TSimd.Width);
        for (int slot = found; slot < padded; slot++)
            candidates[slot] = float.NegativeInfinity;
        int threshold = Threshold<TSimd>(candidates, padded, k, k, low, high);
        int ties = k - Reach<TSimd>(candidates, padded, threshold + 1);
        TSimd limit = TSimd.Broadcast(FromOrdered(threshold)), above = TSimd.Broadcast(FromOrdered(threshold + 1));
        int kept = 0;
        for (int slot = 0; kept < k; slot += TSimd.Width)
        {
            TSimd value = TSimd.Load(candidates + slot);
            uint mask = TSimd.GreaterOrEqual(value, above);
            uint equal = ties == 0 ? 0 : TSimd.GreaterOrEqual(value, limit) ^ mask;
            while (Lanes<TSimd>(equal) > ties)
                equal ^= 1u << BitOperations.Log2(equal);
            ties -= Lanes<TSimd>(equal);
            mask |= equal;
            value.StoreChosen(mask, candidates + kept);
            TSimd.Load((float*)(places + slot)).StoreChosen(mask, (float*)(places + kept));
            kept += Lanes<TSimd>(mask);
        }
    }

    /// <summary>How many values are at least the number that an integer orders; none reach NaN, which follows +∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Reach<TSimd>(float* values, int count, int ordered) where TSimd : struct, ISimd<TSimd>
    {
        TSimd limit = TSimd.Broadcast(FromOrdered(ordered));
        int reach = 0;
        for (float* end = values + count; values < end; values += TSimd.Width)
            reach += Lanes<TSimd>(TSimd.GreaterOrEqual(TSimd.Load(values), limit));
        return reach;
    }

    /// <summary>The number of bits that are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Lanes<TSimd>(uint mask) where TSimd : struct, ISimd<TSimd> => TSimd.Width == 1 ? (int)mask : BitOperations.PopCount(mask);

    /// <summary>Integers in the order of the floats; both zeros are 0.</summary>
    private static int ToOrdered(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits >= 0 ? bits : int.MinValue - bits;
    }

    private static float FromOrdered(int ordered) => BitConverter.Int32BitsToSingle(ordered >= 0 ? ordered : int.MinValue - ordered);
}
