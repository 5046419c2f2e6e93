namespace Tangram.Tests;

/// <summary>A runtime switch that silently did nothing would leave a tier untested: ./check says which tier each run must have.</summary>
public sealed class TierTests
{
    [Fact]
    public void The_tier_is_the_one_that_the_run_was_started_for()
    {
        string? expected = Environment.GetEnvironmentVariable("TANGRAM_EXPECTED_TIER");
        if (expected is not null)
            Assert.Equal(expected, $"{(int)SimdTiers.Best}");
        Assert.Contains((int)SimdTiers.Best, new[] { 1, 128, 256, 512 });
    }
}
