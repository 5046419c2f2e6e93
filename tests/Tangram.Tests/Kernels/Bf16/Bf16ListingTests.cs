namespace Tangram.Tests;

/// <summary>The listings say what the machine code is, and are right where this machine has no processor to show it.</summary>
public sealed unsafe class Bf16ListingTests
{
    private const int Lanes = GroupProduct.Lanes;

    [Fact]
    public void Assembled_again_the_listings_are_the_code()
    {
        Assembler.Need();
        var (avx512, functions) = Assembler.Assemble(Listing.PathOf("avx512bf16.s"));
        Assert.True(Bf16Code.Avx512.SequenceEqual(avx512), "avx512bf16.s: run assemble.py");
        Assert.Equal([$"{0:x16} T product", $"{Bf16Code.Round:x16} T round", $"{Bf16Code.RoundPairs:x16} T round_pairs"], functions);
        (byte[] amx, functions) = Assembler.Assemble(Listing.PathOf("amx.s"));
        Assert.True(Bf16Code.Amx.SequenceEqual(amx), "amx.s: run assemble.py");
        Assert.Equal([$"{0:x16} T product"], functions);
    }

    [Fact]
    public void Every_number_of_rows_that_a_call_of_amx_takes_gives_the_sums_of_its_manual()
    {
        for (int rows = 8; rows <= 32; rows += 8)
        {
            using var operands = new Bf16Case(rows, 160, seed: 5);
            float[] first = RunAmx(operands, before: null);
            Numbers.SameBits(operands.Model(Bf16Unit.Amx), first);
            first.CopyTo(operands.Outputs);
            operands.CheckSums();

            float[] second = RunAmx(operands, before: first);
            Numbers.SameBits(operands.Model(Bf16Unit.Amx, first), second);
            second.CopyTo(operands.Outputs);
            operands.CheckSums(first);
        }
    }

    [Fact]
    public void Panels_of_columns_one_after_the_other_have_the_bits_of_the_whole_on_amx()
    {
        using var operands = new Bf16Case(24, 320, seed: 6);
        float[] whole = RunAmx(operands, before: null);
        float[] panels = RunAmx(operands, RunAmx(operands, before: null, firstColumn: 0, columns: 96), firstColumn: 96, columns: 224);
        Numbers.SameBits(whole, panels);
    }

    [Fact]
    public void What_is_not_a_number_reaches_its_own_sums_on_amx()
    {
        using var operands = new Bf16Case(24, 64, seed: 7);
        operands.Weights(19)[37] = Bf16.Round(float.NaN);
        operands.Image(column: 30, lane: 21) = Bf16.Round(float.NegativeInfinity);
        float[] expected = operands.Model(Bf16Unit.Amx), actual = RunAmx(operands, before: null);
        for (int index = 0; index < actual.Length; index++)
        {
            Assert.Equal(index / Lanes == 19, float.IsNaN(actual[index]));
            Assert.True(Bf16Arithmetic.AreSame(expected[index], actual[index]));
        }
    }

    [Fact]
    public void The_listing_of_avx512_gives_the_sums_of_its_manual_and_the_bits_of_the_code()
    {
        Bf16Product? product = Bf16Product.Open(new Bf16Host(), nameof(Bf16Unit.Avx512)).Product;
        using var operands = new Bf16Case(8, 160, seed: 8);
        operands.Weights(2)[9] = 0x007F; // a denormal
        float[]? before = null;
        for (int turn = 0; turn < 2; turn++) // the second adds
        {
            ListingMemory memory = Memory(operands, before, 0, operands.Columns, out long w, out long x, out long output);
            long numbers = memory.Add<int>("numbers", [.. Enumerable.Range(0, operands.Columns / 2)]);
            new ListingMachine(Listing.Open("avx512bf16.s"), memory).Call("product", w, 2 * operands.Stride, x, operands.Columns / 2, output, numbers, turn);
            float[] after = memory.Read<float>("output");
            Numbers.SameBits(operands.Model(Bf16Unit.Avx512, before), after);
            if (product is not null)
                Numbers.SameBits(operands.Run(product, add: turn > 0), after);
            before = after;
        }
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 2, 3, 47, 79 })]
    public void The_listing_of_avx512_takes_the_pairs_that_it_is_given(int[] pairs)
    {
        using var operands = new Bf16Case(8, 160, seed: 9);
        for (int pair = 0; pair < operands.Columns / 2; pair++)
        {
            if (!pairs.Contains(pair))
                operands.X.Span(2L * pair * Lanes, 2 * Lanes).Clear();
        }
        float[]? before = null;
        for (int turn = 0; turn < 2; turn++)
        {
            ListingMemory memory = Memory(operands, before, 0, operands.Columns, out long w, out _, out long output);
            long numbers = memory.Add<int>("numbers", pairs);
            long x = memory.Add<ushort>("pairs", [.. pairs.SelectMany(pair => operands.X.Span(2L * pair * Lanes, 2 * Lanes).ToArray())]);
            new ListingMachine(Listing.Open("avx512bf16.s"), memory).Call("product", w, 2 * operands.Stride, x, pairs.Length, output, numbers, turn);
            Numbers.SameBits(operands.Model(Bf16Unit.Avx512, before), before = memory.Read<float>("output"));
        }
    }

    [Fact]
    public void The_listings_roundings_are_the_plain_ones()
    {
        float[] values = Numbers.Row(6 * Lanes, 3);
        (values[7], values[70], values[71]) = (float.NaN, float.NegativeInfinity, -0f);
        var memory = new ListingMemory();
        long source = memory.Add<float>("source", values), rows = memory.Add<ushort>("rows", new ushort[values.Length], writable: true);
        long pairs = memory.Add<ushort>("pairs", new ushort[values.Length], writable: true);
        var machine = new ListingMachine(Listing.Open("avx512bf16.s"), memory);
        machine.Call("round", source, rows, values.Length / 16);
        machine.Call("round_pairs", source, pairs, 3);
        ushort[] rounded = memory.Read<ushort>("rows"), paired = memory.Read<ushort>("pairs");
        for (int index = 0; index < values.Length; index++)
        {
            int column = index / Lanes, lane = index % Lanes;
            Assert.Equal(Bf16.Round(values[index]), rounded[index]);
            Assert.Equal(Bf16.Round(values[index]), paired[(column / 2 * 2 * Lanes) + (2 * lane) + (column % 2)]);
        }
    }

    private static float[] RunAmx(Bf16Case operands, float[]? before, int firstColumn = 0, int? columns = null)
    {
        int width = columns ?? operands.Columns;
        ListingMemory memory = Memory(operands, before, firstColumn, width, out long w, out long x, out long output);
        long shapes = memory.Add<byte>("shapes", AmxShapes.Describe(operands.AllRows));
        new ListingMachine(Listing.Open("amx.s"), memory).Call("product", w, 2 * operands.Stride, x, width / 32, output, shapes, before is null ? 0 : 1);
        return memory.Read<float>("output");
    }

    /// <summary>The operands' columns and not a number more: rows as far apart as they are, but the last ends with its columns.</summary>
    private static ListingMemory Memory(Bf16Case operands, float[]? before, int firstColumn, int columns, out long w, out long x, out long output)
    {
        var memory = new ListingMemory();
        w = memory.Add<ushort>("w", operands.W.Span(firstColumn, ((operands.AllRows - 1) * operands.Stride) + columns));
        x = memory.Add<ushort>("x", operands.X.Span(firstColumn * Lanes, columns * Lanes));
        output = memory.Add<float>("output", before ?? Enumerable.Repeat(float.NaN, operands.AllRows * Lanes).ToArray(), writable: true);
        return memory;
    }
}
