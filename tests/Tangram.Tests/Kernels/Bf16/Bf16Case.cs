namespace Tangram.Tests;

/// <summary>A product's operands, and room for what it puts out between guards that nobody may touch.</summary>
internal sealed unsafe class Bf16Case : IDisposable
{
    private const int Lanes = GroupProduct.Lanes, Guard = 64;
    private const float Untouched = -12345;
    private readonly NativeBuffer<float> _output;

    /// <summary>Standard normal numbers; <paramref name="columns"/> are padded with zeros, <paramref name="rows"/> with rows.</summary>
    public Bf16Case(int rows, int columns, ulong seed = 1)
    {
        (Rows, Columns) = (rows, FloatMatrix.RoundUp(columns, Bf16.ColumnUnit));
        AllRows = FloatMatrix.RoundUp(rows, GroupProduct.Tile);
        Stride = Columns + Bf16.ColumnUnit; // rows need not follow each other
        W = new NativeBuffer<ushort>((long)AllRows * Stride);
        X = new NativeBuffer<ushort>((long)Columns * Lanes);
        _output = new NativeBuffer<float>((AllRows * Lanes) + (2 * Guard));
        _output.Span(0, (int)_output.Length).Fill(Untouched);
        for (int row = 0; row < rows; row++)
        {
            float[] weights = Numbers.Row(columns, (seed << 20) + (ulong)row);
            for (int column = 0; column < columns; column++)
                W.Pointer[(row * Stride) + column] = Bf16.Round(weights[column]);
        }
        for (int lane = 0; lane < Lanes; lane++)
        {
            float[] image = Numbers.Row(columns, (seed << 20) + 1_000_000 + (ulong)lane);
            for (int column = 0; column < columns; column++)
                Image(column, lane) = Bf16.Round(image[column]);
        }
    }

    public int Rows { get; }

    /// <summary>Rows in whole tiles.</summary>
    public int AllRows { get; }

    /// <summary>Columns in whole steps.</summary>
    public int Columns { get; }

    public int Stride { get; }

    public NativeBuffer<ushort> W { get; }

    public NativeBuffer<ushort> X { get; }

    public float* Output => _output.Pointer + Guard;

    public Span<float> Outputs => new(Output, AllRows * Lanes);

    public ref ushort Image(int column, int lane) => ref X.Pointer[(column / 2 * 2 * Lanes) + (2 * lane) + (column % 2)];

    public Span<ushort> Weights(int row) => W.Span((long)row * Stride, Columns);

    public ushort[] ImageOf(int lane) => [.. Enumerable.Range(0, Columns).Select(column => Image(column, lane))];

    public float[] Run(Bf16Product product, bool add = false)
    {
        product.Run(W.Pointer, Stride, Rows, X.Pointer, Columns, Output, add);
        return Outputs.ToArray();
    }

    /// <summary>What the unit must put out if <paramref name="before"/> is there and added to.</summary>
    public float[] Model(Bf16Unit unit, float[]? before = null)
    {
        var sums = new float[AllRows * Lanes];
        for (int lane = 0; lane < Lanes; lane++)
        {
            ushort[] image = ImageOf(lane);
            for (int row = 0; row < AllRows; row++)
                sums[(row * Lanes) + lane] = Bf16Arithmetic.Sum(unit, Weights(row), image, before is null ? 0 : before[(row * Lanes) + lane]);
        }
        return sums;
    }

    /// <summary>Every sum is within what as many roundings of float32 as it has terms can make of it, and the guards are whole.</summary>
    public void CheckSums(float[]? before = null)
    {
        CheckGuards();
        for (int lane = 0; lane < Lanes; lane++)
        {
            ushort[] image = ImageOf(lane);
            for (int row = 0; row < AllRows; row++)
            {
                double sum = before is null ? 0 : before[(row * Lanes) + lane], magnitude = Math.Abs(sum);
                for (int column = 0; column < Columns; column++)
                {
                    double product = (double)Bf16.Widen(Weights(row)[column]) * Bf16.Widen(image[column]);
                    (sum, magnitude) = (sum + product, magnitude + Math.Abs(product));
                }
                Assert.InRange(Math.Abs(Outputs[(row * Lanes) + lane] - sum), 0, (Columns + 1) * magnitude / (1 << 24));
            }
        }
    }

    public void CheckGuards()
    {
        Assert.False(_output.Span(0, Guard).ContainsAnyExcept(Untouched));
        Assert.False(_output.Span(_output.Length - Guard, Guard).ContainsAnyExcept(Untouched));
    }

    public void Dispose()
    {
        W.Dispose();
        X.Dispose();
        _output.Dispose();
    }
}
