using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tangram;

/// <summary>
/// Images of one shape, with optional labels and class names: X [N, D]. Pixels stay bytes in memory and become floats in [0, 1] on the way out; float rows
/// stay floats. Immutable and thread-safe.
/// </summary>
public sealed class ImageSet
{
    /// <summary>A larger label without class names is no class but a mistake, such as an identifier.</summary>
    private const int MaximumUnnamedClasses = 1_000_000;

    private readonly ValueStore _values;
    private readonly int[]? _order;
    private readonly int[]? _labels, _groups;
    private readonly Lazy<bool[]> _varying;
    private string? _fingerprint;
    private KnownPair? _foundWith;

    private ImageSet(string name, ImageShape shape, ValueStore values, int[]? labels, IReadOnlyList<string> classNames, int[]? groups, int[]? order)
    {
        (Name, Shape, _values, _labels, ClassNames, _groups, _order) = (name, shape, values, labels, classNames, groups, order);
        _varying = new Lazy<bool[]>(FindVarying);
    }

    /// <summary>What the set is called in messages and in run.json, such as <c>mnist:test</c>.</summary>
    public string Name { get; }

    /// <summary>Whether a pixel, in any channel, has more than one value over the set, [Height × Width].</summary>
    internal bool[] Varying => _varying.Value;

    /// <summary>What opens the set again; null for sets made from memory.</summary>
    internal DataOrigin? Origin { get; private init; }

    /// <summary>What its source found when it was opened.</summary>
    internal SourceFindings Found { get; private init; } = SourceFindings.None;

    /// <summary>The shape of each image.</summary>
    public ImageShape Shape { get; }

    /// <summary>Number of images, N.</summary>
    public int Count => _order?.Length ?? (int)(_values.Count / Shape.Length);

    /// <summary>Whether images have labels.</summary>
    public bool HasLabels => _labels is not null;

    /// <summary>Names of the classes; a label is an index into this list. Empty without labels.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>SHA-256 of everything that training and evaluation see: shape, values in order, labels.</summary>
    public string Fingerprint => FingerprintOf(CancellationToken.None);

    /// <summary>Opens a set by name (<c>mnist</c>, <c>mnist:test</c>, <c>sample</c>) or path; see docs/command-line.md.</summary>
    /// <param name="data">A name, a name with a split, or a path.</param>
    /// <param name="split"><c>train</c>, <c>fit</c>, <c>validation</c>, <c>test</c> or <c>all</c>; null: a named set's <c>train</c>, a file's <c>all</c>.</param>
    /// <param name="options">How a folder of pictures or a file of rows is read; null: by the defaults.</param>
    /// <param name="opening">Who is told what is fetched, decoded and found, and what stops it; null: nobody and nothing.</param>
    /// <exception cref="InputException">No such set or split, or broken files.</exception>
    public static ImageSet Open(string data, string? split = null, DataOptions? options = null, Opening? opening = null) =>
        DataCatalog.Open(data, split, options, opening);

    /// <summary>A set of pixels [N, D] of which 0 is black and 255 white.</summary>
    /// <exception cref="InputException">Lengths don't agree, the set is empty, or a label is out of range.</exception>
    public static ImageSet FromBytes(string name, ImageShape shape, ReadOnlyMemory<byte> pixels, ReadOnlyMemory<int>? labels = null,
        IReadOnlyList<string>? classNames = null)
    {
        CheckLength(name, shape, pixels.Length);
        return Create(name, shape, ValueStore.Of(pixels), labels, classNames);
    }

    /// <summary>A set of float rows [N, <paramref name="length"/>], finite, used as they are.</summary>
    /// <exception cref="InputException">Lengths don't agree, the set is empty, a label is out of range, or a value isn't finite.</exception>
    public static ImageSet FromRows(string name, int length, ReadOnlyMemory<float> rows, ReadOnlyMemory<int>? labels = null,
        IReadOnlyList<string>? classNames = null)
    {
        CheckLength(name, ImageShape.Row(length), rows.Length);
        return FromStore(name, ImageShape.Row(length), ValueStore.Of(rows), labels, classNames);
    }

    /// <summary>The label of an image, an index into <see cref="ClassNames"/>.</summary>
    /// <exception cref="InvalidOperationException">The set has no labels.</exception>
    public int Label(int index) => (_labels ?? throw new InvalidOperationException($"'{Name}' has no labels."))[Source(index)];

    /// <summary>Writes one image's D values: pixels as value / 255, rows as they are.</summary>
    public void CopyTo(int index, Span<float> destination) => CopyTo(index, 0, destination[..Shape.Length]);

    /// <summary>Writes as many of an image's values as there is room for, from <paramref name="first"/> on.</summary>
    internal void CopyTo(int index, int first, Span<float> destination) => _values.CopyTo(((long)Source(index) * Shape.Length) + first, destination);

    /// <summary>Asks for values that will soon be copied: what lies anywhere in a large set takes a while to come, and many come at once.</summary>
    internal void Prefetch(int index, int first, int count) => _values.Prefetch(((long)Source(index) * Shape.Length) + first, count);

    /// <summary>Bytes that an image is kept in.</summary>
    internal int BytesPerImage => Shape.Length * _values.ValueBytes;

    /// <summary>Whether images of the two sets that have the same bytes are the same.</summary>
    internal bool IsLike(ImageSet other) => Shape == other.Shape && _values.Type == other._values.Type;

    /// <summary>Writes an image as it is kept, <see cref="BytesPerImage"/> bytes.</summary>
    internal void CopyBytes(int index, Span<byte> destination) => _values.CopyBytes((long)Source(index) * Shape.Length, destination);

    /// <summary>Whether the images are kept as bytes, value / 255 of which the model sees.</summary>
    internal bool HasPixels => _values.Type == ValueType.Byte;

    /// <summary>Writes one image's D bytes, where it has them.</summary>
    internal void CopyPixels(int index, Span<byte> destination) => _values.CopyBytes((long)Source(index) * Shape.Length, destination[..Shape.Length]);

    /// <summary>The images at <paramref name="indices"/>, in that order, without copying pixels.</summary>
    /// <exception cref="InputException">There are no indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside 0 … N − 1.</exception>
    public ImageSet Subset(string name, IReadOnlyList<int> indices)
    {
        if (indices.Count == 0)
            throw new InputException($"'{name}' would hold no images.");
        var order = new int[indices.Count];
        for (int index = 0; index < order.Length; index++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(indices[index], nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(indices[index], Count, nameof(indices));
            order[index] = Source(indices[index]);
        }
        return new ImageSet(name, Shape, _values, _labels, ClassNames, _groups, order) { Found = Found };
    }

    /// <summary>A set of numbers that may lie in a file, finite. Images of one group are held back together; null: each is its own.</summary>
    /// <exception cref="InputException">A value isn't finite, pixels that are floats are outside 0 … 1, or a label is out of range.</exception>
    internal static ImageSet FromStore(string name, ImageShape shape, ValueStore values, ReadOnlyMemory<int>? labels = null,
        IReadOnlyList<string>? classNames = null, int[]? groups = null, Opening? opening = null)
    {
        ImageSet images = Create(name, shape, values, labels, classNames, groups);
        if (values.FirstOutside(shape.IsImage ? 0 : float.MinValue, shape.IsImage ? 1 : float.MaxValue, opening?.Cancellation ?? CancellationToken.None) is not (>= 0 and var index))
            return images;
        throw new InputException(shape.IsImage
            ? $"'{name}': image {index / shape.Length} has a value outside 0 … 1, and pixels that are floats are 0 black and 1 white; divide them, or give them as rows [N, D]."
            : $"'{name}': row {index / shape.Length}, value {index % shape.Length} is not a finite number; remove such rows.");
    }

    /// <summary>What an image is held back with.</summary>
    internal int Group(int index) => _groups is null ? Source(index) : _groups[Source(index)];

    /// <summary>Two halves, 0 and 1, of which no group has images in both: what is found on one can be measured on the other. Without groups every second image.</summary>
    internal int[] Halves()
    {
        var (halfOf, sizes) = (new Dictionary<int, int>(), new int[2]);
        var halves = new int[Count];
        for (int image = 0; image < halves.Length; image++)
        {
            int group = Group(image);
            if (!halfOf.TryGetValue(group, out halves[image]))
                halfOf[group] = halves[image] = sizes[1] < sizes[0] ? 1 : 0;
            sizes[halves[image]]++;
        }
        return halves;
    }

    /// <summary>
    /// Writes the images as an array for NumPy, float32 as the model sees them: [N, C, H, W], or [N, D] for rows; and their labels, where they have any, beside it:
    /// int32 [N] in <c>x.labels.npy</c> for <c>x.npy</c>. <see cref="Open"/> reads both.
    /// </summary>
    /// <param name="path">A file that ends in .npy.</param>
    /// <param name="cancellation">Stops; nothing is left.</param>
    /// <returns>The file of the labels; null where there are none.</returns>
    /// <exception cref="InputException">The name ends in something else, or a file of other labels lies there.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public string? SaveNpy(string path, CancellationToken cancellation = default)
    {
        if (!path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            throw new InputException($"'{path}' doesn't end in .npy; that is what images are written as.");
        long[] shape = Shape.IsImage ? [Count, Shape.Channels, Shape.Height, Shape.Width] : [Count, Shape.Length];
        string labels = LabelsFile.PathOf(path);
        if (!HasLabels && File.Exists(labels))
            throw new InputException($"'{labels}' would be taken for the labels of '{path}', and '{Name}' has none; delete it, or choose another name.");
        NpyFile.WriteFloats(path, shape, (index, row) =>
        {
            cancellation.ThrowIfCancellationRequested();
            CopyTo((int)index, row);
        });
        return HasLabels ? LabelsFile.Write(path, this) : null;
    }

    /// <summary>The same images, with what opens them again and what was found.</summary>
    internal ImageSet WithOrigin(DataOrigin origin, SourceFindings? found = null) =>
        new(Name, Shape, _values, _labels, ClassNames, _groups, _order) { Origin = origin, Found = found ?? Found, _fingerprint = _fingerprint };

    /// <summary>The same images, with what was found.</summary>
    internal ImageSet WithFound(SourceFindings found) => new(Name, Shape, _values, _labels, ClassNames, _groups, _order) { Origin = Origin, Found = found };

    /// <summary>What is found with these images to learn from and others to evaluate on: looked for once.</summary>
    internal DataFindings FoundWith(ImageSet heldOut, CancellationToken cancellation)
    {
        if (_foundWith is not { } known || !ReferenceEquals(known.HeldOut, heldOut))
            _foundWith = known = new KnownPair(heldOut, DataFindings.Find(this, heldOut, cancellation));
        return known.Findings;
    }

    /// <summary><see cref="Fingerprint"/>, for which all of a large file may have to be read.</summary>
    internal string FingerprintOf(CancellationToken cancellation) => _fingerprint ??= ComputeFingerprint(cancellation);

    /// <summary>A fixed random sample of at most <paramref name="count"/> images, in order: the same one for every run.</summary>
    internal ImageSet Sample(int count) => count >= Count ? this : Subset($"{Name} (a sample of {count})", SampleIndices(count));

    /// <summary>Which images <see cref="Sample"/> takes, ascending.</summary>
    internal int[] SampleIndices(int count) => RandomSample.Of(Count, count);

    private static void CheckLength(string name, ImageShape shape, int values)
    {
        if (!shape.IsPossible || shape.Channels is not (1 or 3))
            throw new InputException($"'{name}': images of {shape.Width}×{shape.Height}×{shape.Channels} can't be used; extents must be positive, channels 1 or 3.");
        if (values == 0 || values % shape.Length != 0)
            throw new InputException($"'{name}': {values:N0} values are not a whole, positive number of images of {shape.Length}.");
    }

    private static ImageSet Create(string name, ImageShape shape, ValueStore values, ReadOnlyMemory<int>? labels, IReadOnlyList<string>? classNames,
        int[]? groups = null)
    {
        long count = values.Count / shape.Length;
        if (count > Array.MaxLength)
            throw new InputException($"'{name}' has {count:N0} images; a set can have {Array.MaxLength:N0}.");
        if (labels is not { } given)
            return new ImageSet(name, shape, values, null, [], groups, null);
        if (given.Length != count)
            throw new InputException($"'{name}' has {count:N0} images but {given.Length:N0} labels; give the labels that belong to these images.");
        int[] owned = given.ToArray();
        int classes = classNames?.Count ?? MaximumUnnamedClasses;
        if (owned.Any(label => label < 0 || label >= classes))
            throw new InputException($"'{name}' has a label outside 0…{classes - 1}.");
        classNames ??= [.. Enumerable.Range(0, owned.Max() + 1).Select(label => $"{label}")];
        return new ImageSet(name, shape, values, owned, classNames, groups, null);
    }

    private bool[] FindVarying()
    {
        var varying = new bool[Shape.Width * Shape.Height];
        var (first, other) = (new float[Shape.Length], new float[Shape.Length]);
        CopyTo(0, first);
        for (int image = 1; image < Count; image++)
        {
            CopyTo(image, other);
            for (int index = 0; index < other.Length; index++)
                varying[index % varying.Length] |= other[index] != first[index];
        }
        return varying;
    }

    private int Source(int index) => _order is null ? index : _order[index];

    private string ComputeFingerprint(CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string type = _values.Type switch
        {
            ValueType.Byte => "u8",
            ValueType.Single => "f32",
            ValueType.Half => "f16",
            _ => "bf16",
        };
        hash.AppendData(Encoding.UTF8.GetBytes($"{type} {Count} {Shape.Channels} {Shape.Height} {Shape.Width} {HasLabels}{_values.Digest}"));
        var image = new byte[_values.Digest is null ? Shape.Length * _values.ValueBytes : sizeof(int)];
        Span<byte> label = stackalloc byte[sizeof(int)];
        for (int index = 0; index < Count; index++)
        {
            if (index % RepeatedImages.Few == RepeatedImages.Few - 1)
                cancellation.ThrowIfCancellationRequested();
            int source = Source(index);
            if (_values.Digest is null)
                _values.CopyBytes((long)source * Shape.Length, image);
            else
                BinaryPrimitives.WriteInt32LittleEndian(image, source);
            hash.AppendData(image);
            if (_labels is null)
                continue;
            BinaryPrimitives.WriteInt32LittleEndian(label, _labels[source]);
            hash.AppendData(label);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record KnownPair(ImageSet HeldOut, DataFindings Findings);
}
