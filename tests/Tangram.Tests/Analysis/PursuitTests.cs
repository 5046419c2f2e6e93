using MathNet.Numerics.LinearAlgebra;

namespace Tangram.Tests;

public sealed class PursuitTests
{
    private const int Features = 60, Pixels = 40;
    private static readonly Matrix<double> s_dictionary = Dictionary();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(25)]
    public void Matching_takes_what_looking_at_pixels_takes(int steps)
    {
        Vector<double> x = Image(3), residual = x.Clone();
        var expected = new double[Features];
        for (int step = 0; step < steps; step++)
        {
            Vector<double> correlations = s_dictionary * residual;
            int best = correlations.AbsoluteMaximumIndex();
            expected[best] += correlations[best];
            residual -= correlations[best] * s_dictionary.Row(best);
        }
        AssertSame(expected, Pursuit.Matching(Gram(), Correlations(x), steps));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(25)]
    public void Orthogonal_pursuit_is_least_squares_from_scratch_after_each_step(int steps)
    {
        Vector<double> x = Image(4), residual = x.Clone();
        var chosen = new List<int>();
        Vector<double> activations = Vector<double>.Build.Dense(1);
        for (int step = 0; step < steps; step++)
        {
            Vector<double> correlations = s_dictionary * residual;
            chosen.Add(correlations.AbsoluteMaximumIndex());
            (activations, residual) = LeastSquares(chosen, x);
        }
        var expected = new double[Features];
        for (int slot = 0; slot < steps; slot++)
            expected[chosen[slot]] = activations[slot];
        AssertSame(expected, Pursuit.Orthogonal(Gram(), Correlations(x), steps));
    }

    [Fact]
    public void More_steps_never_lose_and_orthogonal_ones_lose_least()
    {
        for (ulong seed = 10; seed < 20; seed++)
        {
            Vector<double> x = Image(seed);
            double last = double.PositiveInfinity;
            foreach (int steps in new[] { 1, 3, 8, 20, 39 })
            {
                double matching = Error(x, Pursuit.Matching(Gram(), Correlations(x), steps));
                double orthogonal = Error(x, Pursuit.Orthogonal(Gram(), Correlations(x), steps));
                Assert.True(orthogonal <= matching + 1e-6);
                Assert.True(orthogonal <= last + 1e-6);
                last = orthogonal;
            }
            Assert.Equal(0, Error(x, Pursuit.Orthogonal(Gram(), Correlations(x), Features)), 1e-4); // more features than pixels
        }
    }

    [Fact]
    public void Copies_combinations_and_rows_of_zeros_are_passed_over()
    {
        double[][] own = [[1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [Math.Sqrt(0.5), Math.Sqrt(0.5), 0, 0], [-1, 0, 0, 0]];
        Matrix<double> rows = Matrix<double>.Build.DenseOfRowArrays(own);
        float[] correlations = Correlations(Vector<double>.Build.DenseOfArray([3, 1, 5, 0]), rows);
        var (features, activations) = Pursuit.Orthogonal(Gram(rows), correlations, 6);
        Assert.Equal(2, features.Length); // the plane that these rows lie in has two dimensions
        Vector<double> sum = Vector<double>.Build.Dense(4);
        for (int slot = 0; slot < 2; slot++)
            sum += activations[slot] * rows.Row(features[slot]);
        Assert.Equal([3, 1, 0, 0], sum.Select(value => Math.Round(value, 4)));
        Assert.Empty(Pursuit.Orthogonal(Gram(rows), new float[6], 6).Features);
        Assert.Empty(Pursuit.Matching(Gram(rows), new float[6], 6).Features);
        Assert.DoesNotContain(2, Pursuit.Matching(Gram(rows), correlations, 6).Features);
    }

    private static (Vector<double> Activations, Vector<double> Residual) LeastSquares(List<int> chosen, Vector<double> x)
    {
        Matrix<double> own = Matrix<double>.Build.DenseOfRowVectors(chosen.Select(feature => s_dictionary.Row(feature))).Transpose();
        Vector<double> activations = own.QR().Solve(x);
        return (activations, x - (own * activations));
    }

    private static void AssertSame(double[] expected, (int[] Features, float[] Activations) actual)
    {
        Assert.Equal(actual.Features.Order(), actual.Features);
        Assert.Equal(Enumerable.Range(0, Features).Where(feature => expected[feature] != 0), actual.Features);
        Assert.All(actual.Features.Zip(actual.Activations), one => Assert.Equal(expected[one.First], one.Second, 1e-4));
    }

    private static double Error(Vector<double> x, (int[] Features, float[] Activations) code)
    {
        Vector<double> left = x.Clone();
        for (int slot = 0; slot < code.Features.Length; slot++)
            left -= code.Activations[slot] * s_dictionary.Row(code.Features[slot]);
        return left.L2Norm();
    }

    private static FloatMatrix Gram() => Gram(s_dictionary);

    private static FloatMatrix Gram(Matrix<double> rows)
    {
        var gram = new FloatMatrix(rows.RowCount, rows.RowCount);
        Matrix<double> products = rows * rows.Transpose();
        for (int row = 0; row < rows.RowCount; row++)
            Array.ConvertAll(products.Row(row).ToArray(), value => (float)value).CopyTo(gram.Row(row));
        return gram;
    }

    private static float[] Correlations(Vector<double> x) => Correlations(x, s_dictionary);

    private static float[] Correlations(Vector<double> x, Matrix<double> rows) => Array.ConvertAll((rows * x).ToArray(), value => (float)value);

    private static Vector<double> Image(ulong seed) => Vector<double>.Build.Dense(Array.ConvertAll(Numbers.Row(Pixels, seed), value => (double)value));

    private static Matrix<double> Dictionary() => Matrix<double>.Build.DenseOfRowVectors(
        Enumerable.Range(0, Features).Select(feature => Image((ulong)(100 + feature)).Normalize(2)));
}
