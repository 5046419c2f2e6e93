namespace Tangram;

/// <summary>
/// A row-major float32 matrix [Rows, Columns] in aligned native memory. Rows are <see cref="Stride"/> floats apart, a multiple of 16, and the padding
/// stays zero, so that kernels need no tails: sums over a padded row equal sums over the row.
/// </summary>
internal sealed unsafe class FloatMatrix : IDisposable
{
    /// <summary>Rows and columns are allocated in whole multiples of these; kernels work on whole tiles.</summary>
    public const int RowUnit = 8, StrideUnit = 16;

    private readonly NativeBuffer<float> _buffer;

    public FloatMatrix(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        Stride = RoundUp(columns, StrideUnit);
        _buffer = new NativeBuffer<float>((long)RoundUp(rows, RowUnit) * Stride);
    }

    public int Rows { get; }

    public int Columns { get; }

    public int Stride { get; }

    public float* Pointer => _buffer.Pointer;

    public float* RowPointer(int row) => _buffer.Pointer + (long)row * Stride;

    public Span<float> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        return new Span<float>(RowPointer(row), Columns);
    }

    /// <summary>Brings each row to length 1, but for those of zeros; rows that have it up to rounding keep their bits.</summary>
    public void NormaliseRows()
    {
        for (int index = 0; index < Rows; index++)
        {
            Span<float> row = Row(index);
            double squared = 0;
            foreach (float value in row)
                squared += (double)value * value;
            if (squared == 0 || Math.Abs(squared - 1) < 1e-6)
                continue;
            double scale = 1 / Math.Sqrt(squared);
            foreach (ref float value in row)
                value = (float)(value * scale);
        }
    }

    public static int RoundUp(int value, int unit) => checked(value + unit - 1) / unit * unit;

    public void Dispose() => _buffer.Dispose();
}
