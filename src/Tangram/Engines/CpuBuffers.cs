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

    public CpuScratch(int features, int phases)
    {
        PreActivations = new FloatMatrix(GroupTranspose.RowBlock, features + FloatMatrix.StrideUnit); // apart by more than a power of two
        Dead = new NativeBuffer<float>(FloatMatrix.RoundUp(features, FloatMatrix.StrideUnit));
        Selection = new NativeBuffer<float>(TopKSelection.ScratchLength(features));
        CodeSum = new NativeBuffer<float>(features);
        Ticks = new long[phases + 16]; // the rest keeps two workers' ticks out of one cache line
    }

    public FloatMatrix PreActivations { get; }

    /// <summary>Pre-activations of dead features.</summary>
    public NativeBuffer<float> Dead { get; }

    public NativeBuffer<float> Selection { get; }

    /// <summary>[F]; zero between uses.</summary>
    public NativeBuffer<float> CodeSum { get; }

    public long[] Ticks { get; }

    public void Dispose()
    {
        PreActivations.Dispose();
        Dead.Dispose();
        Selection.Dispose();
        CodeSum.Dispose();
    }
}
