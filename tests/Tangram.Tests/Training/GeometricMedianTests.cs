namespace Tangram.Tests;

public sealed class GeometricMedianTests
{
    [Fact]
    public void On_a_line_it_is_the_middle_point() => AssertMedian([3, 0], (0, 0), (1, 0), (3, 0), (7, 0), (100, 0));

    [Fact]
    public void Of_a_square_it_is_the_centre() => AssertMedian([0.5, 0.5], (0, 0), (1, 0), (0, 1), (1, 1));

    [Fact]
    public void Of_four_corners_it_is_where_the_diagonals_cross() => AssertMedian([1, 1], (0, 0), (4, 4), (0, 2), (2, 0));

    /// <summary>Fermat's point: each side is seen under 120°.</summary>
    [Fact]
    public void Of_a_triangle_it_is_Fermats_point() =>
        AssertMedian([0, 1 / Math.Sqrt(3)], (-1, 0), (1, 0), (0, 5));

    /// <summary>With an angle of more than 120°, its corner.</summary>
    [Fact]
    public void Of_an_obtuse_triangle_it_is_the_corner() => AssertMedian([0, 0], (0, 0), (10, 1), (-10, 1));

    /// <summary>The iteration starts at the mean, which is one of the points but not their median.</summary>
    [Fact]
    public void A_point_at_the_first_estimate_does_not_hold_it()
    {
        (double, double)[] points = [(0, 0), (3, 0), (-1, 1), (-1, -1), (-1, 0)];
        double[] median = Of(points);
        Assert.InRange(Cost(points, median), 0, Cost(points, [0, 0]) - 0.05);
        AssertLeast(points, median);
    }

    /// <summary>Where more points lie than the others pull, the estimate stays.</summary>
    [Fact]
    public void Points_that_outweigh_the_others_are_the_median() => AssertMedian([0, 0], (0, 0), (0, 0), (0, 0), (1, 0), (0, 1));

    [Fact]
    public void Points_that_are_all_one_are_their_median() => AssertMedian([2, 3], (2, 3), (2, 3), (2, 3));

    [Fact]
    public void No_point_nearby_is_better()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            float[] numbers = Numbers.Row(30, seed);
            (double, double)[] points = [.. Enumerable.Range(0, 15).Select(index => ((double)numbers[2 * index], (double)numbers[(2 * index) + 1]))];
            AssertLeast(points, Of(points));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Any_number_of_threads_gives_the_same_bits(int threads)
    {
        ImageSet images = Sessions.Images(200, 300, 3);
        using Workers one = new(1), more = new(threads);
        Assert.Equal(GeometricMedian.Of(images, one), GeometricMedian.Of(images, more));
        Assert.Equal(GeometricMedian.Mean(images, one), GeometricMedian.Mean(images, more));
    }

    [Fact]
    public void The_mean_is_the_mean()
    {
        ImageSet images = Sessions.Images(7, 150, 4);
        using var workers = new Workers(2);
        double[] mean = GeometricMedian.Mean(images, workers);
        var row = new float[150];
        var sum = new double[150];
        for (int image = 0; image < 7; image++)
        {
            images.CopyTo(image, row);
            for (int column = 0; column < 150; column++)
                sum[column] += row[column];
        }
        Assert.Equal(sum.Select(value => value / 7), mean);
    }

    private static void AssertMedian(double[] expected, params (double X, double Y)[] points)
    {
        double[] median = Of(points);
        Assert.Equal(expected[0], median[0], 1e-4);
        Assert.Equal(expected[1], median[1], 1e-4);
    }

    private static void AssertLeast((double X, double Y)[] points, double[] median)
    {
        double cost = Cost(points, median);
        for (int direction = 0; direction < 16; direction++)
        {
            double angle = direction * Math.PI / 8;
            Assert.InRange(Cost(points, [median[0] + (0.01 * Math.Cos(angle)), median[1] + (0.01 * Math.Sin(angle))]), cost, double.MaxValue);
        }
    }

    private static double Cost((double X, double Y)[] points, double[] point) =>
        points.Sum(one => Math.Sqrt(((one.X - point[0]) * (one.X - point[0])) + ((one.Y - point[1]) * (one.Y - point[1]))));

    private static double[] Of(params (double X, double Y)[] points)
    {
        using var workers = new Workers(2);
        return GeometricMedian.Of(ImageSet.FromRows("points", 2, points.SelectMany(one => new[] { (float)one.X, (float)one.Y }).ToArray()), workers);
    }
}
