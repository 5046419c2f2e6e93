namespace Tangram.Tests;

public sealed class BootstrapTests
{
    private const int Items = 400;

    [Fact]
    public void A_shares_interval_is_that_of_the_binomial_and_whole_groups_widen_it()
    {
        int[] alone = [.. Enumerable.Range(0, Items)], fours = [.. alone.Select(item => item / 4)];
        // Items of a group agree, so that there are a hundred observations, not four hundred.
        Func<int[]?, double> share = times => alone.Sum(item => (item / 4 % 2) * (times?[item] ?? 1)) / (double)(times?.Sum() ?? Items);
        Estimate single = Bootstrap.Of(alone, RandomPurpose.ReadoutResample, [share])[0], grouped = Bootstrap.Of(fours, RandomPurpose.ReadoutResample, [share])[0];
        Assert.Equal((0.5, 0.5), (single.Mean, grouped.Mean));
        double binomial = 2 * 1.96 * Math.Sqrt(0.25 / Items);
        Assert.Equal(binomial, single.High - single.Low, 0.1 * binomial);
        Assert.Equal(2 * binomial, grouped.High - grouped.Low, 0.2 * binomial);
    }

    [Fact]
    public void Draws_are_the_same_each_time_and_for_all_figures_so_that_pairs_can_be_compared()
    {
        int[] groups = [.. Enumerable.Range(0, 50)];
        Func<int[]?, double> mean = times => groups.Sum(item => item * (times?[item] ?? 1)) / 50.0;
        Estimate[] estimates = Bootstrap.Of(groups, RandomPurpose.ReadoutResample, [mean, mean, times => mean(times) - mean(times)]);
        Assert.Equal(estimates[0], estimates[1]);
        Assert.Equal(new Estimate(0, 0, 0), estimates[2]);
        Assert.Equal(estimates, Bootstrap.Of(groups, RandomPurpose.ReadoutResample, [mean, mean, _ => 0]));
    }

    [Fact]
    public void A_single_group_and_a_figure_without_value_have_no_interval()
    {
        Assert.Equal(new Estimate(3, double.NaN, double.NaN), Bootstrap.Of([7, 7, 7], RandomPurpose.ReadoutResample, [_ => 3])[0]);
        Assert.Empty(Bootstrap.Of([], RandomPurpose.ReadoutResample, []));
        Assert.True(double.IsNaN(Bootstrap.Of([1, 2], RandomPurpose.ReadoutResample, [_ => double.NaN])[0].High));
    }
}
