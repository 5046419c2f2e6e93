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

    private static void CheckAgainstSorting(int width, float[] values, int k)
    {
        var (indices, selected, plainIndices, plainSelected) = (new int[k], new float[k], new int[k], new float[k]);
        Assert.True(TopKSelection.Reference(values, k, plainIndices, plainSelected));
        Assert.True(KernelSet.Of(width).TopK(values, k, indices, selected));
        Assert.Equal(plainIndices, indices);
        Numbers.SameBits(plainSelected, selected);
    }
}
