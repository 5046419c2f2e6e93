namespace Tangram;

/// <summary>
/// A copy of a matrix in bf16, as <see cref="Bf16Product"/> reads it: panel of columns after panel, a panel's rows without gaps, in whole tiles of rows and whole
/// units of columns. So what is read in one go lies in one piece, and rows of a power of two don't compete for the same places of a cache.
/// </summary>
internal sealed unsafe class Bf16Weights : IDisposable
{
    private readonly NativeBuffer<ushort> _panels;
    private readonly long _rows;
    private readonly int _columns, _panel;

    /// <param name="product">What multiplies them.</param>
    /// <param name="matrix">What is copied.</param>
    /// <param name="panel">Columns of a panel, a multiple of <see cref="Bf16.ColumnUnit"/>; the last one may have fewer.</param>
    public Bf16Weights(Bf16Product product, FloatMatrix matrix, int panel)
    {
        (Product, _panel) = (product, panel);
        (_rows, _columns) = (FloatMatrix.RoundUp(matrix.Rows, GroupProduct.Tile), FloatMatrix.RoundUp(matrix.Stride, Bf16.ColumnUnit));
        _panels = new NativeBuffer<ushort>(_rows * _columns);
        for (int column = 0; column < _columns; column += panel)
        {
            int width = Math.Min(panel, matrix.Stride - column);
            for (int row = 0; row < matrix.Rows; row++)
                product.Round(matrix.RowPointer(row) + column, RowPointer(column, row), width);
        }
        GC.KeepAlive(matrix);
    }

    public Bf16Product Product { get; }

    /// <summary>What the panel that begins with a column adds to the sums of some rows with a slot of images; the first panel sets them.</summary>
    public void Multiply(PackedImages images, int slot, int column, int row, int rows, float* sums) =>
        images.Multiply(Product, slot, RowPointer(column, row), Width(column), rows, sums, add: column > 0);

    public void Dispose() => _panels.Dispose();

    /// <summary>Columns of the panel that begins with a column: as far apart are its rows.</summary>
    private int Width(int column) => Math.Min(_panel, _columns - column);

    private ushort* RowPointer(int column, int row) => _panels.Pointer + (_rows * column) + ((long)row * Width(column));
}
