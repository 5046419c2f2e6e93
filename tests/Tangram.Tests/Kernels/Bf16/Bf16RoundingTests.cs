namespace Tangram.Tests;

public sealed unsafe class Bf16RoundingTests
{
    private const int Lanes = GroupProduct.Lanes;
    private const ushort Untouched = 0x1234;

    [Theory]
    [InlineData(0x3F80_0000, 0x3F80)] // 1
    [InlineData(0x3F80_7FFF, 0x3F80)] // below a tie
    [InlineData(0x3F80_8000, 0x3F80)] // ties go to even
    [InlineData(0x3F81_8000, 0x3F82)]
    [InlineData(0x3F80_8001, 0x3F81)] // above a tie
    [InlineData(0xBF81_8000, 0xBF82)]
    [InlineData(0x3FFF_8000, 0x4000)] // into the exponent
    [InlineData(0x7F7F_FFFF, 0x7F80)] // too large
    [InlineData(0x7F80_0000, 0x7F80)]
    [InlineData(0xFF80_0000, 0xFF80)]
    [InlineData(0x7F80_0001, 0x7FC0)] // not a number, in its last bit
    [InlineData(0xFFC0_0000, 0xFFC0)]
    [InlineData(0x8000_0000, 0x8000)] // −0
    [InlineData(0x007F_FFFF, 0x0000)] // the largest denormal
    [InlineData(0x807F_FFFF, 0x8000)]
    [InlineData(0x0080_0000, 0x0080)] // the smallest number that isn't
    public void A_float_goes_to_the_nearest(uint bits, int rounded) => Assert.Equal(rounded, Bf16.Round(BitConverter.UInt32BitsToSingle(bits)));

    [Fact]
    public void What_is_rounded_already_stays()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            float value = Bf16.Widen((ushort)bits);
            if (float.IsFinite(value) && !float.IsSubnormal(value))
                Assert.Equal(bits, Bf16.Round(value));
        }
    }

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void Rows_round_as_the_plain_loop_does(string unit)
    {
        Bf16Product product = Bf16Units.Open(unit);
        ushort[] lows = [0x0000, 0x0001, 0x7FFF, 0x8000, 0x8001, 0xFFFF];
        const int Count = 1 << 16;
        using NativeBuffer<float> source = new(Count);
        using NativeBuffer<ushort> target = new(Count + 1);
        target.Pointer[Count] = Untouched;
        foreach (ushort low in lows)
        {
            for (uint high = 0; high < Count; high++)
                source.Pointer[high] = BitConverter.UInt32BitsToSingle((high << 16) | low);
            product.Round(source.Pointer, target.Pointer, Count);
            for (int index = 0; index < Count; index++)
                Assert.Equal(Bf16.Round(source.Pointer[index]), target.Pointer[index]);
        }
        Assert.Equal(Untouched, target.Pointer[Count]);
    }

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void Rows_are_filled_with_zeros_and_no_further(string unit)
    {
        Bf16Product product = Bf16Units.Open(unit);
        using FloatMatrix row = Numbers.Matrix(1, 96, 4);
        var target = new ushort[128];
        for (int count = 16; count <= row.Columns; count += 16)
        {
            Array.Fill(target, Untouched);
            fixed (ushort* start = target)
            {
                product.Round(row.Pointer, start, count);
            }
            int padded = FloatMatrix.RoundUp(count, Bf16.ColumnUnit);
            for (int index = 0; index < target.Length; index++)
                Assert.Equal(index < count ? Bf16.Round(row.Row(0)[index]) : index < padded ? 0 : Untouched, target[index]);
        }
    }

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void Pairs_may_lie_where_their_images_lay(string unit)
    {
        Bf16Product product = Bf16Units.Open(unit);
        foreach (int columns in new[] { 0, 2, 18, 32, 400, 1030 })
        {
            int padded = FloatMatrix.RoundUp(columns, Bf16.ColumnUnit);
            using FloatMatrix x = Numbers.Matrix(columns, Lanes, 5), place = new(padded, Lanes);
            for (int column = 0; column < columns; column++)
                x.Row(column).CopyTo(place.Row(column));
            product.RoundPairs(place.Pointer, columns, (ushort*)place.Pointer);
            for (int column = 0; column < padded; column++)
            {
                for (int lane = 0; lane < Lanes; lane++)
                    Assert.Equal(column < columns ? Bf16.Round(x.Row(column)[lane]) : 0, ((ushort*)place.Pointer)[(column / 2 * 2 * Lanes) + (2 * lane) + (column % 2)]);
            }
        }
    }

    [Theory, MemberData(nameof(Bf16Units.All), MemberType = typeof(Bf16Units))]
    public void Images_become_pairs_of_columns_filled_with_zeros(string unit)
    {
        Bf16Product product = Bf16Units.Open(unit);
        foreach (int columns in Enumerable.Range(1, 66).Concat([392, 512, 1030]))
        {
            int padded = FloatMatrix.RoundUp(columns, Bf16.ColumnUnit);
            using FloatMatrix x = Numbers.Matrix(columns, Lanes, 5);
            var target = new ushort[(padded + 2) * Lanes];
            Array.Fill(target, Untouched);
            fixed (ushort* start = target)
            {
                product.RoundPairs(x.Pointer, columns, start);
            }
            for (int column = 0; column < padded; column++)
            {
                for (int lane = 0; lane < Lanes; lane++)
                    Assert.Equal(column < columns ? Bf16.Round(x.Row(column)[lane]) : 0, target[(column / 2 * 2 * Lanes) + (2 * lane) + (column % 2)]);
            }
            Assert.False(target.AsSpan(padded * Lanes).ContainsAnyExcept(Untouched));
        }
    }
}
