namespace Tangram;

/// <summary>
/// Whether the machine code does on this machine what it should. Small whole numbers have exact sums in whatever order they are added, so the products must be
/// right to the bit; and rounding has one right answer.
/// </summary>
internal static unsafe class Bf16SelfTest
{
    // Every shape of AMX's tiles; an odd number of blocks to round; (2⁸ − 1)² · Columns < 2²⁴.
    private const int MostRows = 56, Columns = 80, Padded = 96, Lanes = GroupProduct.Lanes;

    public static bool Passes(Bf16Product product)
    {
        using NativeBuffer<float> w = new(MostRows * Columns), x = new(Columns * Lanes), output = new(MostRows * Lanes);
        using NativeBuffer<ushort> weights = new(MostRows * Padded), images = new(Padded * Lanes);
        Fill(w, 1);
        Fill(x, 2);
        for (int row = 0; row < MostRows; row++)
            product.Round(w.Pointer + (row * Columns), weights.Pointer + (row * Padded), Columns);
        product.RoundPairs(x.Pointer, Columns, images.Pointer);
        for (int rows = GroupProduct.Tile; rows <= MostRows; rows += GroupProduct.Tile)
        {
            product.Run(weights.Pointer, Padded, rows, images.Pointer, Padded, output.Pointer, add: false);
            if (!AreSums(w.Pointer, x.Pointer, rows, output.Pointer, times: 1))
                return false;
        }
        product.Run(weights.Pointer, Padded, MostRows, images.Pointer, Padded, output.Pointer, add: true);
        return AreSums(w.Pointer, x.Pointer, MostRows, output.Pointer, times: 2) && Rounds(product);
    }

    private static bool AreSums(float* w, float* x, int rows, float* output, int times)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                float sum = 0;
                for (int column = 0; column < Columns; column++)
                    sum += w[(row * Columns) + column] * x[(column * Lanes) + lane];
                if (output[(row * Lanes) + lane] != times * sum)
                    return false;
            }
        }
        return true;
    }

    private static bool Rounds(Bf16Product product)
    {
        float* values = stackalloc float[16];
        ushort* rounded = stackalloc ushort[Bf16.ColumnUnit];
        for (int index = 0; index < 16; index++)
            values[index] = BitConverter.UInt32BitsToSingle(0x3F80_7FFFu + (uint)(index * 0x7FFF)); // ties, and what lies beside them
        values[14] = float.NegativeInfinity;
        values[15] = float.NaN;
        product.Round(values, rounded, 16);
        for (int index = 0; index < Bf16.ColumnUnit; index++)
        {
            if (rounded[index] != (index < 16 ? Bf16.Round(values[index]) : 0))
                return false;
        }
        return true;
    }

    private static void Fill(NativeBuffer<float> numbers, ulong seed)
    {
        var random = new CounterRandom(seed, RandomPurpose.EvaluationSample);
        for (long index = 0; index < numbers.Length; index++)
            numbers.Pointer[index] = random.Below(511, (ulong)index) - 255;
    }
}
