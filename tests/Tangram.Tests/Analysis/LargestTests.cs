namespace Tangram.Tests;

public sealed class LargestTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void The_largest_come_first_and_of_equal_ones_the_lowest_number_in_whatever_order_they_came(int capacity)
    {
        var random = new CounterRandom(5, RandomPurpose.Shuffle);
        double[] scores = [.. Enumerable.Range(0, 200).Select(item => random.Below(30, (ulong)item) - 10.0)];
        var largest = new Largest(capacity);
        for (int round = 0; round < 2; round++) // taking empties it
        {
            foreach (int item in random.Permutation(scores.Length))
                largest.Offer(item, scores[item]);
            Assert.Equal(scores.Select((score, item) => (item, score)).OrderByDescending(one => one.score).ThenBy(one => one.item).Take(capacity), largest.Take());
        }
    }
}
