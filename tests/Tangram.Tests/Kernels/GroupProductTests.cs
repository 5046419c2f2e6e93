namespace Tangram.Tests;

public sealed class GroupProductTests
{
    private const int Lanes = GroupProduct.Lanes;

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Every_depth_gives_the_plain_sums(int width)
    {
        for (int depth = 1; depth <= 80; depth++)
            CheckAgainstPlainSums(width, rows: 1 + (depth % 19), depth);
        CheckAgainstPlainSums(width, rows: 5, depth: 2085);
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Every_number_of_rows_gives_the_plain_sums(int width)
    {
        for (int rows = 1; rows <= 40; rows++)
            CheckAgainstPlainSums(width, rows, depth: 19);
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void A_part_of_the_rows_has_the_bits_of_the_whole(int width)
    {
        KernelSet kernels = KernelSet.Of(width);
        using FloatMatrix w = Numbers.Matrix(29, 77, 1), x = Numbers.Matrix(77, Lanes, 2), whole = new(29, Lanes), part = new(29, Lanes);
        kernels.GroupProduct(w, 0, 29, x, whole, add: false);
        foreach (var (first, rows) in new[] { (8, 3), (24, 5), (0, 8), (16, 13) })
        {
            kernels.GroupProduct(w, first, rows, x, part, add: false);
            for (int row = 0; row < rows; row++)
                Numbers.SameBits(whole.Row(first + row), part.Row(row));
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Panels_added_to_what_is_there_have_the_bits_of_their_sum(int width)
    {
        KernelSet kernels = KernelSet.Of(width);
        using FloatMatrix w = Numbers.Matrix(11, 48, 3), x = Numbers.Matrix(48, Lanes, 4), first = new(11, Lanes), second = new(11, Lanes), sum = new(11, Lanes);
        kernels.GroupProduct(w, 0, 11, x, first, add: false);
        kernels.GroupProduct(w, 0, 11, x, second, add: false);
        kernels.GroupProduct(w, 0, 11, x, sum, add: false);
        kernels.GroupProduct(w, 0, 11, x, sum, add: true);
        for (int row = 0; row < sum.Rows; row++)
            Numbers.SameBits([.. Enumerable.Range(0, Lanes).Select(lane => first.Row(row)[lane] + second.Row(row)[lane])], sum.Row(row));
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Equal_rows_and_columns_give_equal_bits_wherever_they_stand(int width)
    {
        using FloatMatrix one = Numbers.Matrix(1, 61, 5), w = new(19, 61), x = new(61, Lanes), output = new(19, Lanes);
        for (int row = 0; row < w.Rows; row++)
            one.Row(0).CopyTo(w.Row(row));
        for (int depth = 0; depth < x.Rows; depth++)
            x.Row(depth).Fill(one.Row(0)[60 - depth]);
        KernelSet.Of(width).GroupProduct(w, 0, 19, x, output, add: false);
        for (int row = 0; row < output.Rows; row++)
            Assert.False(output.Row(row).ContainsAnyExcept(output.Row(0)[0]));
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Without_the_columns_that_are_zero_the_sums_have_the_same_bits(int width)
    {
        KernelSet kernels = KernelSet.Of(width);
        foreach (int step in new[] { 1, 2, 7, 100 })
        {
            using FloatMatrix w = Numbers.Matrix(21, 50, 8), x = Numbers.Matrix(50, Lanes, 9), all = new(21, Lanes), some = Numbers.Matrix(21, Lanes, 10);
            for (int column = 0; column < x.Rows; column++)
            {
                if (column % step > 0)
                    x.Row(column).Clear();
            }
            kernels.GroupProduct(w, 0, 21, x, all, add: false);
            int[] kept = kernels.NonZero(x, 1);
            using var front = new FloatMatrix(kept.Length, Lanes);
            for (int row = 0; row < kept.Length; row++)
                x.Row(row).CopyTo(front.Row(row));
            foreach (bool add in new[] { false, true })
            {
                kernels.GroupProduct(w, 0, 21, front, some, add, kept);
                for (int row = 0; row < some.Rows; row++)
                {
                    float[] expected = [.. all.Row(row).ToArray().Select(sum => add ? sum + sum : sum)];
                    Numbers.SameBits(expected, some.Row(row));
                }
            }
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Without_any_column_the_sums_are_zero_or_stay(int width)
    {
        using FloatMatrix w = Numbers.Matrix(11, 20, 8), none = new(0, Lanes), output = Numbers.Matrix(11, Lanes, 10), before = Numbers.Matrix(11, Lanes, 10);
        KernelSet.Of(width).GroupProduct(w, 0, 11, none, output, add: true, []);
        for (int row = 0; row < output.Rows; row++)
            Numbers.SameBits(before.Row(row), output.Row(row));
        KernelSet.Of(width).GroupProduct(w, 0, 11, none, output, add: false, []);
        for (int row = 0; row < output.Rows; row++)
            Assert.False(output.Row(row).ContainsAnyExcept(0));
    }

    private static void CheckAgainstPlainSums(int width, int rows, int depth)
    {
        using FloatMatrix w = Numbers.Matrix(rows, depth, 6), x = Numbers.Matrix(depth, Lanes, 7), output = new(rows, Lanes);
        for (int row = 0; row < rows; row++)
            output.Row(row).Fill(float.NaN); // what was there before must not be added to
        KernelSet.Of(width).GroupProduct(w, 0, rows, x, output, add: false);
        for (int lane = 0; lane < Lanes; lane++)
        {
            float[] column = [.. Enumerable.Range(0, depth).Select(row => x.Row(row)[lane])];
            for (int row = 0; row < rows; row++)
                Numbers.SumIsClose(GroupProduct.Reference(column, w.Row(row)), output.Row(row)[lane], depth, GroupProduct.Reference(Magnitudes(column), Magnitudes(w.Row(row))));
        }
    }

    private static float[] Magnitudes(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), Math.Abs);
}
