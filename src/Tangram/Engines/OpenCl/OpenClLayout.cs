namespace Tangram;

/// <summary>How the work of a step is cut into work-groups; it follows from the device and the model. The last bits of what is learned depend on <see cref="Group"/> alone.</summary>
/// <param name="Group">Items of a work-group that shares an image's, a feature's or a row's work: a power of two.</param>
/// <param name="TileItems">The encoder's work-groups have so many items each way.</param>
/// <param name="TileOutputs">Each of its items computes so many pre-activations each way.</param>
internal sealed record OpenClLayout(int Group, int TileItems, int TileOutputs)
{
    /// <summary>What the smallest work-groups need of a device's local memory.</summary>
    public const int LeastLocalMemory = 4 << 10;

    /// <summary>Columns of a tile that lie in local memory at a time; rows of all matrices are padded to whole ones.</summary>
    public const int TileDepth = FloatMatrix.StrideUnit;

    private const int LargestGroup = 64, LargestTileItems = 16, LargestTileOutputs = 4;

    /// <summary>Images and features of a tile.</summary>
    public int Tile => TileItems * TileOutputs;

    /// <summary>The kernels' compile-time constants.</summary>
    public string Definitions => $"-DGROUP={Group} -DTILE_ITEMS={TileItems} -DTILE_OUTPUTS={TileOutputs} -DTILE_DEPTH={TileDepth}";

    /// <summary>
    /// The largest work-groups, up to what is useful, that the device has. Large tiles read least, but where there are so few that half of the device would wait, each
    /// item computes fewer pre-activations.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="images">Images encoded at a time.</param>
    /// <param name="features">Features of the dictionary.</param>
    public static OpenClLayout For(OpenClDevice device, int images, int features) =>
        For(device.ComputeUnits, images, features, device.LargestWorkGroup, device.LargestHeight, device.LocalMemory);

    /// <summary>The same for a device with so many compute units, of which nothing else limits it.</summary>
    public static OpenClLayout For(int units, int images, int features, long largestWorkGroup = 256, long largestHeight = 256, long localMemory = 32 << 10)
    {
        int group = LargestGroup, items = LargestTileItems;
        while (group > largestWorkGroup)
            group /= 2;
        while (items * items > largestWorkGroup || items > largestHeight)
            items /= 2;
        int outputs = LargestTileOutputs;
        while (outputs > 1 && (TileBytes(items, outputs) > localMemory / 2 || 2 * Tiles(items * outputs) < units))
            outputs /= 2;
        while (items > 1 && TileBytes(items, outputs) > localMemory / 2)
            items /= 2;
        return new OpenClLayout(group, items, outputs);

        long Tiles(int tile) => (images + tile - 1L) / tile * ((features + tile - 1L) / tile);
    }

    /// <summary>The next smaller one; null after the smallest. A kernel may need more of a device's registers than large work-groups leave it.</summary>
    public OpenClLayout? Smaller() => Group == 1 && TileItems == 1 ? null : this with { Group = Math.Max(1, Group / 2), TileItems = Math.Max(1, TileItems / 2) };

    /// <summary>What sums depend on.</summary>
    public override string ToString() => $"work-groups of {Group}";

    /// <summary>All of it.</summary>
    public string Description => $"{this}, encoder tiles of {Tile} images × {Tile} features";

    private static int TileBytes(int items, int outputs) => 2 * TileDepth * ((items + 1) * outputs) * sizeof(float);
}
