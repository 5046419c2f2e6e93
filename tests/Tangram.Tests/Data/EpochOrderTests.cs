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
            float[][] batches = ReadEpoch(order, batch, epoch);
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
        float[][][] epochs = [.. Enumerable.Range(0, 3).Select(epoch => ReadEpoch(straight, 5, epoch))];
        Assert.NotEqual(epochs[0], epochs[1]);

        // Started in the middle, as after a resume, and read backwards
        var resumed = new EpochOrder(Set, 5, seed: 3);
        using var batch = new Batch(5, 1);
        resumed.Read(2, 4, batch);
        Assert.Equal(epochs[2][4], Values(batch));
        resumed.Read(0, 1, batch);
        Assert.Equal(epochs[0][1], Values(batch));

        Assert.NotEqual(epochs[0], ReadEpoch(new EpochOrder(Set, 5, seed: 4), 5, 0));
        Assert.Equal(epochs[1].SelectMany(one => one), ReadEpoch(new EpochOrder(Set, 7, seed: 3), 7, 1).SelectMany(one => one));
    }

    private static float[][] ReadEpoch(EpochOrder order, int capacity, int epoch)
    {
        using var batch = new Batch(capacity, 1);
        var batches = new float[order.BatchesPerEpoch][];
        for (int position = 0; position < batches.Length; position++)
        {
            order.Read(epoch, position, batch);
            batches[position] = Values(batch);
        }
        return batches;
    }

    private static float[] Values(Batch batch) => [.. Enumerable.Range(0, batch.Count).Select(row => batch.Rows.Row(row)[0])];
}
