namespace Tangram;

/// <summary>
/// What a training takes of a device's memory, in bytes: 12·M·F·D for weights and moments, twice that where the decoder has its own, a third more for averages, and in
/// mixed precision 2·M·F·D for each matrix's half-precision copy; and a workspace. D counts whole vectors of 16.
/// </summary>
internal sealed record OpenClPlan
{
    private readonly long _largestBuffer, _entries;
    private readonly int _batch, _features;
    private readonly string _formula;

    /// <param name="options">The model.</param>
    /// <param name="batch">Images per step at most.</param>
    /// <param name="budget">Bytes that pre-activations may take; decides how many images are encoded at a time, not what is computed.</param>
    /// <param name="extras">What is needed beside the model.</param>
    /// <param name="isMixed">Whether images and a copy of the weights are kept in half precision.</param>
    public OpenClPlan(ModelOptions options, int batch, long budget, SessionExtras extras, bool isMixed)
    {
        Stride = FloatMatrix.RoundUp(options.Shape.Length, OpenClLayout.TileDepth);
        SlotsPerImage = options.MaximumNonZeros + extras.AuxiliaryK;
        int streams = extras.AuxiliaryK > 0 ? 2 : 1;
        ResidualRows = (long)batch * streams;
        TileImages = (int)Math.Clamp(budget / (sizeof(float) * (long)options.Features), 1, batch);
        Words = (ResidualRows + 31) / 32;
        long matrix = (long)options.Features * Stride, slots = (long)batch * SlotsPerImage;
        int matrices = options.Untied ? 2 : 1, slotsKept = extras.Averages ? 4 : 3, perWeight = (sizeof(float) * slotsKept) + (isMixed ? sizeof(ushort) : 0);
        ParameterBytes = Bytes((Int128)perWeight * matrices * options.Members * matrix);
        Int128 workspace = (Int128)sizeof(float) * options.Members * ResidualRows * Stride // residuals
            + ((Int128)batch * Stride * (isMixed ? sizeof(ushort) : sizeof(float))) + ((Int128)2 * batch * options.Shape.Length * sizeof(float)) // images, and two batches as they come
            + ((Int128)sizeof(float) * TileImages * options.Features) // pre-activations
            + ((Int128)options.Members * slots * 5 * sizeof(float)) + ((Int128)slots * 5 * sizeof(float)) // codes, entries
            + ((Int128)options.Features * Words * sizeof(uint)) // who is active where
            + ((Int128)options.Members * options.Features * 64) + ((Int128)batch * Stride * sizeof(float)); // what each feature has; parts of squared errors
        WorkspaceBytes = Bytes(workspace);
        Int128[] buffers = [matrix, ResidualRows * Stride, (Int128)options.Members * slots, 4 * (Int128)slots, (Int128)TileImages * options.Features, options.Features * (Int128)Words];
        _largestBuffer = Bytes(sizeof(float) * buffers.Max());
        _entries = Bytes(slots);
        _batch = batch;
        _features = options.Features;
        BiasRows = Math.Max(64, (int)Math.Sqrt((double)batch + options.Features));
        _formula = $"{perWeight * matrices} bytes × {options.Members} members × {options.Features} features × {options.Shape.Length} values";
    }

    /// <summary>Floats from one row of a matrix to the next.</summary>
    public int Stride { get; }

    /// <summary>Activations that an image can have, auxiliary ones included.</summary>
    public int SlotsPerImage { get; }

    /// <summary>Rows of residuals: the batch's, and as many of an auxiliary reconstruction.</summary>
    public long ResidualRows { get; }

    /// <summary>Images encoded at a time.</summary>
    public int TileImages { get; }

    /// <summary>32-bit words that say in which rows of residuals a feature is active.</summary>
    public long Words { get; }

    /// <summary>Rows, of residuals and of weights, whose part of b_pre's gradient an item sums up.</summary>
    public int BiasRows { get; }

    /// <summary>As above.</summary>
    public long ParameterBytes { get; }

    /// <summary>Images, residuals, pre-activations, codes and entries.</summary>
    public long WorkspaceBytes { get; }

    /// <summary>Why the training doesn't fit a device, with the formula; null: it does.</summary>
    public string? Problem(OpenClDevice device)
    {
        const double Share = 0.9; // the driver and the screen need some
        if (_entries > int.MaxValue) // they are counted in 32 bits
            return $"a batch of {_batch} images with {SlotsPerImage} activations each is more than {int.MaxValue} activations";
        if (ParameterBytes + WorkspaceBytes > Share * device.Memory)
        {
            return $"weights and moments take {Gibibytes(ParameterBytes)} GiB ({_formula}) and a step's workspace {Gibibytes(WorkspaceBytes)} GiB: " +
                $"more than 90 % of {device.Name}'s {Gibibytes(device.Memory)} GiB";
        }
        return _largestBuffer > device.LargestBuffer
            ? $"one of the arrays takes {Gibibytes(_largestBuffer)} GiB; {device.Name} allows {Gibibytes(device.LargestBuffer)} GiB in one piece"
            : null;
    }

    /// <summary>How many items share a column of b_pre's gradient.</summary>
    public int BiasParts(int images) => (images + _features + BiasRows - 1) / BiasRows;

    private static long Bytes(Int128 bytes) => (long)Int128.Min(bytes, long.MaxValue / 4);

    private static string Gibibytes(long bytes) => FormattableString.Invariant($"{bytes / (double)(1L << 30):N1}");
}
