namespace Tangram.Tests;

public sealed class EpochOrderTests
{
    private const int Images = 23;
    private static readonly ImageSet Set = ImageSet.FromRows("numbers", 1, Enumerable.Range(0, Images).Select(value => (float)value).ToArray());

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(23)]
    [InlineData(100)]
    public void Every_image_is_seen_exactly_once_an_epoch_and_the_last_batch_may_be_short(int batch)
    {
        var order = new EpochOrder(Set, batch, seed: 3);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            float[][] batches = ReadEpoch(order, epoch);
            Assert.Equal((Images + batch - 1) / batch, batches.Length);
            Assert.All(batches[..^1], one => Assert.Equal(batch, one.Length));
            Assert.InRange(batches[^1].Length, 1, batch);
            Assert.Equal(Enumerable.Range(0, Images).Select(value => (float)value), batches.SelectMany(one => one).Order());
        }
    }

    [Fact]
    public void A_batch_far_larger_than_the_set_is_the_whole_set() =>
        Assert.Equal(1, new EpochOrder(Sessions.Images(3, 2, 1), int.MaxValue, 1).BatchesPerEpoch);

    [Fact]
    public void The_order_is_a_function_of_seed_and_epoch_alone()
    {
        var straight = new EpochOrder(Set, 5, seed: 3);
        float[][][] epochs = [.. Enumerable.Range(0, 3).Select(epoch => ReadEpoch(straight, epoch))];
        Assert.NotEqual(epochs[0], epochs[1]);

        // Started in the middle, as after a resume, and read backwards
        var resumed = new EpochOrder(Set, 5, seed: 3);
        Assert.Equal(epochs[2][4], Values(resumed[(2 * resumed.BatchesPerEpoch) + 4]));
        Assert.Equal(epochs[0][1], Values(resumed[1]));

        Assert.NotEqual(epochs[0], ReadEpoch(new EpochOrder(Set, 5, seed: 4), 0));
        Assert.Equal(epochs[1].SelectMany(one => one), ReadEpoch(new EpochOrder(Set, 7, seed: 3), 1).SelectMany(one => one));
    }

    private static float[][] ReadEpoch(EpochOrder order, int epoch) =>
        [.. Enumerable.Range(0, order.BatchesPerEpoch).Select(position => Values(order[((long)epoch * order.BatchesPerEpoch) + position]))];

    private static float[] Values(ImageBatch batch)
    {
        using var rows = new Batch(batch.Count, 1);
        rows.Fill(batch.Images, batch.Indices.Span);
        return [.. Enumerable.Range(0, batch.Count).Select(row => rows.Rows.Row(row)[0])];
    }
}
