namespace Tangram;

/// <summary>
/// A float32 matrix [Rows, D] in aligned native memory, stored panel by panel of a <see cref="Partition"/>: a panel's rows follow each other without gaps, in
/// whole tiles of 8. What fills the last vector stays zero.
/// </summary>
internal sealed unsafe class PanelMatrix : IDisposable
{
    private readonly NativeBuffer<float> _buffer;
    private readonly Partition _partition;
    private readonly long _rows;

    public PanelMatrix(int rows, Partition partition, int stagger = 0)
    {
        _partition = partition;
        _rows = FloatMatrix.RoundUp(rows, FloatMatrix.RowUnit);
        _buffer = new NativeBuffer<float>(_rows * partition.Columns, stagger);
    }

    /// <summary>Where a panel begins; its rows are as far apart as it has columns.</summary>
    public float* Panel(int panel) => _buffer.Pointer + (_rows * _partition.Start(panel));

    public float* RowPointer(int panel, int row) => Panel(panel) + ((long)row * _partition.Width(panel));

    /// <summary>Writes a row's D values to <paramref name="destination"/>.</summary>
    public void CopyRow(int row, Span<float> destination)
    {
        for (int panel = 0; panel < _partition.Panels; panel++)
        {
            Span<float> piece = destination[_partition.Start(panel)..];
            int length = Math.Min(piece.Length, _partition.Width(panel));
            new ReadOnlySpan<float>(RowPointer(panel, row), length).CopyTo(piece);
        }
    }

    /// <summary>Sets a row to D values.</summary>
    public void SetRow(int row, ReadOnlySpan<float> values)
    {
        for (int panel = 0; panel < _partition.Panels; panel++)
        {
            ReadOnlySpan<float> piece = values[_partition.Start(panel)..];
            int length = Math.Min(piece.Length, _partition.Width(panel));
            piece[..length].CopyTo(new Span<float>(RowPointer(panel, row), length));
        }
    }

    public void Dispose() => _buffer.Dispose();
}
