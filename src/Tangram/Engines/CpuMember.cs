namespace Tangram;

/// <summary>One member's parameters, moments, and buffers for one batch. Where an image's activations are stored, there are slots for k and for the auxiliary ones.</summary>
internal sealed unsafe class CpuMember : IDisposable
{
    private const int SlotsOfState = 4;
    private readonly List<IDisposable> _owned = [];
    private readonly PanelMatrix?[] _matrices = new PanelMatrix?[4 * SlotsOfState];
    private readonly NativeBuffer<float>?[] _encoderBias = new NativeBuffer<float>?[SlotsOfState];
    private readonly NativeBuffer<float> _preActivations, _partialPulls, _normParts, _offsetParts;
    private readonly long _partLength, _groupLength, _entries;
    private readonly int _slots, _k, _features;

    public CpuMember(ModelOptions options, int batch, SessionExtras extras, MemoryPlan plan)
    {
        Partition partition = plan.Partition;
        (_slots, _k, _features) = (plan.SlotsPerImage, options.MaximumNonZeros, FloatMatrix.RoundUp(options.Features, FloatMatrix.StrideUnit));
        _entries = (long)batch * _slots;
        _groupLength = (long)plan.Features * GroupProduct.Lanes;
        _partLength = (long)plan.Features * plan.TileImages;
        foreach (StateTensor tensor in StateTensor.Of(options, extras.Averages))
        {
            if (tensor.Parameter == Parameter.EncoderBias)
                _encoderBias[(int)tensor.Slot] = Own(new NativeBuffer<float>(_features));
            else
                _matrices[Index(tensor.Parameter, tensor.Slot)] = Own(new PanelMatrix(tensor.Rows(options), partition, Stagger(tensor)));
        }
        Decoder = this[options.Untied ? Parameter.Decoder : Parameter.Encoder];
        int rows = options.PreBias ? 1 : 0;
        (NextPreBias, PreBiasGradient) = (Own(new PanelMatrix(rows, partition)), Own(new PanelMatrix(rows, partition)));
        Residuals = Own(new PanelMatrix(extras.AuxiliaryK > 0 ? 2 * batch : batch, partition));
        _preActivations = Own(new NativeBuffer<float>(_partLength * plan.Parts));
        Features = Own(new NativeBuffer<int>(_entries));
        Activations = Own(new NativeBuffer<float>(_entries));
        Coefficients = options.UnitRows ? Own(new NativeBuffer<float>(_entries)) : Activations;
        Radials = Own(new NativeBuffer<float>(options.UnitRows ? _entries : 0));
        ConsistencyPulls = Own(new NativeBuffer<float>(options.Members > 1 ? _entries : 0));
        _partialPulls = Own(new NativeBuffer<float>(_entries * partition.Shards));
        Positions = Own(new NativeBuffer<int>(_entries));
        Entries = Own(new NativeBuffer<GradientEntry>(_entries));
        EntryStart = new int[options.Features + 1];
        _normParts = Own(new NativeBuffer<float>(options.UnitRows ? (long)_features * partition.Panels : 0));
        _offsetParts = Own(new NativeBuffer<float>(options.PreBias ? (long)_features * partition.Panels : 0));
        Lengths = Own(new NativeBuffer<float>(_features));
        Offsets = Own(new NativeBuffer<float>(_features));
        Pulls = Own(new NativeBuffer<float>(_features));
        Alongs = Own(new NativeBuffer<float>(_features));
        PreBiasPulls = Own(new NativeBuffer<float>(_features));
        Counts = new int[batch];
        AuxiliaryCounts = new int[batch];
        Dead = new int[extras.AuxiliaryK > 0 ? options.Features : 0];
        SquaredErrors = [.. Enumerable.Range(0, partition.Shards).Select(_ => new float[batch])];
        AuxiliaryErrors = [.. Enumerable.Range(0, partition.Shards).Select(_ => new float[extras.AuxiliaryK > 0 ? batch : 0])];
        Distances = new double[batch];
    }

    /// <summary>Matrices are read side by side, so they lie apart; a row is too short to matter. See <see cref="NativeBuffer{T}"/>.</summary>
    public static int Stagger(StateTensor tensor) => tensor.IsMatrix ? Index(tensor.Parameter, tensor.Slot) : 0;

    /// <summary>Codes: those of image i start at slot i · (k + auxiliary k), its auxiliary ones k slots later.</summary>
    public NativeBuffer<int> Features { get; }

    public NativeBuffer<float> Activations { get; }

    /// <summary>What decoder rows as they are stored are multiplied by: activations, times rows' lengths.</summary>
    public NativeBuffer<float> Coefficients { get; }

    /// <summary>How many of its slots each image uses.</summary>
    public int[] Counts { get; }

    public int[] AuxiliaryCounts { get; }

    /// <summary>The first <see cref="DeadCount"/>: the features of the auxiliary reconstruction, ascending.</summary>
    public int[] Dead { get; }

    public int DeadCount { get; private set; }

    /// <summary>The consistency term's part of ∂L/∂z; empty with one member.</summary>
    public NativeBuffer<float> ConsistencyPulls { get; }

    /// <summary>x̂ − x [batch, D]; below it x̂ + x̂_aux − x where there is an auxiliary reconstruction.</summary>
    public PanelMatrix Residuals { get; }

    /// <summary>Σ e² over the columns of each shard, per image.</summary>
    public float[][] SquaredErrors { get; }

    public float[][] AuxiliaryErrors { get; }

    /// <summary>M‖z_a‖² − ⟨z_a, Σ_b z_b⟩ per image.</summary>
    public double[] Distances { get; }

    /// <summary>Where each entry of the codes goes among <see cref="Entries"/>.</summary>
    public NativeBuffer<int> Positions { get; }

    /// <summary>The same entries by feature: those of feature f are EntryStart[f] … EntryStart[f + 1] − 1, images ascending.</summary>
    public NativeBuffer<GradientEntry> Entries { get; }

    public int[] EntryStart { get; }

    /// <summary>What each entry adds to the gradient along its unit row.</summary>
    public NativeBuffer<float> Radials { get; }

    /// <summary>[F]: what a decoder row as it is stored is multiplied by, its length's inverse where rows have length 1.</summary>
    public NativeBuffer<float> Lengths { get; }

    /// <summary>[F]: what is added to x Wᵀ.</summary>
    public NativeBuffer<float> Offsets { get; }

    /// <summary>[F]: the sum of a feature's pulls, and the part of its gradient along its unit row.</summary>
    public NativeBuffer<float> Pulls { get; }

    public NativeBuffer<float> Alongs { get; }

    /// <summary>[F]: what b_pre's gradient multiplies encoder rows as they are stored by.</summary>
    public NativeBuffer<float> PreBiasPulls { get; }

    /// <summary>W_dec; with tied weights W.</summary>
    public PanelMatrix Decoder { get; }

    /// <summary>b_pre after the step in progress.</summary>
    public PanelMatrix NextPreBias { get; }

    public PanelMatrix PreBiasGradient { get; }

    /// <summary>What clipping multiplies the gradients by.</summary>
    public float Clip { get; set; } = 1;

    /// <summary>A matrix [F, D], or the row of b_pre; null where it isn't kept.</summary>
    public PanelMatrix this[Parameter parameter, Slot slot = Slot.Value] => _matrices[Index(parameter, slot)]!;

    /// <summary>b_enc; null where it isn't kept.</summary>
    public NativeBuffer<float>? EncoderBias(Slot slot = Slot.Value) => _encoderBias[(int)slot];

    /// <summary>⟨e, w⟩ over the columns of a shard, for each entry of the codes.</summary>
    public float* PartialPulls(int shard) => _partialPulls.Pointer + (shard * _entries);

    /// <summary>A part [F, Lanes] of the pre-activations of a group of the tile's images; the next part is <see cref="PartStride"/> on.</summary>
    public float* PreActivations(int part, int group) => _preActivations.Pointer + (part * _partLength) + (group * _groupLength);

    public long PartStride => _partLength;

    /// <summary>[F]: a panel's part of ‖w‖² of each decoder row.</summary>
    public float* NormParts(int panel) => _normParts.Pointer + ((long)panel * _features);

    /// <summary>[F]: a panel's part of ⟨w, b_pre⟩ of each encoder row.</summary>
    public float* OffsetParts(int panel) => _offsetParts.Pointer + ((long)panel * _features);

    /// <summary>Finds the features that were active in none of the last steps.</summary>
    public void FindDead(FeatureAges ages, long lastStepThatCounts)
    {
        DeadCount = 0;
        for (int feature = 0; feature < Dead.Length; feature++)
        {
            if (ages.LastActive[feature] < lastStepThatCounts)
                Dead[DeadCount++] = feature;
        }
    }

    /// <summary>A counting sort by feature of all images' entries; stable, so images ascend within a feature.</summary>
    public void FindPositions(int images)
    {
        int* features = Features.Pointer, positions = Positions.Pointer;
        Array.Clear(EntryStart);
        fixed (int* start = EntryStart)
        {
            for (int image = 0; image < images; image++)
            {
                long first = (long)image * _slots;
                for (long slot = first; slot < first + Counts[image]; slot++)
                    start[features[slot] + 1]++;
                for (long slot = first + _k; slot < first + _k + AuxiliaryCounts[image]; slot++)
                    start[features[slot] + 1]++;
            }
            for (int feature = 1; feature < EntryStart.Length; feature++)
                start[feature] += start[feature - 1];
            // Each feature's start moves to its end, which is the next one's start; shift back afterwards.
            for (int image = 0; image < images; image++)
            {
                long first = (long)image * _slots;
                for (long slot = first; slot < first + Counts[image]; slot++)
                    positions[slot] = start[features[slot]]++;
                for (long slot = first + _k; slot < first + _k + AuxiliaryCounts[image]; slot++)
                    positions[slot] = start[features[slot]]++;
            }
        }
        Array.Copy(EntryStart, 0, EntryStart, 1, EntryStart.Length - 1);
        EntryStart[0] = 0;
    }

    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
            owned.Dispose();
    }

    private static int Index(Parameter parameter, Slot slot) => ((int)parameter * SlotsOfState) + (int)slot;

    private T Own<T>(T buffer) where T : IDisposable
    {
        _owned.Add(buffer);
        return buffer;
    }
}
