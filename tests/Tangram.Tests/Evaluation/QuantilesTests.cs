namespace Tangram.Tests;

public sealed class QuantilesTests
{
    [Fact]
    public void Quantiles_between_numbers_are_interpolated_as_numpy_does()
    {
        // np.quantile([1, 2, 4, 8], [.05, .5, .95]): places .15, 1.5 and 2.85 between 0 and 3
        Assert.Equal(new Quantiles(3.75, 1, 1.15, 3, 4 + (0.85 * 4), 8), Rounded(Quantiles.Of([8, 1, 4, 2])));
        // Places .2, 2 and 3.8 between 0 and 4
        Assert.Equal(new Quantiles(6, -10, -8, 0, 32, 40), Rounded(Quantiles.Of([0, 0, -10, 40, 0])));
    }

    [Fact]
    public void Quantiles_at_numbers_are_these_numbers()
    {
        Assert.Equal(new Quantiles(50, 0, 5, 50, 95, 100), Rounded(Quantiles.Of(Enumerable.Range(0, 101).Reverse().Select(number => (double)number))));
        Assert.Equal(new Quantiles(7, 7, 7, 7, 7, 7), Quantiles.Of([7]));
    }

    [Fact]
    public void Of_no_numbers_all_are_nan() => Assert.True(Quantiles.Of([]) is
    { Mean: double.NaN, Min: double.NaN, P05: double.NaN, P50: double.NaN, P95: double.NaN, Max: double.NaN });

    [Fact]
    public void The_mean_of_several_is_taken_figure_by_figure() =>
        Assert.Equal(new Quantiles(2, 3, 4, 5, 6, 7), Quantiles.MeanOf([new(1, 2, 3, 4, 5, 6), new(3, 4, 5, 6, 7, 8)]));

    private static Quantiles Rounded(Quantiles q) =>
        new(Math.Round(q.Mean, 12), Math.Round(q.Min, 12), Math.Round(q.P05, 12), Math.Round(q.P50, 12), Math.Round(q.P95, 12), Math.Round(q.Max, 12));
}
