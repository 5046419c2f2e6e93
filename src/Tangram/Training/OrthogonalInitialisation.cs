using System.Numerics;
using System.Runtime.InteropServices;

namespace Tangram;

/// <summary>
/// A random semi-orthogonal matrix [F, D]: orthonormal rows where F ≤ D, else orthonormal columns. Source: Saxe, McClelland, Ganguli, "Exact solutions to the
/// nonlinear dynamics of learning in deep linear neural networks", 2013. Made by Cholesky-QR, twice, of a Gaussian matrix A [n, m], n ≤ m:
/// A Aᵀ = L Lᵀ, Q = L⁻¹ A; R's diagonal is positive, so Q is uniformly distributed. The second pass removes what rounding left (Yamamoto, Nakatsukasa,
/// Yanagisawa, Fukaya 2015). Arithmetic in float64.
/// </summary>
internal static class OrthogonalInitialisation
{
    private const int ColumnBlock = 64;

    public static void Fill(FloatMatrix weights, ulong seed, int member, Workers workers)
    {
        bool wide = weights.Rows <= weights.Columns;
        int n = Math.Min(weights.Rows, weights.Columns), m = Math.Max(weights.Rows, weights.Columns);
        var random = new CounterRandom(seed, RandomPurpose.Initialisation, member);
        double[][] a = new double[n][];
        workers.Run(n, (_, row) =>
        {
            a[row] = new double[m];
            for (int column = 0; column < m; column++)
                a[row][column] = random.Normal(((ulong)row * (ulong)m) + (ulong)column);
        });
        for (int pass = 0; pass < 2; pass++)
            Orthonormalise(a, m, workers);
        for (int row = 0; row < weights.Rows; row++)
        {
            Span<float> target = weights.Row(row);
            for (int column = 0; column < target.Length; column++)
                target[column] = (float)(wide ? a[row][column] : a[column][row]);
        }
    }

    private static void Orthonormalise(double[][] a, int m, Workers workers)
    {
        int n = a.Length;
        double[][] l = new double[n][];
        workers.Run(n, (_, item) =>
        {
            int row = n - 1 - item; // the longest first
            l[row] = new double[row + 1];
            for (int other = 0; other <= row; other++)
                l[row][other] = Dot(a[row], a[other]);
        });
        Factor(l);
        // Forward substitution, each block of columns on its own: q_i = (a_i − Σ_{j<i} l_ij q_j) / l_ii.
        workers.Run((m + ColumnBlock - 1) / ColumnBlock, (_, block) =>
        {
            int start = block * ColumnBlock, length = Math.Min(ColumnBlock, m - start);
            for (int row = 0; row < n; row++)
            {
                Span<double> target = a[row].AsSpan(start, length);
                for (int other = 0; other < row; other++)
                    SubtractScaled(target, l[row][other], a[other].AsSpan(start, length));
                for (int column = 0; column < target.Length; column++)
                    target[column] /= l[row][row];
            }
        });
    }

    /// <summary>Cholesky in place, row by row: l_ij = (g_ij − Σ_{k&lt;j} l_ik l_jk) / l_jj.</summary>
    private static void Factor(double[][] l)
    {
        for (int row = 0; row < l.Length; row++)
        {
            for (int column = 0; column < row; column++)
                l[row][column] = (l[row][column] - Dot(l[row].AsSpan(0, column), l[column].AsSpan(0, column))) / l[column][column];
            l[row][row] = Math.Sqrt(l[row][row] - Dot(l[row].AsSpan(0, row), l[row].AsSpan(0, row)));
        }
    }

    /// <summary>Four vector sums, then the tail: an order that depends on the length alone.</summary>
    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ReadOnlySpan<Vector<double>> x = MemoryMarshal.Cast<double, Vector<double>>(a), y = MemoryMarshal.Cast<double, Vector<double>>(b);
        Vector<double> s0 = default, s1 = default, s2 = default, s3 = default;
        int index = 0;
        for (; index <= x.Length - 4; index += 4)
        {
            s0 += x[index] * y[index];
            s1 += x[index + 1] * y[index + 1];
            s2 += x[index + 2] * y[index + 2];
            s3 += x[index + 3] * y[index + 3];
        }
        for (; index < x.Length; index++)
            s0 += x[index] * y[index];
        double sum = Vector.Sum((s0 + s1) + (s2 + s3));
        for (int tail = x.Length * Vector<double>.Count; tail < a.Length; tail++)
            sum += a[tail] * b[tail];
        return sum;
    }

    private static void SubtractScaled(Span<double> target, double factor, ReadOnlySpan<double> source)
    {
        Span<Vector<double>> t = MemoryMarshal.Cast<double, Vector<double>>(target);
        ReadOnlySpan<Vector<double>> s = MemoryMarshal.Cast<double, Vector<double>>(source);
        for (int index = 0; index < t.Length; index++)
            t[index] -= factor * s[index];
        for (int tail = t.Length * Vector<double>.Count; tail < target.Length; tail++)
            target[tail] -= factor * source[tail];
    }
}
