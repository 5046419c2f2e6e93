namespace Tangram;

/// <summary>A copy of a matrix in bf16, in whole tiles of rows and whole units of columns, as <see cref="Bf16Product"/> reads it.</summary>
internal sealed unsafe class Bf16Weights : IDisposable
{
    private readonly NativeBuffer<ushort> _rows;

    public Bf16Weights(Bf16Product product, FloatMatrix matrix)
    {
        Product = product;
        Stride = FloatMatrix.RoundUp(matrix.Stride, Bf16.ColumnUnit);
        _rows = new NativeBuffer<ushort>((long)FloatMatrix.RoundUp(matrix.Rows, GroupProduct.Tile) * Stride);
        for (int row = 0; row < matrix.Rows; row++)
            product.Round(matrix.RowPointer(row), RowPointer(row), matrix.Stride);
        GC.KeepAlive(matrix);
    }

    /// <summary>What multiplies them.</summary>
    public Bf16Product Product { get; }

    /// <summary>Numbers from one row to the next.</summary>
    public int Stride { get; }

    public ushort* RowPointer(int row) => _rows.Pointer + ((long)row * Stride);

    public void Dispose() => _rows.Dispose();
}
