namespace Tangram.Tests;

public sealed class TopKSelectionTests
{
    private static readonly float[] Special =
        [float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, 1f, -1f];

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Random_values_of_every_count_are_selected_like_by_sorting(int width) =>
        ForEveryCount(width, (count, seed) => Numbers.Row(count, seed));

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Among_many_ties_the_lowest_indices_win(int width) =>
        ForEveryCount(width, (count, seed) => Array.ConvertAll(Numbers.Integers(count, 3, seed), value => value - 1f));

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Equal_values_give_the_first_indices(int width) =>
        ForEveryCount(width, (count, _) => [.. Enumerable.Repeat(-0.25f, count)]);

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Negative_values_are_selected_as_they_are(int width) =>
        ForEveryCount(width, (count, seed) => Array.ConvertAll(Numbers.Row(count, seed), value => -Math.Abs(value) - 1f));

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Both_zeros_are_equal_and_keep_their_sign(int width) =>
        ForEveryCount(width, (count, seed) => Array.ConvertAll(Numbers.Integers(count, 2, seed), value => value == 0 ? 0f : -0f));

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Infinities_zeros_and_denormals_are_values_like_others(int width) =>
        ForEveryCount(width, (count, seed) => Array.ConvertAll(Numbers.Integers(count, Special.Length, seed), index => Special[index]));

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Nothing_but_negative_infinity_never_selects_padding(int width) =>
        ForEveryCount(width, (count, _) => [.. Enumerable.Repeat(float.NegativeInfinity, count)]);

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Sorted_values_either_way_are_selected(int width)
    {
        ForEveryCount(width, (count, _) => [.. Enumerable.Range(0, count).Select(index => index - 20f)]);
        ForEveryCount(width, (count, _) => [.. Enumerable.Range(0, count).Select(index => 20f - index)]);
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void The_papers_size_is_selected_like_by_sorting(int width)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            CheckAgainstSorting(width, Numbers.Row(1024, seed), 50);
            CheckAgainstSorting(width, Array.ConvertAll(Numbers.Integers(1024, 40, seed), value => value - 20f), 50);
        }
        CheckAgainstSorting(width, new float[1024], 50);
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void A_value_that_is_not_a_number_is_refused_at_every_position(int width)
    {
        KernelSet kernels = KernelSet.Of(width);
        foreach (int count in new[] { 1, 15, 16, 17, 77 })
        {
            foreach (int k in new[] { 1, Math.Min(count, 5), count })
            {
                for (int position = 0; position < count; position++)
                {
                    float[] values = Numbers.Row(count, 7);
                    values[position] = position % 2 == 0 ? float.NaN : -float.NaN;
                    Assert.False(kernels.TopK(values, k, new int[k], new float[k]), $"F = {count}, k = {k}: NaN at {position} was accepted.");
                    Assert.False(TopKSelection.Reference(values, k, new int[k], new float[k]));
                }
            }
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Every_k_of_every_small_count_selects_like_sorting(int width)
    {
        using var selector = new Selector(width, 130);
        foreach (float[] pool in Pools(1000))
        {
            for (int count = 1; count <= 130; count++)
            {
                selector.Sort(pool.AsSpan(5 * count, count));
                for (int k = 1; k <= count; k++)
                    selector.CheckSelection(k);
            }
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Half_a_million_rows_with_ties_and_special_values_select_like_sorting(int width)
    {
        const int MostValues = 96;
        using var selector = new Selector(width, MostValues);
        float[][] pools = [.. Pools(20_000)];
        var random = new CounterRandom(3, RandomPurpose.EvaluationSample);
        int rows = Widths.IsEmulated(width) ? 10_000 : 500_000;
        for (int row = 0; row < rows; row++)
        {
            ulong bits = random.Bits((ulong)row);
            float[] pool = pools[row % pools.Length];
            int count = 1 + (int)(bits % MostValues);
            selector.Sort(pool.AsSpan((int)((bits >> 32) % (ulong)(pool.Length - MostValues)), count));
            selector.CheckSelection(1 + (int)((bits >> 16 & 0xFFFF) * (ulong)count >> 16));
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Rows_of_many_blocks_select_like_sorting(int width)
    {
        const int MostValues = 5000;
        using var selector = new Selector(width, MostValues);
        float[][] pools = [.. Pools(2 * MostValues)];
        for (int row = 0; row < (Widths.IsEmulated(width) ? 10 : 200); row++)
        {
            float[] pool = pools[row % pools.Length];
            int count = MostValues - (row * 23);
            selector.Sort(pool.AsSpan(row, count));
            foreach (int k in new[] { 1, 2, 8, 50, count / 40, count / 9, count / 5, count / 4, count / 3, count / 2, count - 1, count })
                selector.CheckSelection(k);
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void A_value_that_is_not_a_number_is_refused_wherever_it_stands_in_a_long_row(int width)
    {
        foreach (int count in new[] { 33, 130, 600 })
        {
            using var selector = new Selector(width, count);
            foreach (float[] pool in Pools(count))
            {
                for (int position = 0; position < count; position++)
                {
                    float held = pool[position];
                    pool[position] = position % 2 == 0 ? float.NaN : -float.NaN;
                    foreach (int k in new[] { 1, 1 + (position % count), count })
                        Assert.False(selector.Select(pool, k), $"F = {count}, k = {k}: NaN at {position} was accepted.");
                    pool[position] = held;
                }
            }
        }
    }

    [Fact]
    public void The_plain_selection_keeps_the_largest_with_indices_ascending_and_the_first_of_equals()
    {
        var (indices, selected) = (new int[4], new float[4]);
        Assert.True(TopKSelection.Reference([-3f, 2f, -0f, 5f, 0f, 2f, -1f], 4, indices, selected));
        Assert.Equal([1, 2, 3, 5], indices);
        Numbers.SameBits([2f, -0f, 5f, 2f], selected);
    }

    private static void ForEveryCount(int width, Func<int, ulong, float[]> values)
    {
        for (int count = 1; count <= 80; count++)
        {
            foreach (int k in new HashSet<int> { 1, 2, 3, 7, count / 4, count / 2, count - 1, count })
            {
                if (k >= 1 && k <= count)
                    CheckAgainstSorting(width, values(count, (ulong)(count * 100 + k)), k);
            }
        }
    }

    [Fact]
    public void Positive_activations_are_kept_in_order_whatever_lies_between()
    {
        float[] palette = [2.5f, float.Epsilon, float.PositiveInfinity, 0f, -0f, -1.5f, float.NegativeInfinity];
        for (int k = 0; k <= 5; k++)
        {
            for (int pattern = 0; pattern < Math.Pow(palette.Length, k); pattern++)
            {
                int rest = pattern;
                float[] values = new float[k];
                for (int slot = 0; slot < k; slot++, rest /= palette.Length)
                    values[slot] = palette[rest % palette.Length];
                CheckPositive(values);
            }
        }
        for (int k = 6; k <= 70; k++)
            CheckPositive(Array.ConvertAll(Numbers.Integers(k, palette.Length, (ulong)k), index => palette[index]));
    }

    /// <summary>What lies behind the k slots must not change.</summary>
    private static unsafe void CheckPositive(float[] values)
    {
        const int Mark = -77;
        int[] slots = [.. Enumerable.Range(0, values.Length)], indices = [.. slots.Select(slot => (3 * slot) + 1), Mark];
        float[] selected = [.. values, Mark];
        int[] positive = [.. slots.Where(slot => values[slot] > 0)];
        fixed (int* indexPointer = indices)
        fixed (float* selectedPointer = selected)
        {
            Assert.Equal(positive.Length, TopKSelection.KeepPositive(indexPointer, selectedPointer, values.Length));
        }
        for (int kept = 0; kept < positive.Length; kept++)
        {
            Assert.Equal((3 * positive[kept]) + 1, indices[kept]);
            Assert.Equal(values[positive[kept]], selected[kept]);
        }
        Assert.Equal((Mark, Mark), (indices[^1], (int)selected[^1]));
    }

    private static void CheckAgainstSorting(int width, float[] values, int k)
    {
        var (indices, selected, plainIndices, plainSelected) = (new int[k], new float[k], new int[k], new float[k]);
        Assert.True(TopKSelection.Reference(values, k, plainIndices, plainSelected));
        Assert.True(KernelSet.Of(width).TopK(values, k, indices, selected));
        Assert.Equal(plainIndices, indices);
        Numbers.SameBits(plainSelected, selected);
    }

    /// <summary>Values for rows: without ties, of a few signs and sizes, of special values, in order.</summary>
    private static IEnumerable<float[]> Pools(int length)
    {
        yield return Numbers.Row(length, 11);
        float[][] palettes = [[-1f, -0f, 0f, 1f], [-3f, -2f, -1f], [float.NegativeInfinity, -1f, float.PositiveInfinity], Special];
        foreach (float[] palette in palettes)
            yield return Array.ConvertAll(Numbers.Integers(length, palette.Length, (ulong)palette.Length), index => palette[index]);
        yield return Array.ConvertAll(Numbers.Row(length, 12), value => Math.Max(value, 0f));
        yield return [.. Enumerable.Range(0, length).Select(index => (index / 3) - (length / 6f))];
        yield return [.. Enumerable.Range(0, length).Select(index => (length / 6f) - (index / 3))];
    }

    /// <summary>
    /// One row, sorted once for all k, and the kernel's buffers, kept from row to row and watched at their ends: what they hold must not matter, and what
    /// follows them must not change.
    /// </summary>
    private sealed unsafe class Selector(int width, int mostValues) : IDisposable
    {
        private const int Watched = 32;
        private const float Mark = 12345.678f;
        private readonly Selection _run = (SimdTier)width switch
        {
            SimdTier.Bits512 => TopKSelection.Run<Simd512>,
            SimdTier.Bits256 => TopKSelection.Run<Simd256>,
            SimdTier.Bits128 => TopKSelection.Run<Simd128>,
            _ => TopKSelection.Run<SimdScalar>,
        };
        private readonly NativeBuffer<float> _values = new(mostValues + 16 + Watched), _selected = new(mostValues + Watched);
        private readonly NativeBuffer<float> _scratch = new(TopKSelection.ScratchLength(mostValues) + Watched);
        private readonly NativeBuffer<int> _indices = new(mostValues + Watched);
        private float[] _row = [];
        private long[] _order = [];

        private delegate bool Selection(float* values, int count, int k, int* indices, float* selected, float* scratch);

        /// <summary>Sorts integers that order by value descending, then index.</summary>
        public void Sort(ReadOnlySpan<float> row)
        {
            _row = row.ToArray();
            _order = new long[row.Length];
            for (int index = 0; index < row.Length; index++)
                _order[index] = Key(index);
            Array.Sort(_order);
        }

        public bool Select(ReadOnlySpan<float> row, int k)
        {
            int count = row.Length;
            row.CopyTo(_values.Span(0, count));
            int padded = (count + 15) / 16 * 16;
            _values.Span(padded, Watched).Fill(Mark);
            _scratch.Span(TopKSelection.ScratchLength(count), Watched).Fill(Mark);
            _selected.Span(k, Watched).Fill(Mark);
            _indices.Span(k, Watched).Fill(-1);
            bool numbers = _run(_values.Pointer, count, k, _indices.Pointer, _selected.Pointer, _scratch.Pointer);
            bool kept = row.SequenceEqual(_values.Span(0, count)) || !numbers; // NaN isn't equal to itself
            if (!kept || _values.Span(padded, Watched).ContainsAnyExcept(Mark) || _selected.Span(k, Watched).ContainsAnyExcept(Mark)
                || _scratch.Span(TopKSelection.ScratchLength(count), Watched).ContainsAnyExcept(Mark) || _indices.Span(k, Watched).ContainsAnyExcept(-1))
            {
                Assert.Fail($"F = {count}, k = {k}: a value was changed, or something behind a buffer.");
            }
            return numbers;
        }

        public void CheckSelection(int k)
        {
            Assert.True(Select(_row, k));
            Span<int> indices = _indices.Span(0, k);
            Span<float> selected = _selected.Span(0, k);
            // k indices, ascending, none behind the k-th of the order: the first k of it.
            long last = _order[k - 1];
            int previous = -1;
            for (int slot = 0; slot < k; slot++)
            {
                int index = indices[slot];
                if (index <= previous || index >= _row.Length || Key(index) > last)
                    Assert.Fail($"F = {_row.Length}, k = {k}: index {index} is not among the largest, or out of order.");
                if (BitConverter.SingleToInt32Bits(_row[index]) != BitConverter.SingleToInt32Bits(selected[slot]))
                    Assert.Fail($"F = {_row.Length}, k = {k}: {selected[slot]:R} was given for {_row[index]:R}.");
                previous = index;
            }
        }

        private long Key(int index)
        {
            int bits = BitConverter.SingleToInt32Bits(_row[index]);
            long ascending = bits >= 0 ? bits : -(long)(bits & int.MaxValue);
            return (-ascending << 32) | (uint)index;
        }

        public void Dispose()
        {
            _values.Dispose();
            _selected.Dispose();
            _scratch.Dispose();
            _indices.Dispose();
        }
    }
}
