namespace Tangram.Tests;

public sealed unsafe class NativeMemoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(100_003)]
    public void A_buffer_is_aligned_zeroed_and_as_long_as_asked(int length)
    {
        using var buffer = new NativeBuffer<double>(length);
        Assert.Equal(0, (long)buffer.Pointer % 64);
        Assert.Equal(length, buffer.Length);
        Assert.True(buffer.Span(0, length).IndexOfAnyExcept(0.0) < 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Span(0, length + 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Span(-1, 1).Length);
    }

    [Fact]
    public void A_disposed_buffer_cant_be_used()
    {
        var buffer = new NativeBuffer<int>(3);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Span(0, 3).Length);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 16)]
    [InlineData(4, 17)]
    [InlineData(7, 784)]
    public void Rows_of_a_matrix_are_aligned_and_their_padding_is_zero(int rows, int columns)
    {
        using var matrix = new FloatMatrix(rows, columns);
        Assert.Equal(0, matrix.Stride % 16);
        Assert.InRange(matrix.Stride, columns, columns + 15);
        for (int row = 0; row < rows; row++)
            matrix.Row(row).Fill(row + 1);
        for (int row = 0; row < FloatMatrix.RoundUp(rows, FloatMatrix.RowUnit); row++)
        {
            var padded = new Span<float>(matrix.RowPointer(row), matrix.Stride);
            Assert.Equal(0, (long)matrix.RowPointer(row) % 64);
            Assert.All(padded[..columns].ToArray(), value => Assert.Equal(row < rows ? row + 1 : 0, value));
            Assert.All(padded[columns..].ToArray(), value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void Rounding_up_beyond_32_bits_is_no_small_number() =>
        Assert.Throws<OverflowException>(() => FloatMatrix.RoundUp(int.MaxValue, FloatMatrix.StrideUnit));

    [Fact]
    public void Rows_outside_a_matrix_are_refused()
    {
        using var matrix = new FloatMatrix(3, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Row(3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Row(-1).Length);
    }
}
