namespace Tangram;

/// <summary>
/// A random semi-orthogonal matrix [F, D]: orthonormal rows where F ≤ D, else orthonormal columns. Source: Saxe, McClelland, Ganguli, "Exact solutions to the
/// nonlinear dynamics of learning in deep linear neural networks", 2013. Made by Cholesky-QR of a Gaussian matrix A [n, m], n ≤ m: A Aᵀ = L Lᵀ, Q = L⁻¹ A;
/// R's diagonal is positive, so Q is uniformly distributed. Squaring A loses what lies below the root of float32's precision, so A Aᵀ is shifted, and passes
/// repeated, until a pass begins so close to orthonormal rows that it ends with them: two passes where n ≪ m, three or four for a square. Source: Fukaya,
/// Kannan, Nakatsukasa, Yamamoto, Yanagisawa, "Shifted Cholesky QR for computing the QR factorization of ill-conditioned matrices", 2020.
/// Beside the weights this takes n² floats and, for F &gt; D, the transpose: 1 GiB for 16,384 × 16,384, 1 MiB and 128 MiB for 65,536 × 512.
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

    public static void Fill(FloatMatrix weights, ulong seed, int member, Workers workers)
    {
        if (weights.Rows <= weights.Columns)
        {
            FillRows(weights, seed, member, workers);
            return;
        }
        using var columns = new FloatMatrix(weights.Columns, weights.Rows);
        FillRows(columns, seed, member, workers);
        Transpose(columns, weights, workers);
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

    private static void Transpose(FloatMatrix source, FloatMatrix target, Workers workers)
    {
        const int Block = FloatMatrix.StrideUnit; // a cache line of the source
        workers.Run((target.Rows + Block - 1) / Block, (_, block) =>
        {
            int start = block * Block, end = Math.Min(start + Block, target.Rows);
            for (int column = 0; column < target.Columns; column++)
            {
                float* values = source.RowPointer(column);
                for (int row = start; row < end; row++)
                    target.RowPointer(row)[column] = values[row];
            }
        });
    }
}
