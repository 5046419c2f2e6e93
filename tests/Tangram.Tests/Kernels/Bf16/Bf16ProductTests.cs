namespace Tangram.Tests;

public sealed unsafe class Bf16ProductTests
{
    private const int Lanes = GroupProduct.Lanes;

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void Every_number_of_rows_gives_the_plain_sums(string unit)
    {
        Bf16Product product = Bf16Units.Open(unit);
        for (int rows = 1; rows <= 72; rows += rows < 34 ? 1 : 8)
            CheckSums(product, rows, columns: 64);
    }

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void Every_number_of_columns_gives_the_plain_sums(string unit)
    {
        Bf16Product product = Bf16Units.Open(unit);
        for (int columns = 1; columns <= 130; columns++)
            CheckSums(product, rows: 8 * (1 + (columns % 6)), columns);
        foreach (int columns in new[] { 784, 1023, 1024, 1025, 2080 }) // a call takes no more than 1024
            CheckSums(product, rows: 40, columns);
    }

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void A_part_of_the_rows_has_the_bits_of_the_whole(string unit)
    {
        Bf16Product product = Bf16Units.Open(unit);
        using var whole = new Bf16Case(64, 160);
        float[] expected = whole.Run(product);
        foreach (var (first, rows) in new[] { (8, 8), (24, 5), (0, 16), (40, 24), (16, 40) })
        {
            whole.Outputs.Fill(float.NaN);
            product.Run(whole.W.Pointer + (first * whole.Stride), whole.Stride, rows, whole.X.Pointer, whole.Columns, whole.Output, add: false);
            Numbers.SameBits(expected.AsSpan(first * Lanes, rows * Lanes), whole.Outputs[..(rows * Lanes)]);
        }
    }

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void Panels_of_columns_one_after_the_other_have_the_bits_of_the_whole(string unit)
    {
        Bf16Product product = Bf16Units.Open(unit);
        using var whole = new Bf16Case(40, 1500);
        float[] expected = whole.Run(product);
        foreach (int width in new[] { 32, 416, 1056 })
        {
            whole.Outputs.Fill(float.NaN);
            for (int column = 0; column < whole.Columns; column += width)
            {
                product.Run(whole.W.Pointer + column, whole.Stride, whole.Rows, whole.X.Pointer + (column * Lanes), Math.Min(width, whole.Columns - column), whole.Output,
                    add: column > 0);
            }
            Numbers.SameBits(expected, whole.Outputs);
        }
    }

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void Equal_rows_and_images_give_equal_bits_wherever_they_stand(string unit)
    {
        using var operands = new Bf16Case(40, 96);
        for (int row = 1; row < operands.Rows; row++)
            operands.Weights(0).CopyTo(operands.Weights(row));
        for (int column = 0; column < operands.Columns; column++)
        {
            for (int lane = 1; lane < Lanes; lane++)
                operands.Image(column, lane) = operands.Image(column, 0);
        }
        float[] output = operands.Run(Bf16Units.Open(unit));
        Assert.False(output.AsSpan().ContainsAnyExcept(output[0]));
    }

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void What_is_not_a_number_reaches_the_sums_that_it_is_part_of_and_no_other(string unit)
    {
        Bf16Product product = Bf16Units.Open(unit);
        using var operands = new Bf16Case(40, 96);
        float[] before = operands.Run(product);
        ushort notANumber = Bf16.Round(float.NaN);
        operands.Weights(19)[77] = notANumber;
        operands.Image(column: 30, lane: 21) = notANumber;
        float[] after = operands.Run(product);
        for (int index = 0; index < after.Length; index++)
        {
            bool hit = index / Lanes == 19 || index % Lanes == 21;
            Assert.True(hit ? float.IsNaN(after[index]) : after[index] == before[index], $"row {index / Lanes}, image {index % Lanes}");
        }
    }

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void Infinities_stay_infinite_and_times_zero_or_against_each_other_are_not_a_number(string unit)
    {
        using var operands = new Bf16Case(8, 64);
        operands.Image(column: 5, lane: 3) = Bf16.Round(float.PositiveInfinity);
        operands.Image(column: 9, lane: 4) = Bf16.Round(float.NegativeInfinity);
        operands.Image(column: 9, lane: 3) = 0;
        (operands.Weights(0)[5], operands.Weights(1)[5], operands.Weights(2)[5]) = (Bf16.Round(2), Bf16.Round(-2), 0);
        (operands.Weights(0)[9], operands.Weights(3)[9]) = (Bf16.Round(1), Bf16.Round(float.PositiveInfinity));
        float[] output = operands.Run(Bf16Units.Open(unit));
        Assert.Equal([float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.NaN], new[] { 0, 1, 2, 3 }.Select(row => output[(row * Lanes) + 3]));
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity], new[] { 0, 3 }.Select(row => output[(row * Lanes) + 4]));
        for (int index = 0; index < output.Length; index++)
        {
            if (index % Lanes is not (3 or 4))
                Assert.Equal(index / Lanes != 3, float.IsFinite(output[index]));
        }
    }

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void Denormals_count_as_zero(string unit)
    {
        using var operands = new Bf16Case(8, 32);
        ushort denormal = 0x007F, tiny = Bf16.Round(1e-30f), large = Bf16.Round(1e30f);
        operands.W.Span(0, (int)operands.W.Length).Fill(denormal);
        operands.X.Span(0, (int)operands.X.Length).Fill(large);
        Assert.All(operands.Run(Bf16Units.Open(unit)), value => Assert.Equal(0, value));
        operands.W.Span(0, (int)operands.W.Length).Fill(tiny);
        operands.X.Span(0, (int)operands.X.Length).Fill(Bf16.Round(1e-10f));
        Assert.All(operands.Run(Bf16Units.Open(unit)), value => Assert.Equal(0, value)); // a float32 would hold 32e-40
    }

    [Fact]
    public void What_calls_amx_gives_it_every_row_and_column_once()
    {
        Bf16Product product = Bf16Units.OpenStandIn();
        foreach (var (rows, columns) in new[] { (1, 32), (8, 64), (13, 32), (16, 96), (23, 64), (32, 1024), (33, 64), (40, 1056), (57, 96), (64, 2080), (72, 32) })
        {
            CheckSums(product, rows, columns);
            using var operands = new Bf16Case(rows, columns);
            Numbers.SameBits(operands.Model(Bf16Unit.Avx512), operands.Run(product));
        }
    }

    [Fact]
    public void Each_number_of_rows_has_its_shapes()
    {
        var shapes = new AmxShapes();
        for (int rows = 1; rows <= AmxShapes.MostRows; rows++)
            Assert.Equal(AmxShapes.Describe(FloatMatrix.RoundUp(rows, GroupProduct.Tile)), new ReadOnlySpan<byte>(shapes.For(rows), AmxShapes.Bytes).ToArray());
        Assert.Equal([1, 0], AmxShapes.Describe(24)[..2]);
        Assert.Equal([16, 16, 8, 8, 16, 8, 16, 16], AmxShapes.Describe(24)[48..56]);
    }

    [Fact]
    public void Avx512_sums_to_the_bit_as_its_manual_says()
    {
        Bf16Product product = Bf16Units.Open(nameof(Bf16Unit.Avx512));
        foreach (var (rows, columns) in new[] { (8, 32), (24, 160), (16, 1056) })
        {
            using var operands = new Bf16Case(rows, columns, seed: 9);
            float[] first = operands.Run(product);
            Numbers.SameBits(operands.Model(Bf16Unit.Avx512), first);
            Numbers.SameBits(operands.Model(Bf16Unit.Avx512, first), operands.Run(product, add: true));
        }
    }

    [Fact]
    public void Avx512_leaves_out_pairs_of_zeros_without_a_difference()
    {
        Bf16Product product = Bf16Units.Open(nameof(Bf16Unit.Avx512));
        using var operands = new Bf16Case(24, 2400, seed: 11);
        int[] pairs = [.. Enumerable.Range(0, operands.Columns / 2).Where(pair => pair % 3 > 0)]; // more than a call takes
        for (int pair = 0; pair < operands.Columns / 2; pair += 3)
            operands.X.Span(2L * pair * Lanes, 2 * Lanes).Clear();
        float[] all = operands.Run(product);
        using var some = new NativeBuffer<ushort>(2L * pairs.Length * Lanes);
        for (int place = 0; place < pairs.Length; place++)
            operands.X.Span(2L * pairs[place] * Lanes, 2 * Lanes).CopyTo(some.Span(2L * place * Lanes, 2 * Lanes));
        operands.Outputs.Fill(float.NaN);
        fixed (int* numbers = pairs)
        {
            product.Run(operands.W.Pointer, operands.Stride, operands.Rows, some.Pointer, 2 * pairs.Length, operands.Output, add: false, numbers);
            Numbers.SameBits(all, operands.Outputs);
            product.Run(operands.W.Pointer, operands.Stride, operands.Rows, some.Pointer, 0, operands.Output, add: true, numbers);
            Numbers.SameBits(all, operands.Outputs);
            product.Run(operands.W.Pointer, operands.Stride, operands.Rows, some.Pointer, 0, operands.Output, add: false, numbers);
            Assert.False(operands.Outputs.ContainsAnyExcept(0));
        }
    }

    private static void CheckSums(Bf16Product product, int rows, int columns)
    {
        using var operands = new Bf16Case(rows, columns, seed: 3);
        operands.Outputs.Fill(float.NaN); // what was there before must not be added to
        float[] first = operands.Run(product);
        operands.CheckSums();
        operands.Run(product, add: true);
        operands.CheckSums(first);
    }
}
