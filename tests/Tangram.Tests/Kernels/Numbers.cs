namespace Tangram.Tests;

/// <summary>Seeded inputs, and comparisons that know how far float32 sums may be from float64 ones.</summary>
internal static class Numbers
{
    private const double HalfUnit = 1.0 / (1 << 24); // float32's relative rounding error

    /// <summary>Standard normal numbers.</summary>
    public static FloatMatrix Matrix(int rows, int columns, ulong seed)
    {
        var matrix = new FloatMatrix(rows, columns);
        for (int row = 0; row < rows; row++)
            Row(columns, (seed << 20) + (ulong)row).CopyTo(matrix.Row(row));
        return matrix;
    }

    /// <summary>Standard normal numbers.</summary>
    public static float[] Row(int length, ulong seed)
    {
        var random = new CounterRandom(seed, RandomPurpose.EvaluationSample);
        return [.. Enumerable.Range(0, length).Select(index => (float)random.Normal((ulong)index))];
    }

    /// <summary>Numbers from 0 … bound − 1.</summary>
    public static int[] Integers(int length, int bound, ulong seed)
    {
        var random = new CounterRandom(seed, RandomPurpose.Shuffle);
        return [.. Enumerable.Range(0, length).Select(index => random.Below(bound, (ulong)index))];
    }

    public static void CopyFrom(this FloatMatrix target, FloatMatrix source)
    {
        Assert.Equal((source.Rows, source.Columns), (target.Rows, target.Columns));
        for (int row = 0; row < source.Rows; row++)
            source.Row(row).CopyTo(target.Row(row));
    }

    /// <summary>A sum of <paramref name="terms"/> products whose magnitudes sum to <paramref name="magnitude"/>: errors add like a random walk.</summary>
    public static void SumIsClose(double expected, double actual, int terms, double magnitude) =>
        Assert.InRange(Math.Abs(actual - expected), 0, (4 + Math.Sqrt(terms)) * HalfUnit * magnitude + float.Epsilon);

    /// <summary>Every value is within a share of the largest expected magnitude.</summary>
    public static void AreClose(FloatMatrix expected, FloatMatrix actual, double share)
    {
        double largest = 0, difference = 0;
        for (int row = 0; row < expected.Rows; row++)
        {
            for (int column = 0; column < expected.Columns; column++)
            {
                largest = Math.Max(largest, Math.Abs(expected.Row(row)[column]));
                double here = Math.Abs((double)expected.Row(row)[column] - actual.Row(row)[column]);
                if (double.IsNaN(here))
                    Assert.Fail($"Row {row}, column {column} is not a number.");
                difference = Math.Max(difference, here);
            }
        }
        Assert.InRange(difference, 0, share * largest);
    }

    /// <summary>Equal bits: −0 is not +0.</summary>
    public static void SameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int index = 0; index < expected.Length; index++)
        {
            if (BitConverter.SingleToInt32Bits(expected[index]) != BitConverter.SingleToInt32Bits(actual[index]))
                Assert.Fail($"Value {index} of {expected.Length} is {actual[index]:R}, not {expected[index]:R}.");
        }
    }

    public static void SameBits(FloatMatrix expected, FloatMatrix actual)
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        for (int row = 0; row < expected.Rows; row++)
            SameBits(expected.Row(row), actual.Row(row));
    }

    /// <summary>Kernels sum over whole padded rows, so what lies beyond the columns must stay 0.</summary>
    public static unsafe void PaddingIsZero(FloatMatrix matrix)
    {
        for (int row = 0; row < matrix.Rows; row++)
            Assert.False(new ReadOnlySpan<float>(matrix.RowPointer(row) + matrix.Columns, matrix.Stride - matrix.Columns).ContainsAnyExcept(0f));
    }
}
