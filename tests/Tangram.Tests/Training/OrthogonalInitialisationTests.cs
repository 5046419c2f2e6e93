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
    public void The_shorter_sides_vectors_are_orthonormal(int features, int inputs)
    {
        using FloatMatrix weights = Make(features, inputs, seed: 1, member: 0, threads: 2);
        bool rows = features <= inputs;
        int vectors = Math.Min(features, inputs);
        for (int a = 0; a < vectors; a++)
        {
            for (int b = 0; b <= a; b++)
                Assert.Equal(a == b ? 1 : 0, Product(weights, a, b, rows), 1e-6);
        }
        Numbers.PaddingIsZero(weights);
    }

    [Theory]
    [InlineData(83, 31)]
    [InlineData(31, 83)]
    [InlineData(70, 70)]
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
        OrthogonalInitialisation.Fill(weights, seed, member, workers);
        return weights;
    }

    private static double Product(FloatMatrix weights, int a, int b, bool rows)
    {
        if (rows)
            return GroupProduct.Reference(weights.Row(a), weights.Row(b));
        double sum = 0;
        for (int row = 0; row < weights.Rows; row++)
            sum += (double)weights.Row(row)[a] * weights.Row(row)[b];
        return sum;
    }
}
