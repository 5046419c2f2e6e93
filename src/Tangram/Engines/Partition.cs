namespace Tangram;

/// <summary>
/// How the D columns of a model are cut into panels. Weights, moments, residuals and images are stored panel by panel; a thread works on panels of its own, one at
/// a time, so that what it reads again and again stays in its second-level cache and no two threads write one row. Sums over columns are taken panel by panel,
/// in order: the partition decides the last bits of what is learned. It follows from shape and batch alone; threads only execute it.
/// </summary>
internal sealed class Partition
{
    /// <summary>What a panel of residuals, of images, and of the next batch's images may take of a second-level cache of 1 MiB; the rest is for weights and moments.</summary>
    private const int CacheBytes = 640 << 10;

    private const int Unit = FloatMatrix.StrideUnit, MinimumUnits = 4, MaximumShards = 8;
    private readonly int[] _starts;

    private Partition(int[] starts) => _starts = starts;

    /// <summary>Number of panels.</summary>
    public int Panels => _starts.Length - 1;

    /// <summary>All columns, those that fill the last vector included.</summary>
    public int Columns => _starts[^1];

    /// <summary>The widest panel's columns.</summary>
    public int WidestPanel { get; private init; }

    /// <summary>Panels are summed up in at most this many groups of neighbours where a partial sum of each must be kept.</summary>
    public int Shards => Math.Min(Panels, MaximumShards);

    /// <summary>Cuts images of <paramref name="inputs"/> values for batches of <paramref name="batch"/> images.</summary>
    public static Partition For(int inputs, int batch)
    {
        int units = FloatMatrix.RoundUp(inputs, Unit) / Unit;
        int widest = Math.Max(MinimumUnits, CacheBytes / (3 * sizeof(float) * Unit) / Math.Max(1, batch));
        int panels = Math.Max((units + widest - 1) / widest, Math.Min(2, units / (2 * MinimumUnits)));
        panels = Math.Max(1, panels);
        int[] starts = [.. Enumerable.Range(0, panels + 1).Select(panel => (int)((long)panel * units / panels) * Unit)];
        return new Partition(starts) { WidestPanel = Enumerable.Range(0, panels).Max(panel => starts[panel + 1] - starts[panel]) };
    }

    /// <summary>A panel's first column; after the last, all columns.</summary>
    public int Start(int panel) => _starts[panel];

    /// <summary>A panel's columns, a multiple of 16.</summary>
    public int Width(int panel) => _starts[panel + 1] - _starts[panel];

    /// <summary>The widest shard's columns.</summary>
    public int WidestShard => Enumerable.Range(0, Shards).Max(shard => Start(FirstPanel(shard + 1)) - Start(FirstPanel(shard)));

    /// <summary>A shard's first panel; those of the last end with the panels.</summary>
    public int FirstPanel(int shard) => (int)((long)shard * Panels / Shards);

    public override string ToString() => $"{Panels} panels of at most {WidestPanel} columns";
}
