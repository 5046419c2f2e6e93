namespace Tangram;

/// <summary>A batch on the CPU: its images as float rows in panels.</summary>
internal sealed class CpuBatch(int capacity, Partition partition) : IDisposable
{
    public PanelMatrix Images { get; } = new(capacity, partition);

    public int Count { get; set; }

    public void Dispose() => Images.Dispose();
}

/// <summary>One worker's scratch, and the time it spent in each phase of a step.</summary>
internal sealed class CpuScratch : IDisposable
{
    /// <summary>Floats per feature that a worker needs: rows of pre-activations, those of dead features, the selection's scratch, a sum of codes.</summary>
    public const int RowsOfFeatures = GroupTranspose.RowBlock + 6;

    /// <summary>Features whose weights are rounded at a time.</summary>
    public const int BlockFeatures = 32;

    public CpuScratch(int features, int phases, int shardColumns, int roundedColumns)
    {
        Values = new NativeBuffer<float>(shardColumns);
        Weights = new NativeBuffer<ushort>((long)roundedColumns * BlockFeatures);
        Sums = new NativeBuffer<float>(roundedColumns > 0 ? BlockFeatures * GroupProduct.Lanes : 0);
        PreActivations = new FloatMatrix(GroupTranspose.RowBlock, features + FloatMatrix.StrideUnit); // apart by more than a power of two
        Dead = new NativeBuffer<float>(FloatMatrix.RoundUp(features, FloatMatrix.StrideUnit));
        Selection = new NativeBuffer<float>(TopKSelection.ScratchLength(features));
        CodeSum = new NativeBuffer<float>(features);
        Ticks = new long[phases + 16]; // the rest keeps two workers' ticks out of one cache line
    }

    /// <summary>A shard's columns of an image.</summary>
    public NativeBuffer<float> Values { get; }

    public FloatMatrix PreActivations { get; }

    /// <summary>[BlockFeatures, columns]: a panel of a block of weights, in bf16; empty without mixed precision, as is the next.</summary>
    public NativeBuffer<ushort> Weights { get; }

    /// <summary>[BlockFeatures, Lanes]: a panel's part of pre-activations.</summary>
    public NativeBuffer<float> Sums { get; }

    /// <summary>Pre-activations of dead features.</summary>
    public NativeBuffer<float> Dead { get; }

    public NativeBuffer<float> Selection { get; }

    /// <summary>[F]; zero between uses.</summary>
    public NativeBuffer<float> CodeSum { get; }

    public long[] Ticks { get; }

    /// <summary>Bytes of what mixed precision needs.</summary>
    public static long RoundingBytes(int roundedColumns) =>
        roundedColumns == 0 ? 0 : BlockFeatures * ((sizeof(ushort) * (long)roundedColumns) + (sizeof(float) * GroupProduct.Lanes));

    public void Dispose()
    {
        Values.Dispose();
        Weights.Dispose();
        Sums.Dispose();
        PreActivations.Dispose();
        Dead.Dispose();
        Selection.Dispose();
        CodeSum.Dispose();
    }
}
