using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>
/// The k largest of F values, exactly, with their indices ascending; among equals the lowest index wins, and −0 equals +0. Infinities are values like others;
/// NaN is refused. Maxima of groups of values give a lower bound of the k-th largest; the few values that reach it are the candidates among which the
/// k-th is found by bisecting the integers that order floats.
/// </summary>
internal static unsafe class TopKSelection
{
    /// <summary>Floats of scratch that <see cref="Run"/> needs for F values, rounded for whole vectors.</summary>
    public static int ScratchLength(int count) => (3 * FloatMatrix.RoundUp(count, FloatMatrix.StrideUnit)) + FloatMatrix.StrideUnit;

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
        int padded = FloatMatrix.RoundUp(count, FloatMatrix.StrideUnit);
        for (int index = count; index < padded; index++)
            values[index] = float.NegativeInfinity;
        float* candidates = scratch;
        int* places = (int*)(scratch + padded + FloatMatrix.StrideUnit);
        float* maxima = scratch + padded + FloatMatrix.StrideUnit + padded;

        // About 2k groups: fewer give a loose bound, more cost more than they save.
        int groups = Math.Min(padded, FloatMatrix.RoundUp(2 * k, TSimd.Width));
        if (!GroupMaxima<TSimd>(values, padded, maxima, groups))
            return false;
        float bound = groups >= k && groups < padded ? KthLargest<TSimd>(maxima, groups, k) : float.NegativeInfinity;

        int found = 0;
        TSimd limit = TSimd.Broadcast(bound);
        for (int start = 0; start < padded; start += TSimd.Width)
        {
            for (uint mask = TSimd.GreaterOrEqual(TSimd.Load(values + start), limit); mask != 0; mask &= mask - 1)
            {
                int index = start + BitOperations.TrailingZeroCount(mask);
                candidates[found] = values[index];
                places[found++] = index;
            }
        }
        // Padding ties with real −∞ but comes after it: it is never selected as long as k ≤ count.
        int paddedFound = FloatMatrix.RoundUp(found, TSimd.Width);
        for (int slot = found; slot < paddedFound; slot++)
            candidates[slot] = float.NegativeInfinity;
        float threshold = found == k ? float.NegativeInfinity : KthLargest<TSimd>(candidates, paddedFound, k);

        int equals = k;
        for (int slot = 0; slot < found; slot++)
            equals -= candidates[slot] > threshold ? 1 : 0;
        int written = 0;
        for (int slot = 0; written < k; slot++)
        {
            if (candidates[slot] > threshold || (candidates[slot] == threshold && equals-- > 0))
            {
                indices[written] = places[slot];
                selected[written++] = candidates[slot];
            }
        }
        return true;
    }

    /// <summary>maxima[g] = the largest of the values whose index is g modulo <paramref name="groups"/>. False when a value is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool GroupMaxima<TSimd>(float* values, int padded, float* maxima, int groups) where TSimd : struct, ISimd<TSimd>
    {
        bool numbers = true;
        for (int group = 0; group < groups; group += TSimd.Width)
        {
            TSimd largest = TSimd.Load(values + group);
            numbers &= !TSimd.AnyNaN(largest);
            for (int index = group + groups; index < padded; index += groups)
            {
                TSimd next = TSimd.Load(values + index);
                numbers &= !TSimd.AnyNaN(next);
                largest = TSimd.Max(largest, next);
            }
            largest.Store(maxima + group);
        }
        return numbers;
    }

    /// <summary>The k-th largest of values without NaN, by bisection; count is a multiple of the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float KthLargest<TSimd>(float* values, int count, int k) where TSimd : struct, ISimd<TSimd>
    {
        float smallest = float.PositiveInfinity, largest = float.NegativeInfinity;
        for (int index = 0; index < count; index++)
        {
            smallest = Math.Min(smallest, values[index]);
            largest = Math.Max(largest, values[index]);
        }
        // Invariant: at least k values reach low; fewer than k reach high + 1.
        int low = ToOrdered(smallest), high = ToOrdered(largest);
        while (low < high)
        {
            int middle = (int)(((long)low + high + 1) >> 1);
            TSimd limit = TSimd.Broadcast(FromOrdered(middle));
            int reach = 0;
            for (int index = 0; index < count; index += TSimd.Width)
                reach += BitOperations.PopCount(TSimd.GreaterOrEqual(TSimd.Load(values + index), limit));
            if (reach >= k)
                low = middle;
            else
                high = middle - 1;
        }
        return FromOrdered(low);
    }

    /// <summary>Integers in the order of the floats; −0 is just below +0, and comparing floats treats them as equal.</summary>
    private static int ToOrdered(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits >= 0 ? bits : bits ^ int.MaxValue;
    }

    private static float FromOrdered(int ordered) => BitConverter.Int32BitsToSingle(ordered >= 0 ? ordered : ordered ^ int.MaxValue);
}
