namespace Tangram.Tests;

public sealed class RangeCoderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Symbols_come_back_and_take_no_more_than_their_probabilities_call_for(int length)
    {
        double[][] distributions =
        [
            [1, 1], [1, 0], [1e9, 1, 0, 3], [.. Enumerable.Repeat(1.0, 256)], [.. Enumerable.Range(0, 300).Select(symbol => Math.Pow(0.9, symbol))], [5],
            [0, 0, 0], [.. Enumerable.Range(0, 20_000).Select(symbol => (double)symbol)],
        ];
        for (int distribution = 0; distribution < distributions.Length; distribution++)
        {
            FrequencyTable table = FrequencyTable.Of(distributions[distribution]);
            var random = new CounterRandom((ulong)distribution, RandomPurpose.Shuffle);
            // Drawn by the table's own probabilities.
            int[] symbols = [.. Enumerable.Range(0, length).Select(index => table.SymbolAt(random.Below(FrequencyTable.Total, (ulong)index)))];
            var encoder = new RangeEncoder();
            foreach (int symbol in symbols)
                encoder.Write(table, symbol);
            byte[] bytes = encoder.Finish();
            var decoder = new RangeDecoder(bytes);
            Assert.All(symbols, symbol => Assert.Equal(symbol, decoder.Read(table)));
            double ideal = symbols.Sum(table.BitsOf) / 8;
            Assert.InRange(bytes.Length, 0, (ideal * 1.0001) + 1.01);
            Assert.True(bytes.Length > ideal - 9 || symbols.All(symbol => symbol == 0)); // zeros at the end are left out
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(FrequencyTable.Total / 3)]
    [InlineData(FrequencyTable.Total - 2)]
    [InlineData(FrequencyTable.Total - 1)]
    public void Bits_come_back_however_probable_they_are_and_however_often_they_happen(int probability)
    {
        for (int often = 0; often <= 4; often++)
        {
            var random = new CounterRandom((ulong)often, RandomPurpose.Shuffle);
            bool[] bits = [.. Enumerable.Range(0, 3000).Select(index => random.Below(4, (ulong)index) < often)];
            var encoder = new RangeEncoder();
            foreach (bool bit in bits)
                encoder.WriteBit(bit, probability);
            byte[] bytes = encoder.Finish();
            var decoder = new RangeDecoder(bytes);
            Assert.All(bits, bit => Assert.Equal(bit, decoder.ReadBit(probability)));
            double ideal = bits.Sum(bit => 16 - Math.Log2(bit ? probability : FrequencyTable.Total - probability)) / 8;
            Assert.InRange(bytes.Length, 0, (ideal * 1.0001) + 1.01);
        }
    }

    [Fact]
    public void Every_short_stream_comes_back_whatever_carries_and_trailing_zeros_it_has()
    {
        const int Length = 12;
        foreach (int probability in new[] { 1, 255, 256, 21_845, 65_279, 65_535 })
        {
            for (int stream = 0; stream < 1 << Length; stream++)
            {
                var encoder = new RangeEncoder();
                for (int index = 0; index < Length; index++)
                    encoder.WriteBit((stream >> index & 1) == 1, probability);
                var decoder = new RangeDecoder(encoder.Finish());
                for (int index = 0; index < Length; index++)
                    Assert.True(decoder.ReadBit(probability) == ((stream >> index & 1) == 1), $"stream {stream:b}, probability {probability}");
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 0x12, 0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40 })]
    public void A_carry_runs_back_over_bytes_that_are_full(byte[] bytes)
    {
        // The symbols that these bytes hold; thirds never end at a byte, so the interval begins below them at first, at 0x7F 0xFF 0xFF …, and what is written is carried into.
        FrequencyTable thirds = FrequencyTable.Of([1, 1, 1]);
        var source = new RangeDecoder(bytes);
        int[] symbols = [.. Enumerable.Range(0, 100).Select(_ => source.Read(thirds))];
        var encoder = new RangeEncoder();
        foreach (int symbol in symbols)
            encoder.Write(thirds, symbol);
        Assert.Equal(bytes, encoder.Finish());
    }

    [Fact]
    public void Numbers_of_a_few_bits_come_back()
    {
        var encoder = new RangeEncoder();
        for (int bits = 1; bits <= 16; bits++)
        {
            encoder.WriteBits(0, bits);
            encoder.WriteBits((1 << bits) - 1, bits);
            encoder.WriteBits(0x5A5A, bits);
        }
        var decoder = new RangeDecoder(encoder.Finish());
        for (int bits = 1; bits <= 16; bits++)
        {
            Assert.Equal(0, decoder.ReadBits(bits));
            Assert.Equal((1 << bits) - 1, decoder.ReadBits(bits));
            Assert.Equal(0x5A5A & ((1 << bits) - 1), decoder.ReadBits(bits));
        }
    }

    [Fact]
    public void Nothing_takes_no_bytes() => Assert.Empty(new RangeEncoder().Finish());

    [Fact]
    public void Foreign_bytes_are_read_as_something()
    {
        FrequencyTable table = FrequencyTable.Of([1, 5, 2]);
        var decoder = new RangeDecoder([.. Enumerable.Repeat(byte.MaxValue, 9)]);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(decoder.Read(table), 0, 2));
    }

    [Fact]
    public void A_tables_units_are_all_given_out_and_every_symbol_has_one()
    {
        foreach (double[] weights in new double[][] { [1], [0, 0], [1, 0, 1e300], [.. Enumerable.Range(0, 1000).Select(index => index % 7 * 0.1)] })
        {
            FrequencyTable table = FrequencyTable.Of(weights);
            int next = 0;
            for (int symbol = 0; symbol < weights.Length; symbol++)
            {
                var (start, size) = table[symbol];
                Assert.Equal(next, start);
                Assert.True(size >= 1);
                Assert.Equal(symbol, table.SymbolAt(start));
                Assert.Equal(symbol, table.SymbolAt(start + size - 1));
                next += size;
            }
            Assert.Equal(FrequencyTable.Total, next);
        }
    }
}
