namespace Tangram.Tests;

public sealed class CodeMapTests : IDisposable
{
    private readonly Workers _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Codes_of_a_plane_keep_their_distances_and_all_variance()
    {
        var random = new CounterRandom(1, RandomPurpose.Shuffle);
        (double A, double B)[] places = [.. Enumerable.Range(0, 25).Select(image => (random.Normal((ulong)(2 * image)), random.Normal((ulong)((2 * image) + 1))))];
        CodeMap map = CodeMap.Of(Given.Codes([.. places.Select(place => new[] { (float)place.A, (float)(place.A + place.B), 0, (float)(2 * place.B), 3 })]), _workers)!;
        Assert.Equal(Enumerable.Range(0, 25), map.Items);
        Assert.Equal(1, map.Share, 1e-4);
        for (int a = 0; a < 25; a++)
        {
            for (int b = 0; b < a; b++)
            {
                double da = places[a].A - places[b].A, db = places[a].B - places[b].B;
                Assert.Equal(Math.Sqrt((da * da) + ((da + db) * (da + db)) + (4 * db * db)), Math.Sqrt(Math.Pow(map.X[a] - map.X[b], 2) + Math.Pow(map.Y[a] - map.Y[b], 2)), 1e-3);
            }
        }
        Assert.True(map.X.Sum(x => x * x) >= map.Y.Sum(y => y * y));
        Assert.Equal(0, map.X.Average(), 1e-4);
    }

    [Fact]
    public void The_share_of_variance_is_what_two_components_hold()
    {
        // Independent directions of variance 4, 2 and 2 (values ± on one feature at a time): two of them hold ¾.
        float[][] codes = [[2, 0, 0], [-2, 0, 0], [0, 1, 1], [0, -1, -1], [0, 1, -1], [0, -1, 1]];
        CodeMap map = CodeMap.Of(Given.Codes(codes), _workers)!;
        Assert.Equal(0.75, map.Share, 1e-4); // squares 8, 4 and 4
    }

    [Fact]
    public void Codes_that_vary_in_fewer_than_two_directions_or_are_fewer_than_three_have_no_map()
    {
        Assert.Null(CodeMap.Of(Given.Codes([1, 2], [3, 4]), _workers));
        Assert.Null(CodeMap.Of(Given.Codes([1, 2], [1, 2], [1, 2]), _workers));
        Assert.Null(CodeMap.Of(Given.Codes([0, 0], [0, 0], [0, 0]), _workers));
        Assert.Null(CodeMap.Of(Given.Codes([1, 2], [2, 4], [3, 6], [5, 10]), _workers));
        Assert.Null(CodeMap.Of(Given.Codes([1], [2], [5]), _workers));
    }
}
