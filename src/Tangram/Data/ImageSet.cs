using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    private readonly ReadOnlyMemory<byte> _pixels;
    private readonly ReadOnlyMemory<float> _rows;
    private readonly int[]? _order;
    private readonly int[]? _labels;
    private readonly Lazy<string> _fingerprint;
    private readonly Lazy<bool[]> _varying;

    private ImageSet(string name, ImageShape shape, ReadOnlyMemory<byte> pixels, ReadOnlyMemory<float> rows, int[]? labels,
        IReadOnlyList<string> classNames, int[]? order)
    {
        (Name, Shape, _pixels, _rows, _labels, ClassNames, _order) = (name, shape, pixels, rows, labels, classNames, order);
        _fingerprint = new Lazy<string>(ComputeFingerprint);
        _varying = new Lazy<bool[]>(FindVarying);
    }

    /// <summary>What the set is called in messages and in run.json, such as <c>mnist:test</c>.</summary>
    public string Name { get; }

    /// <summary>Whether a pixel, in any channel, has more than one value over the set, [Height × Width].</summary>
    internal bool[] Varying => _varying.Value;

    /// <summary>What <see cref="Open"/> takes to open the set again: a name or absolute path, and a split; null for sets made from memory.</summary>
    internal (string Source, string Split)? Origin { get; private init; }

    /// <summary>The shape of each image.</summary>
    public ImageShape Shape { get; }

    /// <summary>Number of images, N.</summary>
    public int Count => _order?.Length ?? (_rows.IsEmpty ? _pixels.Length : _rows.Length) / Shape.Length;

    /// <summary>Whether images have labels.</summary>
    public bool HasLabels => _labels is not null;

    /// <summary>Names of the classes; a label is an index into this list. Empty without labels.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>SHA-256 of everything that training and evaluation see: shape, values in order, labels.</summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>Opens a set by name (<c>mnist</c>, <c>mnist:test</c>, <c>sample</c>) or path; see docs/command-line.md.</summary>
    /// <param name="data">A name, a name with a split, or a path.</param>
    /// <param name="split"><c>train</c>, <c>fit</c>, <c>validation</c>, <c>test</c> or <c>all</c>; null: a named set's <c>train</c>, a file's <c>all</c>.</param>
    /// <exception cref="InputException">No such set or split, or broken files.</exception>
    public static ImageSet Open(string data, string? split = null) => DataCatalog.Open(data, split);

    /// <summary>A set of pixels [N, D] of which 0 is black and 255 white.</summary>
    /// <exception cref="InputException">Lengths don't agree, the set is empty, or a label is out of range.</exception>
    public static ImageSet FromBytes(string name, ImageShape shape, ReadOnlyMemory<byte> pixels, ReadOnlyMemory<int>? labels = null,
        IReadOnlyList<string>? classNames = null)
    {
        CheckLength(name, shape, pixels.Length);
        return Create(name, shape, pixels, default, labels, classNames);
    }

    /// <summary>A set of float rows [N, <paramref name="length"/>], finite, used as they are.</summary>
    /// <exception cref="InputException">Lengths don't agree, the set is empty, a label is out of range, or a value isn't finite.</exception>
    public static ImageSet FromRows(string name, int length, ReadOnlyMemory<float> rows, ReadOnlyMemory<int>? labels = null,
        IReadOnlyList<string>? classNames = null)
    {
        CheckLength(name, ImageShape.Row(length), rows.Length);
        for (int index = 0; index < rows.Length; index++)
        {
            if (!float.IsFinite(rows.Span[index]))
                throw new InputException($"'{name}': row {index / length}, value {index % length} is {rows.Span[index]}; remove such rows.");
        }
        return Create(name, ImageShape.Row(length), default, rows, labels, classNames);
    }

    /// <summary>The label of an image, an index into <see cref="ClassNames"/>.</summary>
    /// <exception cref="InvalidOperationException">The set has no labels.</exception>
    public int Label(int index) => (_labels ?? throw new InvalidOperationException($"'{Name}' has no labels."))[Source(index)];

    /// <summary>Writes one image's D values: pixels as value / 255, rows as they are.</summary>
    public void CopyTo(int index, Span<float> destination) => CopyTo(index, 0, destination[..Shape.Length]);

    /// <summary>Writes as many of an image's values as there is room for, from <paramref name="first"/> on.</summary>
    internal void CopyTo(int index, int first, Span<float> destination)
    {
        int start = (Source(index) * Shape.Length) + first;
        if (_rows.IsEmpty)
            ToUnits(_pixels.Span.Slice(start, destination.Length), destination);
        else
            _rows.Span.Slice(start, destination.Length).CopyTo(destination);
    }

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
        return new ImageSet(name, Shape, _pixels, _rows, _labels, ClassNames, order);
    }

    internal ImageSet WithOrigin(string source, string split) =>
        new(Name, Shape, _pixels, _rows, _labels, ClassNames, _order) { Origin = (source, split) };

    /// <summary>A fixed random sample of at most <paramref name="count"/> images, in order: the same one for every run.</summary>
    internal ImageSet Sample(int count)
    {
        if (count >= Count)
            return this;
        int[] chosen = new CounterRandom(0, RandomPurpose.EvaluationSample).Permutation(Count)[..count];
        Array.Sort(chosen);
        return Subset($"{Name} (a sample of {count})", chosen);
    }

    private static void CheckLength(string name, ImageShape shape, int values)
    {
        if (!shape.IsPossible || shape.Channels is not (1 or 3))
            throw new InputException($"'{name}': images of {shape.Width}×{shape.Height}×{shape.Channels} can't be used; extents must be positive, channels 1 or 3.");
        if (values == 0 || values % shape.Length != 0)
            throw new InputException($"'{name}': {values:N0} values are not a whole, positive number of images of {shape.Length}.");
    }

    private static ImageSet Create(string name, ImageShape shape, ReadOnlyMemory<byte> pixels, ReadOnlyMemory<float> rows, ReadOnlyMemory<int>? labels,
        IReadOnlyList<string>? classNames)
    {
        int count = (rows.IsEmpty ? pixels.Length : rows.Length) / shape.Length;
        if (labels is not { } given)
            return new ImageSet(name, shape, pixels, rows, null, [], null);
        if (given.Length != count)
            throw new InputException($"'{name}' has {count:N0} images but {given.Length:N0} labels; give the labels that belong to these images.");
        int[] owned = given.ToArray();
        int classes = classNames?.Count ?? MaximumUnnamedClasses;
        if (owned.Any(label => label < 0 || label >= classes))
            throw new InputException($"'{name}' has a label outside 0…{classes - 1}.");
        classNames ??= [.. Enumerable.Range(0, owned.Max() + 1).Select(label => $"{label}")];
        return new ImageSet(name, shape, pixels, rows, owned, classNames, null);
    }

    /// <summary>value / 255. Not System.Numerics.Tensors, which converts bytes one at a time.</summary>
    private static void ToUnits(ReadOnlySpan<byte> pixels, Span<float> units)
    {
        int pixel = 0;
        for (; pixel <= pixels.Length - Vector128<byte>.Count; pixel += Vector128<byte>.Count)
        {
            (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(Vector128.Create(pixels.Slice(pixel, Vector128<byte>.Count)));
            ToUnits(lower, units[pixel..]);
            ToUnits(upper, units[(pixel + Vector128<ushort>.Count)..]);
        }
        for (; pixel < pixels.Length; pixel++)
            units[pixel] = pixels[pixel] / 255f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToUnits(Vector128<ushort> pixels, Span<float> units)
    {
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(pixels);
        (Vector128.ConvertToSingle(lower.AsInt32()) / 255f).CopyTo(units);
        (Vector128.ConvertToSingle(upper.AsInt32()) / 255f).CopyTo(units[Vector128<uint>.Count..]);
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

    private string ComputeFingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{(_rows.IsEmpty ? "u8" : "f32")} {Count} {Shape.Channels} {Shape.Height} {Shape.Width} {HasLabels}"));
        Span<byte> label = stackalloc byte[4];
        for (int index = 0; index < Count; index++)
        {
            int source = Source(index);
            hash.AppendData(_rows.IsEmpty
                ? _pixels.Span.Slice(source * Shape.Length, Shape.Length)
                : MemoryMarshal.AsBytes(_rows.Span.Slice(source * Shape.Length, Shape.Length)));
            if (_labels is null)
                continue;
            BinaryPrimitives.WriteInt32LittleEndian(label, _labels[source]);
            hash.AppendData(label);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
