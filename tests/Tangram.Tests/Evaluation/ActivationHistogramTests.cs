namespace Tangram.Tests;

public sealed class ActivationHistogramTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1e-20, 0)]
    [InlineData(1e20, 0)]
    [InlineData(-3, 0)]
    [InlineData(1, 0.7)]
    public void Quantiles_are_right_to_1_percent_and_the_rest_is_exact(double scale, double shift)
    {
        var random = new CounterRandom(1, RandomPurpose.Shuffle);
        var histogram = new ActivationHistogram();
        float[] values = [.. Enumerable.Range(0, 5001).Select(index => (float)(scale * (Math.Exp(2 * random.Normal((ulong)index)) - shift)))];
        Array.ForEach(values, histogram.Add);
        Array.Sort(values);
        ActivationDistribution distribution = histogram.Distribution();
        AssertClose(values[250], distribution.Value.P05);
        AssertClose(values[2500], distribution.Value.P50);
        AssertClose(values[4750], distribution.Value.P95);
        Assert.Equal((values[0], values[5000]), (distribution.Value.Min, distribution.Value.Max));
        Assert.Equal(1, distribution.Value.Mean / values.Average(value => (double)value), 1e-9);
        Assert.Equal(values.Count(value => value < 0) / 5001.0, distribution.NegativeFraction);
    }

    [Fact]
    public void A_single_value_is_every_quantile()
    {
        foreach (float value in new[] { 1f, -0.3f, float.Epsilon, float.MaxValue, float.MinValue })
        {
            var histogram = new ActivationHistogram();
            histogram.Add(value);
            Assert.Equal(new Quantiles(value, value, value, value, value, value), histogram.Distribution().Value);
        }
    }

    [Fact]
    public void Infinities_dont_disturb_the_quantiles_of_the_rest()
    {
        var histogram = new ActivationHistogram();
        foreach (float value in new[] { float.NegativeInfinity, 1, 2, 3, float.PositiveInfinity })
            histogram.Add(value);
        Quantiles value5 = histogram.Distribution().Value;
        AssertClose(2, value5.P50);
        Assert.Equal((double.NegativeInfinity, double.PositiveInfinity), (value5.Min, value5.Max));
    }

    [Fact]
    public void No_values_have_no_distribution()
    {
        ActivationDistribution distribution = new ActivationHistogram().Distribution();
        Assert.True(double.IsNaN(distribution.NegativeFraction));
        Assert.True(double.IsNaN(distribution.Value.P50));
        Assert.True(double.IsNaN(distribution.Value.Mean));
        Assert.True(double.IsNaN(distribution.Value.Min));
        Assert.True(double.IsNaN(distribution.Value.Max));
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(actual - expected) <= 0.01 * Math.Abs(expected), $"{actual} isn't within 1 % of {expected}");
}
