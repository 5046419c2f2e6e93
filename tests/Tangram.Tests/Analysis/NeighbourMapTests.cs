namespace Tangram.Tests;

/// <summary>t-SNE: its parts against the formulas, and what it is for.</summary>
public sealed class NeighbourMapTests
{
    private static readonly CounterRandom s_random = new(3, RandomPurpose.Shuffle);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(12.5)]
    public void Each_point_has_as_many_neighbours_as_the_perplexity_says(double perplexity)
    {
        const int Count = 40;
        double[] distances = [.. Enumerable.Range(0, Count).Select(other => other == 7 ? 0 : 100 + Math.Pow(s_random.Normal((ulong)other), 2))];
        var shares = new double[Count];
        NeighbourMap.Conditional(distances, 7, perplexity, shares);
        Assert.Equal(0, shares[7]);
        Assert.Equal(1, shares.Sum(), 1e-12);
        Assert.Equal(perplexity, Math.Exp(-shares.Where(share => share > 0).Sum(share => share * Math.Log(share))), 1e-4);
    }

    [Fact]
    public void Equal_distances_give_equal_neighbours()
    {
        var shares = new double[6];
        NeighbourMap.Conditional([0, 4, 4, 4, 4, 4], 0, 2, shares);
        Assert.Equal([0, 0.2, 0.2, 0.2, 0.2, 0.2], shares);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void The_gradient_is_that_of_the_divergence(double exaggeration)
    {
        const int Count = 11;
        using var workers = new Workers(2);
        double[] near = Near(Count, workers), x = Normal(Count, 100), y = Normal(Count, 200);
        var forces = new NeighbourMap.Forces(Count);
        NeighbourMap.Gradient(near, x, y, exaggeration, forces, workers);
        const double Step = 1e-5;
        for (int point = 0; point < Count; point++)
        {
            foreach (var (places, gradient) in new[] { (x, forces.X), (y, forces.Y) })
            {
                double here = places[point];
                places[point] = here + Step;
                double after = Cost(near, x, y, exaggeration);
                places[point] = here - Step;
                double before = Cost(near, x, y, exaggeration);
                places[point] = here;
                Assert.Equal((after - before) / (2 * Step), gradient[point], 1e-6);
            }
        }
    }

    [Fact]
    public void Neighbourhoods_are_symmetric_and_sum_to_one()
    {
        using var workers = new Workers(2);
        double[] near = Near(9, workers);
        Assert.Equal(1, near.Sum(), 1e-12);
        for (int row = 0; row < 9; row++)
        {
            for (int column = 0; column < 9; column++)
                Assert.Equal(near[(row * 9) + column], near[(column * 9) + row]);
        }
    }

    [Fact]
    public void What_lies_together_in_many_dimensions_stays_together_whatever_the_number_of_threads()
    {
        const int Groups = 4, Each = 30;
        float[][] codes = [.. Enumerable.Range(0, Groups * Each).Select(image =>
            Enumerable.Range(0, 12).Select(feature => (float)((feature % Groups == image % Groups ? 5 : 0) + s_random.Normal((ulong)((image * 12) + feature)))).ToArray())];
        NeighbourMap one = Map(codes, threads: 1)!, three = Map(codes, threads: 3)!;
        Assert.Equal(one.X, three.X);
        Assert.Equal(one.Y, three.Y);
        for (int image = 0; image < codes.Length; image++)
        {
            int own = image;
            int[] nearest = [.. Enumerable.Range(0, codes.Length).Where(other => other != own)
                .OrderBy(other => Math.Pow(one.X[other] - one.X[own], 2) + Math.Pow(one.Y[other] - one.Y[own], 2)).Take(5)];
            Assert.All(nearest, other => Assert.Equal(own % Groups, other % Groups));
        }
    }

    [Fact]
    public void Codes_that_are_equal_have_places_too()
    {
        NeighbourMap map = Map([.. Enumerable.Range(0, 20).Select(image => new float[] { image % 2, image % 3, 0 })], threads: 1)!;
        Assert.All(map.X.Concat(map.Y), place => Assert.True(double.IsFinite(place)));
    }

    [Fact]
    public void Too_few_codes_and_codes_that_do_not_differ_have_no_map()
    {
        Assert.Null(Map([[1, 0], [0, 1], [1, 1], [0, 2]], threads: 1));
        Assert.Null(Map([.. Enumerable.Repeat(new float[] { 1, 2 }, 10)], threads: 1));
    }

    private static NeighbourMap? Map(float[][] codes, int threads)
    {
        using var workers = new Workers(threads);
        using MapVectors vectors = MapVectors.OfCodes(Given.Codes(codes));
        return NeighbourMap.Of(vectors, workers);
    }

    private static double[] Normal(int count, ulong from) => [.. Enumerable.Range(0, count).Select(index => s_random.Normal(from + (ulong)index))];

    private static double[] Near(int count, Workers workers)
    {
        double[] a = Normal(count, 300), b = Normal(count, 400), distances = new double[count * count];
        for (int pair = 0; pair < distances.Length; pair++)
            distances[pair] = Math.Pow(a[pair / count] - a[pair % count], 2) + Math.Pow(b[pair / count] - b[pair % count], 2);
        return NeighbourMap.Neighbourhoods(distances, count, 3, workers);
    }

    /// <summary>What descends: Σ e·p_ij ln (e·p_ij / q_ij) for e = 1; for another e, what remains of it that depends on places, −Σ e·p ln t + ln Σ t.</summary>
    private static double Cost(double[] near, double[] x, double[] y, double exaggeration)
    {
        int count = x.Length;
        double total = 0, attracted = 0;
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < count; b++)
            {
                if (a == b)
                    continue;
                double close = 1 / (1 + Math.Pow(x[a] - x[b], 2) + Math.Pow(y[a] - y[b], 2));
                total += close;
                attracted += exaggeration * near[(a * count) + b] * Math.Log(close);
            }
        }
        return Math.Log(total) - attracted;
    }
}
