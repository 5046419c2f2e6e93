namespace Tangram;

/// <summary>The images of one step: rows [Count, D] in a matrix with room for the largest batch. The last batch of an epoch may be short.</summary>
internal sealed class Batch(int capacity, int columns) : IDisposable
{
    public FloatMatrix Rows { get; } = new(capacity, columns);

    public int Count { get; private set; }

    /// <summary>Fills the batch with the images <paramref name="indices"/> of a set.</summary>
    public void Fill(ImageSet images, ReadOnlySpan<int> indices)
    {
        for (int row = 0; row < indices.Length; row++)
            images.CopyTo(indices[row], Rows.Row(row));
        Count = indices.Length;
    }

    public void Dispose() => Rows.Dispose();
}

/// <summary>The order of images in an epoch: a function of seed and epoch alone.</summary>
internal sealed class EpochOrder(ImageSet images, int batch, ulong seed)
{
    private int _epoch = -1;
    private int[] _order = [];

    public int BatchesPerEpoch => 1 + ((images.Count - 1) / batch); // the batch may be far larger than the set

    /// <summary>Fills batch number <paramref name="position"/> of an epoch.</summary>
    public void Read(int epoch, int position, Batch into)
    {
        if (epoch != _epoch)
            (_epoch, _order) = (epoch, new CounterRandom(seed, RandomPurpose.Shuffle, Epoch: epoch).Permutation(images.Count));
        int start = position * batch;
        into.Fill(images, _order.AsSpan(start, Math.Min(batch, images.Count - start)));
    }
}
