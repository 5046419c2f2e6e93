namespace Tangram;

/// <summary>
/// A random semi-orthogonal matrix [F, D]: orthonormal rows where F ≤ D, else orthonormal columns. Source: Saxe, McClelland, Ganguli, "Exact solutions to the
/// nonlinear dynamics of learning in deep linear neural networks", 2013. Made by Cholesky-QR of a Gaussian matrix A [n, m], n ≤ m: A Aᵀ = L Lᵀ, Q = L⁻¹ A;
/// R's diagonal is positive, so Q is uniformly distributed. Squaring A loses what lies below the root of float32's precision, so A Aᵀ is shifted, and passes
/// repeated, until a pass begins so close to orthonormal rows that it ends with them: two passes where n ≪ m, three or four for a square. Source: Fukaya,
/// Kannan, Nakatsukasa, Yamamoto, Yanagisawa, "Shifted Cholesky QR for computing the QR factorization of ill-conditioned matrices", 2020.
/// This takes FD + n² floats for its time: 2 GiB for 16,384 × 16,384.
/// </summary>
internal static unsafe class OrthogonalInitialisation
{
    /// <summary>
    /// In units of A's largest squared singular value, about 1 in every pass. Far above the rounding errors of A Aᵀ and its factor (the paper's bound
    /// assumes that they add up; they average out), and low enough that a pass divides a bad condition number by 300.
    /// </summary>
    private const float Shift = 1e-5f;

    /// <summary>Passes end sooner unless rows depend on each other, which chance doesn't bring about.</summary>
    private const int MostPasses = 8;

    /// <summary>Makes the matrix [rows, columns] and gives <paramref name="setRow"/> its rows in order.</summary>
    public static void Fill(int rows, int columns, ulong seed, int member, Workers workers, Action<int, ReadOnlySpan<float>> setRow)
    {
        bool wide = rows <= columns;
        using var matrix = new FloatMatrix(Math.Min(rows, columns), Math.Max(rows, columns));
        FillRows(matrix, seed, member, workers);
        const int Block = FloatMatrix.StrideUnit; // a cache line
        using var block = new FloatMatrix(Block, columns);
        for (int row = 0; row < rows; row++)
        {
            if (!wide && row % Block == 0)
                Transpose(matrix, row, Math.Min(Block, rows - row), block);
            setRow(row, wide ? matrix.Row(row) : block.Row(row % Block));
        }
    }

    private static void FillRows(FloatMatrix matrix, ulong seed, int member, Workers workers)
    {
        var random = new CounterRandom(seed, RandomPurpose.Initialisation, member);
        // Davidson and Szarek 2001: the largest singular value of a Gaussian matrix is about √n + √m.
        double scale = 1 / (Math.Sqrt(matrix.Rows) + Math.Sqrt(matrix.Columns));
        workers.Run(matrix.Rows, (_, row) =>
        {
            Span<float> target = matrix.Row(row);
            ulong first = (ulong)row * (ulong)target.Length;
            for (int column = 0; column < target.Length; column++)
                target[column] = (float)(scale * random.Normal(first + (ulong)column));
        });
        Orthonormalise(matrix, workers);
    }

    /// <summary>Makes rows orthonormal that aren't far from independent; no more rows than columns.</summary>
    public static void Orthonormalise(FloatMatrix matrix, Workers workers)
    {
        using var factor = new CholeskyFactor(matrix.Rows);
        switch (SimdTiers.Best)
        {
            case SimdTier.Bits512: Orthonormalise<Simd512>(matrix, factor, workers); break;
            case SimdTier.Bits256: Orthonormalise<Simd256>(matrix, factor, workers); break;
            case SimdTier.Bits128: Orthonormalise<Simd128>(matrix, factor, workers); break;
            default: Orthonormalise<SimdScalar>(matrix, factor, workers); break;
        }
    }

    private static void Orthonormalise<TSimd>(FloatMatrix matrix, CholeskyFactor factor, Workers workers) where TSimd : struct, ISimd<TSimd>
    {
        bool close = false;
        for (int pass = 0; pass < MostPasses && !close; pass++)
        {
            factor.SetToGram<TSimd>(matrix, workers);
            // Then no squared singular value is below a half, and one pass without a shift leaves only its own rounding.
            close = factor.DistanceFromIdentity(workers) < 0.5;
            factor.Factorise<TSimd>(close ? 0 : Shift, workers);
            factor.Solve<TSimd>(matrix, workers);
        }
    }

    /// <summary>Columns of the source from <paramref name="first"/> on become the target's first rows.</summary>
    private static void Transpose(FloatMatrix source, int first, int count, FloatMatrix target)
    {
        for (int column = 0; column < source.Rows; column++)
        {
            float* values = source.RowPointer(column) + first;
            for (int row = 0; row < count; row++)
                target.RowPointer(row)[column] = values[row];
        }
    }
}
