namespace Tangram;

/// <summary>The images of a step: which of a set, in order.</summary>
internal sealed record ImageBatch(ImageSet Images, ReadOnlyMemory<int> Indices)
{
    public int Count => Indices.Length;
}

/// <summary>Images as float rows [Count, D], in a matrix with room for the largest batch.</summary>
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

    /// <summary>Batch number <paramref name="step"/> of the training, counted through all epochs.</summary>
    public ImageBatch this[long step]
    {
        get
        {
            int epoch = (int)(step / BatchesPerEpoch), start = (int)(step % BatchesPerEpoch) * batch;
            if (epoch != _epoch)
                (_epoch, _order) = (epoch, new CounterRandom(seed, RandomPurpose.Shuffle, Epoch: epoch).Permutation(images.Count));
            return new ImageBatch(images, _order.AsMemory(start, Math.Min(batch, images.Count - start)));
        }
    }
}
