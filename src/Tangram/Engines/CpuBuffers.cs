namespace Tangram;

/// <summary>A batch on the CPU: its images as float rows in panels.</summary>
internal sealed class CpuBatch(int capacity, Partition partition) : IDisposable
{
    public PanelMatrix Images { get; } = new(capacity, partition);

    public int Count { get; set; }

    public void Dispose() => Images.Dispose();
}

/// <summary>One member's parameters, moments, and buffers for one batch.</summary>
internal sealed unsafe class CpuMember : IDisposable
{
    private readonly PanelMatrix?[] _matrices = new PanelMatrix?[2 * 4];
    private readonly NativeBuffer<float> _preActivations, _partialPulls;
    private readonly long _partLength, _groupLength, _entries;

    public CpuMember(ModelOptions options, int batch, SessionExtras extras, MemoryPlan plan)
    {
        Partition partition = plan.Partition;
        _entries = (long)batch * options.MaximumNonZeros;
        _groupLength = (long)plan.Features * GroupProduct.Lanes;
        _partLength = (long)plan.Features * plan.TileImages;
        foreach (StateTensor tensor in StateTensor.Of(options, extras.Averages).Where(tensor => tensor.IsMatrix))
            _matrices[Index(tensor)] = new PanelMatrix(options.Features, partition, Index(tensor));
        Residuals = new PanelMatrix(batch, partition);
        _preActivations = new NativeBuffer<float>(_partLength * plan.Parts);
        Features = new NativeBuffer<int>(_entries);
        Activations = new NativeBuffer<float>(_entries);
        ConsistencyPulls = new NativeBuffer<float>(options.Members > 1 ? _entries : 0);
        _partialPulls = new NativeBuffer<float>(_entries * partition.Shards);
        Positions = new NativeBuffer<int>(_entries);
        Entries = new NativeBuffer<GradientEntry>(_entries);
        EntryStart = new int[options.Features + 1];
        SquaredErrors = [.. Enumerable.Range(0, partition.Shards).Select(_ => new float[batch])];
        Distances = new double[batch];
    }

    /// <summary>Codes, k entries per image.</summary>
    public NativeBuffer<int> Features { get; }

    public NativeBuffer<float> Activations { get; }

    /// <summary>The consistency term's part of ∂L/∂z; empty with one member.</summary>
    public NativeBuffer<float> ConsistencyPulls { get; }

    /// <summary>x̂ − x [batch, D].</summary>
    public PanelMatrix Residuals { get; }

    /// <summary>Σ e² over the columns of each shard, per image.</summary>
    public float[][] SquaredErrors { get; }

    /// <summary>M‖z_a‖² − ⟨z_a, Σ_b z_b⟩ per image.</summary>
    public double[] Distances { get; }

    /// <summary>Where each entry of the codes goes among <see cref="Entries"/>.</summary>
    public NativeBuffer<int> Positions { get; }

    /// <summary>The same entries by feature: those of feature f are EntryStart[f] … EntryStart[f + 1] − 1, images ascending.</summary>
    public NativeBuffer<GradientEntry> Entries { get; }

    public int[] EntryStart { get; }

    /// <summary>A matrix [F, D].</summary>
    public PanelMatrix this[Parameter parameter, Slot slot = Slot.Value] => _matrices[Index(new StateTensor(parameter, slot))]!;

    private static int Index(StateTensor matrix) => ((int)matrix.Parameter * 4) + (int)matrix.Slot;

    /// <summary>⟨e, w⟩ over the columns of a shard, for each entry of the codes.</summary>
    public float* PartialPulls(int shard) => _partialPulls.Pointer + (shard * _entries);

    /// <summary>A part [F, Lanes] of the pre-activations of a group of the tile's images; the next part is <see cref="PartStride"/> on.</summary>
    public float* PreActivations(int part, int group) => _preActivations.Pointer + (part * _partLength) + (group * _groupLength);

    public long PartStride => _partLength;

    /// <summary>A counting sort by feature of the first <paramref name="count"/> entries; stable, so images ascend within a feature.</summary>
    public void FindPositions(int count)
    {
        int* features = Features.Pointer, positions = Positions.Pointer;
        Array.Clear(EntryStart);
        fixed (int* start = EntryStart)
        {
            for (int entry = 0; entry < count; entry++)
                start[features[entry] + 1]++;
            for (int feature = 1; feature < EntryStart.Length; feature++)
                start[feature] += start[feature - 1];
            // Each feature's start moves to its end, which is the next one's start; shift back afterwards.
            for (int entry = 0; entry < count; entry++)
                positions[entry] = start[features[entry]]++;
        }
        Array.Copy(EntryStart, 0, EntryStart, 1, EntryStart.Length - 1);
        EntryStart[0] = 0;
    }

    public void Dispose()
    {
        foreach (PanelMatrix? matrix in _matrices)
            matrix?.Dispose();
        Residuals.Dispose();
        _preActivations.Dispose();
        Features.Dispose();
        Activations.Dispose();
        ConsistencyPulls.Dispose();
        _partialPulls.Dispose();
        Positions.Dispose();
        Entries.Dispose();
    }
}

/// <summary>One worker's scratch, and the time it spent in each phase of a step.</summary>
internal sealed class CpuScratch : IDisposable
{
    /// <summary>Floats per feature that a worker needs: rows of pre-activations, the selection's scratch, a sum of codes.</summary>
    public const int RowsOfFeatures = GroupTranspose.RowBlock + 5;

    public CpuScratch(int features, int phases)
    {
        PreActivations = new FloatMatrix(GroupTranspose.RowBlock, features + FloatMatrix.StrideUnit); // apart by more than a power of two
        Selection = new NativeBuffer<float>(TopKSelection.ScratchLength(features));
        CodeSum = new NativeBuffer<float>(features);
        Ticks = new long[phases + 16]; // the rest keeps two workers' ticks out of one cache line
    }

    public FloatMatrix PreActivations { get; }

    public NativeBuffer<float> Selection { get; }

    /// <summary>[F]; zero between uses.</summary>
    public NativeBuffer<float> CodeSum { get; }

    public long[] Ticks { get; }

    public void Dispose()
    {
        PreActivations.Dispose();
        Selection.Dispose();
        CodeSum.Dispose();
    }
}
