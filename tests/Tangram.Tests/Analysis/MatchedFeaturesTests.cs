namespace Tangram.Tests;

/// <summary>What the closest of many random rows is like, against rows that are random.</summary>
public sealed class MatchedFeaturesTests
{
    [Theory]
    [InlineData(200, 784)]
    [InlineData(1024, 784)]
    [InlineData(200, 64)]
    [InlineData(40, 20)]
    public void The_closest_by_chance_is_about_as_close_as_said(int rows, int length)
    {
        const int Trials = 12;
        double mean = Enumerable.Range(0, Trials).Average(trial =>
        {
            float[] sought = Row(trial, -1, length);
            return Enumerable.Range(0, rows).Max(row => (double)System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(sought, Row(trial, row, length)));
        });
        double said = MatchedFeatures.ByChance(Row(0, -1, length), rows);
        Assert.InRange(said, mean, mean + 0.12); // a little above the usual one, so that few are shown by chance
        Assert.InRange(said, 0, 1);
    }

    [Fact]
    public void Only_what_a_row_sees_counts()
    {
        float[] seen = Row(0, 0, 64), padded = [.. seen, .. new float[720]];
        Assert.Equal(MatchedFeatures.ByChance(seen, 200), MatchedFeatures.ByChance(padded, 200));
        Assert.InRange(MatchedFeatures.ByChance(new float[8], 200), 0.99, 1);
    }

    private static float[] Row(int trial, int row, int length)
    {
        var random = new CounterRandom((ulong)(trial + 1), RandomPurpose.Shuffle);
        // A sum of twelve even numbers is normal enough.
        return [.. Enumerable.Range(0, length).Select(at => Enumerable.Range(0, 12).Sum(part => (random.Below(10_001, (ulong)((((((row + 1) * length) + at) * 12L) + part))) / 10_000f) - 0.5f))];
    }
}
