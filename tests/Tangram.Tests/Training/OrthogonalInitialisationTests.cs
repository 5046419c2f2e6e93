namespace Tangram.Tests;

public sealed class OrthogonalInitialisationTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(1, 5)]
    [InlineData(83, 31)]
    [InlineData(31, 83)]
    [InlineData(65, 65)]
    [InlineData(200, 129)]
    [InlineData(33, 32)]
    [InlineData(31, 33)]
    [InlineData(96, 64)]
    [InlineData(257, 257)]
    [InlineData(259, 260)]
    [InlineData(130, 1041)] // several panels and groups, the last of each not whole
    [InlineData(3001, 7)]
    [InlineData(7, 3001)]
    public void The_shorter_sides_vectors_are_orthonormal(int features, int inputs)
    {
        using FloatMatrix weights = Make(features, inputs, seed: 1, member: 0, threads: 2);
        AssertOrthonormal(weights);
        Numbers.PaddingIsZero(weights);
    }

    /// <summary>Ill-conditioned enough that float32 can't factor A Aᵀ as it is; several groups of blocks, panels, and items of every loop.</summary>
    [Fact]
    public void A_large_square_is_orthonormal()
    {
        using FloatMatrix weights = Make(1000, 1000, seed: 6, member: 0, threads: 2);
        AssertOrthonormal(weights);
    }

    [Fact]
    public void Far_more_features_than_inputs_are_orthonormal()
    {
        using FloatMatrix weights = Make(65_536, 64, seed: 7, member: 0, threads: 2);
        AssertOrthonormal(weights);
    }

    /// <summary>The seeds' smallest singular values differ by orders of magnitude, and with them the passes that are needed.</summary>
    [Fact]
    public void Small_squares_of_any_condition_are_orthonormal()
    {
        for (ulong seed = 0; seed < 400; seed++)
        {
            int size = 1 + (int)(seed % 40);
            using FloatMatrix weights = Make(size, size, seed, member: 0, threads: 1);
            AssertOrthonormal(weights);
        }
    }

    /// <summary>Gram-Schmidt of the same numbers: whatever the shifts and passes, the result is the QR factor, which is uniformly distributed.</summary>
    [Theory]
    [InlineData(50, 200)]
    [InlineData(200, 50)]
    public void It_is_the_factor_of_a_Gaussian_matrix(int features, int inputs)
    {
        using FloatMatrix weights = Make(features, inputs, seed: 8, member: 2, threads: 2);
        var random = new CounterRandom(8, RandomPurpose.Initialisation, 2);
        double[][] actual = Vectors(weights), expected = new double[50][];
        for (int row = 0; row < expected.Length; row++)
        {
            double[] vector = [.. Enumerable.Range(0, 200).Select(column => random.Normal((ulong)((row * 200) + column)))];
            for (int other = 0; other < row; other++)
            {
                double product = Product(vector, expected[other]);
                vector = [.. vector.Zip(expected[other], (value, direction) => value - (product * direction))];
            }
            double length = Math.Sqrt(Product(vector, vector));
            expected[row] = [.. vector.Select(value => value / length)];
            Assert.InRange(expected[row].Zip(actual[row], (e, a) => Math.Abs(e - a)).Max(), 0, 1e-6);
        }
    }

    [Theory]
    [InlineData(83, 31)]
    [InlineData(31, 83)]
    [InlineData(70, 70)]
    [InlineData(1500, 300)]
    public void Any_number_of_threads_gives_the_same_bits(int features, int inputs)
    {
        using FloatMatrix single = Make(features, inputs, seed: 2, member: 1, threads: 1);
        foreach (int threads in new[] { 2, 3, 64 })
        {
            using FloatMatrix other = Make(features, inputs, seed: 2, member: 1, threads);
            Numbers.SameBits(single, other);
        }
    }

    [Fact]
    public void Members_and_seeds_differ()
    {
        using FloatMatrix first = Make(40, 30, seed: 3, member: 0, threads: 1), member = Make(40, 30, seed: 3, member: 1, threads: 1);
        using FloatMatrix seed = Make(40, 30, seed: 4, member: 0, threads: 1), highSeed = Make(40, 30, seed: 3 + (1UL << 40), member: 0, threads: 1);
        Assert.Equal(4, new[] { first, member, seed, highSeed }.Select(matrix => matrix.Row(0)[0]).Distinct().Count());
        foreach (FloatMatrix other in new[] { member, seed, highSeed })
        {
            // Not a permutation or a sign of the same numbers either: rows are as good as independent.
            double largest = 0;
            for (int row = 0; row < first.Rows; row++)
                largest = Math.Max(largest, Math.Abs(GroupProduct.Reference(first.Row(0), other.Row(row))));
            Assert.InRange(largest, 0, 0.9);
        }
    }

    [Fact]
    public void Entries_have_no_preferred_sign()
    {
        using FloatMatrix weights = Make(60, 60, seed: 5, member: 0, threads: 1);
        int positive = Enumerable.Range(0, 60).Sum(row => weights.Row(row).ToArray().Count(value => value > 0));
        Assert.InRange(positive, 1800 - 150, 1800 + 150); // five standard deviations
    }

    private static FloatMatrix Make(int features, int inputs, ulong seed, int member, int threads)
    {
        using var workers = new Workers(threads);
        var weights = new FloatMatrix(features, inputs);
        OrthogonalInitialisation.Fill(weights.Rows, weights.Columns, seed, member, workers, (row, values) => values.CopyTo(weights.Row(row)));
        return weights;
    }

    /// <summary>The shorter side's vectors, in float64.</summary>
    private static double[][] Vectors(FloatMatrix weights)
    {
        bool rows = weights.Rows <= weights.Columns;
        return [.. Enumerable.Range(0, Math.Min(weights.Rows, weights.Columns)).Select(vector => Enumerable.Range(0, Math.Max(weights.Rows, weights.Columns))
            .Select(index => (double)(rows ? weights.Row(vector)[index] : weights.Row(index)[vector])).ToArray())];
    }

    private static void AssertOrthonormal(FloatMatrix weights)
    {
        double[][] vectors = Vectors(weights);
        double[] largest = new double[vectors.Length];
        Parallel.For(0, vectors.Length, vector =>
        {
            for (int other = 0; other <= vector; other++)
                largest[vector] = Math.Max(largest[vector], Math.Abs(Product(vectors[vector], vectors[other]) - (other == vector ? 1 : 0)));
        });
        Assert.All(largest, error => Assert.InRange(error, 0, 5e-7));
    }

    private static double Product(double[] a, double[] b)
    {
        double sum = 0;
        for (int index = 0; index < a.Length; index++)
            sum += a[index] * b[index];
        return sum;
    }
}
