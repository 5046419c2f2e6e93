namespace Tangram.Tests;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(100)]
    public void Without_shares_the_rate_is_constant(long step)
    {
        var options = new TrainingOptions { LearningRate = 0.003 };
        Assert.Equal(0.003, LearningRateSchedule.Rate(options, step, 100));
        Assert.True(LearningRateSchedule.IsConstant(options));
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(5, 0.5)]
    [InlineData(9, 0.9)]
    [InlineData(10, 1)]
    [InlineData(60, 1)]
    [InlineData(61, 1)] // of the last forty the first
    [InlineData(62, 39.0 / 40)]
    [InlineData(81, 0.5)]
    [InlineData(99, 2.0 / 40)]
    [InlineData(100, 1.0 / 40)]
    public void It_rises_from_0_stays_and_falls_towards_0(long step, double share)
    {
        var options = new TrainingOptions { LearningRate = 0.002, WarmUp = 0.1, Decay = 0.4 };
        Assert.Equal(0.002 * share, LearningRateSchedule.Rate(options, step, 100), 1e-15);
        Assert.False(LearningRateSchedule.IsConstant(options));
    }

    [Fact]
    public void A_rise_and_a_fall_over_everything_meet_at_a_peak()
    {
        var options = new TrainingOptions { LearningRate = 1, WarmUp = 0.5, Decay = 0.5 };
        double[] rates = [.. Enumerable.Range(1, 10).Select(step => LearningRateSchedule.Rate(options, step, 10))];
        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1, 1, 0.8, 0.6, 0.4, 0.2], rates.Select(rate => Math.Round(rate, 12)));
    }

    /// <summary>Shares that aren't whole steps, and a single step.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void No_step_has_a_rate_of_0_or_above_the_highest(long steps)
    {
        foreach (double share in new[] { 0.01, 0.3, 0.5 })
        {
            var options = new TrainingOptions { LearningRate = 1, WarmUp = share, Decay = share };
            for (long step = 1; step <= steps; step++)
                Assert.InRange(LearningRateSchedule.Rate(options, step, steps), 0.1, 1);
        }
    }
}
