namespace Tangram.Tests;

public sealed class RateCurveTests
{
    private static readonly RateCurve Curve = RateCurve.Of("way",
        [new(100, 30, "c", 400), new(10, 20, "a", 200), new(20, 15, "beaten", 0), new(10, 19, "beaten too", 0), new(150, 30, "no better", 0)]);

    [Fact]
    public void Settings_that_others_beat_are_left_out() => Assert.Equal(["a", "c"], Curve.Points.Select(point => point.Setting), StringComparer.Ordinal);

    [Theory]
    [InlineData(9.9, null)]
    [InlineData(10.0, 20.0)]
    [InlineData(31.6227766, 25.0)] // half way by logarithm
    [InlineData(100.0, 30.0)]
    [InlineData(1e6, 30.0)]
    public void The_psnr_at_a_rate_lies_between_settings_by_the_rates_logarithm(double bytes, double? psnr)
    {
        Assert.Equal(psnr is null, Curve.PsnrAt(bytes) is null);
        Assert.Equal(psnr ?? 0, Curve.PsnrAt(bytes) ?? 0, 1e-6);
    }

    [Theory]
    [InlineData(12, 10.0, 200)]
    [InlineData(20, 10.0, 200)]
    [InlineData(25, 31.6227766, 400)]
    [InlineData(30, 100.0, 400)]
    [InlineData(30.1, null, 0)]
    public void The_fewest_bytes_of_a_psnr(double psnr, double? bytes, long shared)
    {
        var cost = Curve.CostAt(psnr);
        Assert.Equal(bytes is null, cost is null);
        Assert.Equal(bytes ?? 0, cost?.Bytes ?? 0, 1e-5);
        Assert.Equal(shared, cost?.SharedBytes ?? 0);
    }

    [Fact]
    public void What_is_shared_is_spread_over_those_that_share_it()
    {
        RateCurve shared = RateCurve.Shared("way", Curve.Points, 4);
        Assert.Equal([60.0, 200.0], shared.Points.Select(point => point.Bytes));
    }

    [Fact]
    public void No_settings_make_an_empty_curve()
    {
        RateCurve empty = RateCurve.Of("none", []);
        Assert.Null(empty.PsnrAt(10));
        Assert.Null(empty.CostAt(10));
    }
}
