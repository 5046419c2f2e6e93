namespace Tangram;

/// <summary>
/// The lower triangular L [n, n] of A Aᵀ + shift·I = L Lᵀ, in float32. Everything is a <see cref="GroupProduct"/>: blocks of 32×32 on L's diagonal are kept
/// as their inverses, so that substitution multiplies by them. Each number is computed whole by one item in a fixed order of sums, so its bits don't
/// depend on the number of threads.
/// </summary>
internal sealed unsafe class CholeskyFactor : IDisposable
{
    private const int Block = GroupProduct.Lanes, BlockSize = Block * Block;

    /// <summary>Products are summed over panels of so many columns: 32 KiB of operand stay in a core's cache, and shorter chains round less.</summary>
    private const int Panel = 256;

    /// <summary>Rows that meet a panel of each group in turn, and stay in a core's cache meanwhile.</summary>
    private const int RowChunk = 64;

    private readonly int _rows, _blocks;

    /// <summary>First the lower blocks of A Aᵀ, then L's; whole blocks, zeros beyond n.</summary>
    private readonly FloatMatrix _lower;

    public CholeskyFactor(int rows)
    {
        _rows = rows;
        _blocks = BlocksOf(rows);
        _lower = new FloatMatrix(_blocks * Block, _blocks * Block);
    }

    /// <summary>A Aᵀ of A [n, m].</summary>
    public void SetToGram<TSimd>(FloatMatrix matrix, Workers workers) where TSimd : struct, ISimd<TSimd>
    {
        // More groups read the rows fewer times, fewer groups make more items; the sums are the same.
        int groups = Math.Clamp(_blocks / (4 * workers.Count), 1, 4);
        int panelSize = Panel * Block, sumsSize = _blocks * BlockSize;
        using var scratch = new Scratch(workers, groups * (panelSize + sumsSize));
        workers.Run((_blocks + groups - 1) / groups, (worker, item) =>
        {
            float* panels = scratch[worker], sums = panels + (groups * panelSize);
            int firstGroup = item * groups, lastGroup = Math.Min(firstGroup + groups, _blocks);
            for (int start = 0; start < matrix.Stride; start += Panel)
            {
                int depth = Math.Min(Panel, matrix.Stride - start);
                for (int group = firstGroup; group < lastGroup; group++)
                {
                    int first = group * Block;
                    GroupTranspose.FromRows(matrix.RowPointer(first) + start, matrix.Stride, Math.Min(Block, _rows - first), depth,
                        panels + ((group - firstGroup) * panelSize));
                }
                for (int chunk = firstGroup * Block; chunk < _rows; chunk += RowChunk)
                {
                    for (int group = firstGroup; group < lastGroup; group++)
                    {
                        int row = Math.Max(chunk, group * Block), rows = Math.Min(chunk + RowChunk, _rows) - row;
                        GroupProduct.Run<TSimd>(matrix.RowPointer(row) + start, matrix.Stride, rows, panels + ((group - firstGroup) * panelSize), depth,
                            sums + ((group - firstGroup) * sumsSize) + (row * Block), add: start > 0);
                    }
                }
            }
            for (int group = firstGroup; group < lastGroup; group++)
            {
                for (int row = group * Block; row < _rows; row++)
                    Group(sums + ((group - firstGroup) * sumsSize), row).CopyTo(Group(_lower.RowPointer(row), group));
                // Sums of squares round worse than sums of either sign; these alone decide the lengths of the rows.
                for (int row = group * Block; row < Math.Min(_rows, (group + 1) * Block); row++)
                    _lower.RowPointer(row)[row] = (float)GroupProduct.Reference(matrix.Row(row), matrix.Row(row));
            }
        });
    }

    /// <summary>The Frobenius norm of A Aᵀ − I.</summary>
    public double DistanceFromIdentity(Workers workers)
    {
        double[] squares = new double[_rows];
        workers.Run(_rows, (_, row) =>
        {
            float* values = _lower.RowPointer(row);
            double sum = 0;
            for (int column = 0; column < row; column++)
                sum += 2.0 * values[column] * values[column];
            squares[row] = sum + ((values[row] - 1.0) * (values[row] - 1.0));
        });
        return Math.Sqrt(squares.Sum());
    }

    /// <summary>
    /// L over A Aᵀ, one column of blocks after the other: L_ij = (G_ij − Σ_{k&lt;j} L_ik L_jkᵀ) L_jj⁻ᵀ. Source: Golub, Van Loan, "Matrix Computations", 4.2.
    /// </summary>
    public void Factorise<TSimd>(float shift, Workers workers) where TSimd : struct, ISimd<TSimd>
    {
        const int ItemBlocks = RowChunk / Block;
        using var above = new NativeBuffer<float>((long)_blocks * BlockSize);
        using var inverse = new NativeBuffer<float>(BlockSize);
        using var scratch = new Scratch(workers, 2 * ItemBlocks * BlockSize);
        for (int block = 0; block < _blocks; block++)
        {
            int first = block * Block;
            GroupTranspose.FromRows(_lower.RowPointer(first), _lower.Stride, Block, first, above.Pointer);
            Remainder<TSimd>(block, block, 1, above.Pointer, scratch[0]);
            InvertFactor(scratch[0], Math.Min(Block, _rows - first), shift, inverse.Pointer);
            for (int row = 0; row < Block; row++)
            {
                for (int column = 0; column < Block; column++)
                    _lower.RowPointer(first + row)[first + column] = inverse.Pointer[(column * Block) + row];
            }
            workers.Run((_blocks - block - 1 + ItemBlocks - 1) / ItemBlocks, (worker, item) =>
            {
                int start = block + 1 + (item * ItemBlocks), count = Math.Min(ItemBlocks, _blocks - start);
                float* remainder = scratch[worker], solved = remainder + (ItemBlocks * BlockSize);
                Remainder<TSimd>(start, block, count, above.Pointer, remainder);
                GroupProduct.Run<TSimd>(remainder, Block, count * Block, inverse.Pointer, Block, solved, add: false);
                for (int row = 0; row < count * Block; row++)
                    Group(solved, row).CopyTo(Group(_lower.RowPointer((start * Block) + row), block));
            });
        }
    }

    /// <summary>A becomes L⁻¹ A by forward substitution, each stripe of 32 columns on its own: Q_i = L_ii⁻¹ (A_i − Σ_{k&lt;i} L_ik Q_k).</summary>
    public void Solve<TSimd>(FloatMatrix matrix, Workers workers) where TSimd : struct, ISimd<TSimd>
    {
        using var scratch = new Scratch(workers, (_blocks + 1) * BlockSize);
        workers.Run(BlocksOf(matrix.Stride), (worker, item) =>
        {
            float* remainder = scratch[worker], stripe = remainder + BlockSize;
            int length = Math.Min(Block, matrix.Stride - (item * Block));
            for (int row = 0; row < _rows; row++)
                Group(matrix.RowPointer(row), item)[..length].CopyTo(Group(stripe, row));
            for (int block = 0; block < _blocks; block++)
            {
                float* target = stripe + (block * BlockSize), rows = _lower.RowPointer(block * Block);
                Multiply<TSimd>(rows, _lower.Stride, Block, stripe, block * Block, remainder);
                for (int index = 0; index < BlockSize; index++)
                    remainder[index] = target[index] - remainder[index];
                GroupProduct.Run<TSimd>(rows + (block * Block), _lower.Stride, Block, remainder, Block, target, add: false);
            }
            for (int row = 0; row < _rows; row++)
                Group(stripe, row)[..length].CopyTo(Group(matrix.RowPointer(row), item));
        });
    }

    public void Dispose() => _lower.Dispose();

    private static int BlocksOf(int length) => (length + Block - 1) / Block;

    private static Span<float> Group(float* start, int group) => new(start + ((long)group * Block), Block);

    /// <summary>G_ij − Σ_{k&lt;j} L_ik L_jkᵀ for <paramref name="count"/> blocks i; <paramref name="above"/> holds the transpose of L's row of blocks j.</summary>
    private void Remainder<TSimd>(int block, int column, int count, float* above, float* remainder) where TSimd : struct, ISimd<TSimd>
    {
        float* rows = _lower.RowPointer(block * Block);
        Multiply<TSimd>(rows, _lower.Stride, count * Block, above, column * Block, remainder);
        for (int row = 0; row < count * Block; row++)
        {
            Span<float> given = Group(_lower.RowPointer((block * Block) + row), column), target = Group(remainder, row);
            for (int index = 0; index < Block; index++)
                target[index] = given[index] - target[index];
        }
    }

    private static void Multiply<TSimd>(float* w, long stride, int rows, float* x, int depth, float* output) where TSimd : struct, ISimd<TSimd>
    {
        for (int start = 0; start == 0 || start < depth; start += Panel)
            GroupProduct.Run<TSimd>(w + start, stride, rows, x + ((long)start * Block), Math.Min(Panel, depth - start), output, add: start > 0);
    }

    /// <summary>inverse = L⁻ᵀ, where L Lᵀ = block + shift·I; in float64. Rows from <paramref name="count"/> on are zeros.</summary>
    private static void InvertFactor(float* block, int count, float shift, float* inverse)
    {
        double* l = stackalloc double[BlockSize], columns = stackalloc double[BlockSize];
        new Span<double>(columns, BlockSize).Clear();
        for (int row = 0; row < count; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                double sum = block[(row * Block) + column];
                for (int inner = 0; inner < column; inner++)
                    sum -= l[(row * Block) + inner] * l[(column * Block) + inner];
                // A pivot is at least the smallest squared singular value plus the shift, unless rounding was unusually bad.
                l[(row * Block) + column] = row == column ? Math.Sqrt(Math.Max(sum + shift, 1e-6)) : sum / l[(column * Block) + column];
            }
        }
        // Column by column, L times its inverse is I.
        for (int column = 0; column < count; column++)
        {
            double* target = columns + (column * Block);
            for (int row = column; row < count; row++)
            {
                double sum = row == column ? 1 : 0;
                for (int inner = column; inner < row; inner++)
                    sum -= l[(row * Block) + inner] * target[inner];
                target[row] = sum / l[(row * Block) + row];
            }
        }
        for (int index = 0; index < BlockSize; index++)
            inverse[index] = (float)columns[index];
    }

    /// <summary>Native memory for each worker; offsets are 64-bit.</summary>
    private sealed class Scratch(Workers workers, long length) : IDisposable
    {
        private readonly NativeBuffer<float> _buffer = new(workers.Count * length);

        public float* this[int worker] => _buffer.Pointer + (worker * length);

        public void Dispose() => _buffer.Dispose();
    }
}
