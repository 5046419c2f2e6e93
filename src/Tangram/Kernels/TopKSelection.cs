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
    /// <summary>More blocks than this are not worth their maxima.</summary>
    private const int MostBlocks = 64;

    /// <summary>
    /// Floats of scratch that <see cref="Run"/> needs for F values: candidates, their places, and maxima of groups and blocks together; each at most as many
    /// as the values in whole vectors, and one vector.
    /// </summary>
    public static int ScratchLength(int count) => 3 * (FloatMatrix.RoundUp(count, FloatMatrix.StrideUnit) + FloatMatrix.StrideUnit);

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

        // About 2k groups: fewer give a loose bound, more cost more than they save. Where that makes every value a group, the bound is the threshold;
        // so it does where there are few values.
        int block = padded <= 16 * TSimd.Width ? padded : FloatMatrix.RoundUp(padded / Math.Clamp(padded / (2 * k), 1, MostBlocks), TSimd.Width);
        float* blockMaxima = maxima + block;
        if (!Maxima<TSimd>(values, padded, block, maxima, blockMaxima, out int low, out int most))
            return false;
        int high = most;
        Bisect<TSimd>(maxima, block, k, block == padded ? k : k + (k / 8), ref low, ref high);

        // Where most vectors have no candidate, skipping them is worth a wrong guess of the processor now and then.
        bool sparse = padded > 4 * k * TSimd.Width;
        int found = 0;
        TSimd limit = TSimd.Broadcast(FromOrdered(low));
        for (int start = 0; start < padded; start += block, blockMaxima += TSimd.Width)
        {
            if (TSimd.GreaterOrEqual(TSimd.Load(blockMaxima), limit) == 0)
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
            Narrow<TSimd>(candidates, places, found, k, low, block == padded ? high : most);
        new ReadOnlySpan<float>(candidates, k).CopyTo(new Span<float>(selected, k));
        new ReadOnlySpan<int>(places, k).CopyTo(new Span<int>(indices, k));
        return true;
    }

    /// <summary>Of k selected values, moves the positive ones to the front, in order, with their indices; returns how many there are.</summary>
    public static int KeepPositive(int* indices, float* selected, int k)
    {
        int kept = 0;
        for (int slot = 0; slot < k; slot++)
        {
            (indices[kept], selected[kept]) = (indices[slot], selected[slot]);
            kept += selected[slot] > 0 ? 1 : 0;
        }
        return kept;
    }

    /// <summary>
    /// Values in rows of <paramref name="block"/>: the maxima of the columns, which are the groups; of each row the maxima of its lanes; and the integers that
    /// order the least and the largest maximum of a group. False when a value is NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Maxima<TSimd>(float* values, int padded, int block, float* maxima, float* blockMaxima, out int least, out int most)
        where TSimd : struct, ISimd<TSimd>
    {
        bool numbers = true;
        TSimd lowest = TSimd.Broadcast(float.NegativeInfinity);
        for (int group = 0; group < block; group += TSimd.Width)
            lowest.Store(maxima + group);
        for (int start = 0; start < padded; start += block, blockMaxima += TSimd.Width)
        {
            TSimd maximum = lowest;
            int length = Math.Min(block, padded - start);
            for (int group = 0; group < length; group += TSimd.Width)
            {
                TSimd value = TSimd.Load(values + start + group);
                numbers &= !TSimd.AnyNaN(value);
                maximum = TSimd.Max(maximum, value);
                TSimd.Max(TSimd.Load(maxima + group), value).Store(maxima + group);
            }
            maximum.Store(blockMaxima);
        }
        TSimd largest = lowest, negatedLeast = lowest;
        for (int group = 0; group < block; group += TSimd.Width)
        {
            TSimd maximum = TSimd.Load(maxima + group);
            largest = TSimd.Max(largest, maximum);
            negatedLeast = TSimd.Max(negatedLeast, TSimd.Zero - maximum);
        }
        (least, most) = (ToOrdered(-negatedLeast.Largest()), ToOrdered(largest.Largest()));
        return numbers;
    }

    /// <summary>
    /// Raises low to an integer that orders a number which at least k and at most <paramref name="enough"/> values reach, or, where ties leave none, the k-th
    /// largest. At least k values reach low, and fewer than k reach high + 1; count is a multiple of the width.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Bisect<TSimd>(float* values, int count, int k, int enough, ref int low, ref int high) where TSimd : struct, ISimd<TSimd>
    {
        // Halfway between the numbers is the better guess while they are spread evenly; halfway between the integers is sure to end.
        for (int step = 0; low < high; step++)
        {
            int middle = step < 8
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
                return;
        }
    }

    /// <summary>Keeps the k largest candidates, in place; their k-th is between low and high.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow<TSimd>(float* candidates, int* places, int found, int k, int low, int high) where TSimd : struct, ISimd<TSimd>
    {
        int padded = FloatMatrix.RoundUp(found, TSimd.Width);
        for (int slot = found; slot < padded; slot++)
            candidates[slot] = float.NegativeInfinity;
        Bisect<TSimd>(candidates, padded, k, k, ref low, ref high);
        int ties = k - Reach<TSimd>(candidates, padded, low + 1);
        TSimd limit = TSimd.Broadcast(FromOrdered(low)), above = TSimd.Broadcast(FromOrdered(low + 1));
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
