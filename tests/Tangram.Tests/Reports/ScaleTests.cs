namespace Tangram.Tests;

public sealed class ScaleTests
{
    [Fact]
    public void A_tight_scale_reaches_from_the_smallest_to_the_largest_value_with_round_numbers_between()
    {
        Scale scale = Scale.Tight([double.NaN, 0.37, 4.2, double.PositiveInfinity, 2], 100, 0);
        Assert.Equal((100, 0), (scale[0.37], scale[4.2]));
        Assert.Equal(50, scale[(0.37 + 4.2) / 2], 1e-9);
        Assert.Equal(["1", "2", "3", "4"], scale.Ticks.Select(scale.Label), StringComparer.Ordinal);
        Scale round = Scale.Linear([0.37, 4.2], 100, 0);
        Assert.True(round[0.37] < 100 && round[4.2] > 0); // widened to 0 … 5
    }

    [Fact]
    public void Without_values_or_with_equal_ones_a_tight_scale_is_a_wide_one()
    {
        Scale none = Scale.Tight([], 0, 10), equal = Scale.Tight([3, 3], 0, 10), zero = Scale.Tight([0], 0, 10);
        Assert.Equal((0, 10), (none[0], none[1]));
        Assert.Equal(5, equal[3], 1e-9);
        Assert.Equal(5, zero[0], 1e-9);
        Assert.All(new[] { none, equal, zero }, scale => Assert.True(scale.Ticks.Count >= 2));
    }

    [Fact]
    public void A_tight_scale_below_zero_is_tight_too()
    {
        Scale scale = Scale.Tight([-5, -5.0001], 0, 10);
        Assert.Equal((0, 10), (scale[-5.0001], scale[-5]));
        Scale across = Scale.Tight([-1.5, 2.5], 0, 8);
        Assert.Equal(3, across[0], 1e-9);
        Assert.Contains("0", across.Ticks.Select(across.Label), StringComparer.Ordinal);
    }
}
