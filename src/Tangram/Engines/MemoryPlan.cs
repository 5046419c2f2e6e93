namespace Tangram;

/// <summary>
/// How a CPU session cuts a step, and what it takes, in bytes: 12·M·F·D for weights and moments, twice that where the decoder has its own, a third more for averages;
/// and a workspace. F counts whole tiles of 8, D whole vectors of 16; M members, B images a batch, k activations an image (auxiliary ones included), T threads.
/// </summary>
internal sealed record MemoryPlan
{
    /// <summary>What the pre-activations of a step may take unless told otherwise.</summary>
    public const long DefaultBudget = 64L << 20;

    /// <summary>Weights and moments may take 60 % of the machine's memory: an evaluation copies the weights, and the images need room too.</summary>
    private const double ParameterShare = 0.6, TotalShare = 0.9;

    private readonly string _formula;
    private readonly long _passingBytes;

    /// <param name="options">The model.</param>
    /// <param name="batch">B.</param>
    /// <param name="threads">T.</param>
    /// <param name="budget">Bytes that pre-activations may take; decides how a step is cut, not what it computes.</param>
    /// <param name="extras">What is needed beside the model.</param>
    /// <param name="isMixed">Whether the encoder's product is in bf16.</param>
    public MemoryPlan(ModelOptions options, int batch, int threads, long budget = DefaultBudget, SessionExtras extras = default, bool isMixed = false)
    {
        Partition = Partition.For(options.Shape.Length, batch);
        Features = FloatMatrix.RoundUp(options.Features, GroupProduct.Tile);
        long members = options.Members, columns = Partition.Columns, images = FloatMatrix.RoundUp(batch, GroupProduct.Lanes);
        long perImage = sizeof(float) * members * Features, smaller = Math.Min(Features, columns);
        IsFused = perImage * images * Partition.Panels <= budget;
        TileImages = (int)(IsFused ? images : Math.Clamp(budget / perImage / GroupProduct.Lanes * GroupProduct.Lanes, GroupProduct.Lanes, images));
        Parts = IsFused ? Partition.Panels : 1;
        int matrices = (options.Untied ? 2 : 1) * (extras.Averages ? 4 : 3);
        ParameterBytes = Bytes((Int128)sizeof(float) * matrices * members * Features * columns);
        _passingBytes = Bytes(Int128.Max(ParameterBytes / (extras.Averages ? 4 : 3), sizeof(float) * (((Int128)Features * columns) + ((Int128)smaller * smaller))));
        long preActivations = perImage * TileImages * Parts;
        Int128 pixels = (Int128)sizeof(float) * columns * ((2 + (members * (extras.AuxiliaryK > 0 ? 2 : 1))) * batch); // two batches, residuals
        RoundedColumns = isMixed ? FloatMatrix.RoundUp(Partition.WidestPanel, Bf16.ColumnUnit) : 0;
        pixels += PackedImages.Bytes((long)TileGroups * Partition.Panels, Partition.WidestPanel);
        SlotsPerImage = options.MaximumNonZeros + extras.AuxiliaryK;
        long codes = members * batch * SlotsPerImage * (32 + (options.UnitRows ? 8 : 0) + (4 * Partition.Shards));
        long scratch = threads * ((sizeof(float) * ((CpuScratch.RowsOfFeatures * (long)Features) + Partition.WidestShard)) + CpuScratch.RoundingBytes(RoundedColumns));
        long staggers = members * NativeBuffer<float>.StaggerBytes * StateTensor.Of(options, extras.Averages).Sum(tensor => (long)CpuMember.Stagger(tensor));
        WorkspaceBytes = Bytes(pixels + preActivations + codes + scratch + staggers);
        _formula = $"{sizeof(float) * matrices} bytes × {options.Members} members × {options.Features} features × {options.Shape.Length} values";
    }

    public Partition Partition { get; }

    /// <summary>F in whole tiles.</summary>
    public int Features { get; }

    /// <summary>Whether an update computes the next batch's pre-activations while the weights are hot; they need room for every panel's part.</summary>
    public bool IsFused { get; }

    /// <summary>Images whose pre-activations are held at a time, a multiple of <see cref="GroupProduct.Lanes"/>: all of them, or what the budget allows.</summary>
    public int TileImages { get; }

    /// <summary>Groups of <see cref="GroupProduct.Lanes"/> images of a tile.</summary>
    public int TileGroups => TileImages / GroupProduct.Lanes;

    /// <summary>Parts of a pre-activation that are held apart.</summary>
    public int Parts { get; }

    /// <summary>Columns of a panel in bf16, the widest one's; 0 without mixed precision.</summary>
    public int RoundedColumns { get; }

    /// <summary>Activations that an image can have, auxiliary ones included.</summary>
    public int SlotsPerImage { get; }

    /// <summary>12·M·F·D and more, as above.</summary>
    public long ParameterBytes { get; }

    /// <summary>
    /// Pre-activations 4·M·F·tile·parts; images and residuals 4·D·((2 + M)·B + tile), and D·tile/8 for columns' numbers; codes and gradient entries M·B·k·(32 + 4·shards),
    /// 8 more with unit rows; scratch T·88·F; what keeps matrices apart, 0.13 MB·M and 1.2 MB·M with all options. An auxiliary reconstruction has residuals of its own.
    /// </summary>
    public long WorkspaceBytes { get; }

    /// <exception cref="InputException">The session would take more than its share of a machine with <paramref name="memory"/> bytes.</exception>
    public void Check(long memory)
    {
        if (ParameterBytes > ParameterShare * memory)
        {
            throw new InputException($"Weights and moments take {Gibibytes(ParameterBytes)} GiB ({_formula}), more than 60 % of this machine's {Gibibytes(memory)} GiB; " +
                "give fewer features, fewer members or smaller images.");
        }
        if (ParameterBytes + WorkspaceBytes + _passingBytes > TotalShare * memory)
        {
            throw new InputException($"Weights and moments take {Gibibytes(ParameterBytes)} GiB ({_formula}), a step's workspace {Gibibytes(WorkspaceBytes)} GiB, and " +
                $"initialisation or evaluation {Gibibytes(_passingBytes)} GiB for a time: together more than 90 % of this machine's {Gibibytes(memory)} GiB; " +
                "give a smaller batch, or a smaller model.");
        }
    }

    /// <summary>What doesn't fit 62 bits fits no machine either.</summary>
    private static long Bytes(Int128 bytes) => (long)Int128.Min(bytes, long.MaxValue / 4);

    private static string Gibibytes(long bytes) => FormattableString.Invariant($"{bytes / (double)(1L << 30):N1}");
}
