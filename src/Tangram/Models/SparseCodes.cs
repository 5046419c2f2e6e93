namespace Tangram;

/// <summary>
/// Codes of N images as a CSR matrix [N, F]: image i has entries <c>RowStart[i] … RowStart[i + 1] − 1</c>, features ascending.
/// A value may be 0 when a pre-activation of exactly 0 was selected.
/// </summary>
public sealed class SparseCodes
{
    private readonly long[] _rowStart;
    private readonly int[] _feature;
    private readonly float[] _value;

    /// <summary>Wraps the three arrays without copying.</summary>
    /// <exception cref="InputException">The arrays don't form a CSR matrix with <paramref name="features"/> columns.</exception>
    public SparseCodes(int features, long[] rowStart, int[] feature, float[] value)
    {
        bool whole = rowStart.Length > 0 && rowStart[0] == 0 && rowStart[^1] == feature.Length && feature.Length == value.Length;
        for (int row = 0; whole && row + 1 < rowStart.Length; row++)
        {
            whole = rowStart[row] <= rowStart[row + 1] && rowStart[row + 1] <= feature.Length;
            for (long entry = rowStart[row]; whole && entry < rowStart[row + 1]; entry++)
                whole = feature[entry] >= 0 && feature[entry] < features && (entry == rowStart[row] || feature[entry] > feature[entry - 1]);
        }
        if (!whole)
            throw new InputException($"The codes are not a CSR matrix with {features} columns, ascending in each row.");
        (Features, _rowStart, _feature, _value) = (features, rowStart, feature, value);
    }

    /// <summary>Number of images, N.</summary>
    public int Count => _rowStart.Length - 1;

    /// <summary>Number of features, F.</summary>
    public int Features { get; }

    /// <summary>Number of entries.</summary>
    public long NonZeros => _rowStart[^1];

    /// <summary>Where each image's entries start, [N + 1].</summary>
    public ReadOnlyMemory<long> RowStart => _rowStart;

    /// <summary>The feature of each entry.</summary>
    public ReadOnlyMemory<int> Feature => _feature;

    /// <summary>The activation of each entry.</summary>
    public ReadOnlyMemory<float> Value => _value;

    /// <summary>The features and activations of one image.</summary>
    public (ReadOnlyMemory<int> Features, ReadOnlyMemory<float> Activations) this[int image]
    {
        get
        {
            int start = (int)_rowStart[image], length = (int)(_rowStart[image + 1] - start);
            return (_feature.AsMemory(start, length), _value.AsMemory(start, length));
        }
    }

    /// <summary>Checks the ending of a path that codes shall be written to, before the work of making them.</summary>
    /// <exception cref="InputException">The path ends in neither .safetensors nor .npy.</exception>
    public static void CheckPath(string path)
    {
        if (!IsDense(path) && !path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            throw new InputException($"'{path}': codes are written as .safetensors (sparse) or .npy (dense); choose one of these endings.");
    }

    /// <summary>Writes <c>indptr</c>, <c>indices</c>, <c>values</c> and, where given, <c>labels</c> as safetensors, or a dense [N, F] matrix when the path ends in .npy.</summary>
    /// <exception cref="InputException">The path ends in neither .safetensors nor .npy, or <paramref name="labelled"/> has another number of images.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Save(string path, ImageSet? labelled = null)
    {
        CheckPath(path);
        if (IsDense(path))
        {
            NpyFile.WriteFloats(path, Count, Features, (row, dense) =>
            {
                for (long entry = _rowStart[row]; entry < _rowStart[row + 1]; entry++)
                    dense[_feature[entry]] = _value[entry];
            });
            return;
        }
        if (labelled is { HasLabels: true } && labelled.Count != Count)
            throw new InputException($"'{labelled.Name}' has {labelled.Count:N0} labels for {Count:N0} codes; give the images that were encoded.");
        var writer = new SafetensorsWriter()
            .Metadata("format", "tangram codes").Metadata("formatVersion", "1").Metadata("features", $"{Features}")
            .Add<long>("indptr", _rowStart).Add<int>("indices", _feature).Add<float>("values", _value);
        if (labelled is { HasLabels: true })
            writer.Add<int>("labels", Enumerable.Range(0, labelled.Count).Select(labelled.Label).ToArray());
        writer.WriteTo(path);
    }

    private static bool IsDense(string path) => path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);
}
