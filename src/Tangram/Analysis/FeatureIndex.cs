using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>An image, and how strongly it activates a feature.</summary>
/// <param name="Image">Number of the image in its set.</param>
/// <param name="Activation">The feature's activation, not 0.</param>
public readonly record struct ImageActivation(int Image, float Activation);

/// <summary>An image whose code is like another's.</summary>
/// <param name="Image">Number of the image in its set.</param>
/// <param name="Cosine">Cosine of the two codes, in [−1, 1].</param>
/// <param name="Shared">Number of features that both activate.</param>
public readonly record struct SimilarImage(int Image, double Cosine, int Shared);

/// <summary>A feature that is like another.</summary>
/// <param name="Feature">Number of the feature.</param>
/// <param name="Similarity">How much; at most 1.</param>
public readonly record struct SimilarFeature(int Feature, float Similarity);

/// <summary>
/// Codes of a set, turned round: for each feature the images that activate it. Answers which images activate a feature most, which features are like it, and which
/// images have codes like a given one. Immutable and thread-safe until it is disposed.
/// </summary>
public sealed class FeatureIndex : IDisposable
{
    /// <summary>Images that are listed for a feature in advance.</summary>
    public const int TopImages = 64;

    /// <summary>Bins of a feature's histogram.</summary>
    public const int Bins = 64;

    /// <summary>Neighbours listed for a feature, of each kind.</summary>
    public const int Neighbours = 32;

    private readonly FeatureIndexTables _tables;
    private readonly IDisposable? _file;

    internal FeatureIndex(FeatureIndexTables tables, IDisposable? file = null) => (_tables, _file) = (tables, file);

    /// <summary>Number of images, N.</summary>
    public int Count => _tables.Images;

    /// <summary>Number of features, F.</summary>
    public int Features => _tables.Features;

    /// <summary>Number of activations of all images.</summary>
    public long NonZeros => _tables.Image.Length;

    internal FeatureIndexTables Tables => _tables;

    /// <summary>Builds an index in memory. An activation of exactly 0 is none.</summary>
    /// <param name="codes">Codes of a set.</param>
    /// <param name="dictionary">The autoencoder of the codes; without it, <see cref="Alike"/> lists nothing.</param>
    /// <param name="threads">Threads to use; 0: one per processor. The index doesn't depend on it.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="InputException">The autoencoder has another number of features.</exception>
    public static FeatureIndex Build(SparseCodes codes, SparseAutoencoder? dictionary = null, int threads = 0, CancellationToken cancellation = default)
    {
        if (dictionary is not null && dictionary.Options.Features != codes.Features)
            throw new InputException($"The codes have {codes.Features:N0} features, the dictionary {dictionary.Options.Features:N0}; give the autoencoder that made them.");
        using var workers = new Workers(Workers.CountFor(threads), cancellation);
        return new FeatureIndex(FeatureIndexBuilder.Build(codes, dictionary, workers, cancellation));
    }

    /// <summary>The images that activate a feature, ascending, and their activations.</summary>
    public (ReadOnlyMemory<int> Images, ReadOnlyMemory<float> Activations) this[int feature]
    {
        get
        {
            CheckFeature(feature);
            ReadOnlySpan<long> starts = _tables.FeatureStart.Span;
            int start = (int)starts[feature], length = (int)(starts[feature + 1] - starts[feature]);
            return (_tables.Image.Slice(start, length), _tables.Value.Slice(start, length));
        }
    }

    /// <summary>The images with a feature's largest activations, the strongest first; of equal ones the lowest number first. Fewer where fewer activate it.</summary>
    public IReadOnlyList<ImageActivation> Top(int feature, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var (images, activations) = this[feature];
        int listed = Math.Min(count, images.Length);
        if (count > TopImages)
            return [.. FeatureIndexBuilder.Strongest(images.Span, activations.Span, count).Select(one => new ImageActivation(one.Item, (float)one.Score))];
        var top = new ImageActivation[listed];
        for (int place = 0; place < top.Length; place++)
        {
            int image = _tables.Top.Span[(feature * TopImages) + place];
            top[place] = new ImageActivation(image, activations.Span[images.Span.BinarySearch(image)]);
        }
        return top;
    }

    /// <summary>How a feature's activations are spread: how many lie in each of <see cref="Bins"/> bins of equal width from the smallest to the largest; all 0 for a dead feature.</summary>
    public (float Smallest, float Largest, IReadOnlyList<int> Counts) Histogram(int feature)
    {
        CheckFeature(feature);
        ReadOnlySpan<float> range = _tables.Range.Span.Slice(feature * 2, 2);
        return (range[0], range[1], _tables.Histogram.Slice(feature * Bins, Bins).ToArray());
    }

    /// <summary>
    /// The features that look most like a feature, at most <see cref="Neighbours"/>: by the cosine of rows of the decoder matrix, the largest first. Empty for an index of
    /// codes alone.
    /// </summary>
    public IReadOnlyList<SimilarFeature> Alike(int feature) => Listed(feature, _tables.Alike, _tables.AlikeCosine);

    /// <summary>
    /// The features that are active together with a feature most, at most <see cref="Neighbours"/>: by the Jaccard index, the number of images that activate both over the
    /// number of those that activate at least one; the largest first, without those of index 0.
    /// </summary>
    public IReadOnlyList<SimilarFeature> Together(int feature) => Listed(feature, _tables.Together, _tables.TogetherShare);

    /// <summary>The codes that the index was built from, without activations of exactly 0: the same entries by image instead of by feature.</summary>
    internal SparseCodes Codes()
    {
        var rowStart = new long[Count + 1];
        ReadOnlySpan<int> images = _tables.Image.Span;
        ReadOnlySpan<float> values = _tables.Value.Span;
        foreach (int image in images)
            rowStart[image + 1]++;
        for (int image = 0; image < Count; image++)
            rowStart[image + 1] += rowStart[image];
        var (next, features, activations) = (rowStart[..Count], new int[images.Length], new float[images.Length]);
        ReadOnlySpan<long> starts = _tables.FeatureStart.Span;
        for (int feature = 0; feature < Features; feature++)
        {
            for (int entry = (int)starts[feature]; entry < (int)starts[feature + 1]; entry++)
            {
                long place = next[images[entry]]++;
                (features[place], activations[place]) = (feature, values[entry]);
            }
        }
        return new SparseCodes(Features, rowStart, features, activations);
    }

    /// <summary>The code of one image, without activations of exactly 0: features ascending, and their activations.</summary>
    public (int[] Features, float[] Activations) Code(int image)
    {
        CheckImage(image);
        var (features, found) = (new List<int>(), new List<float>());
        for (int feature = 0; feature < Features; feature++)
        {
            var (images, activations) = this[feature];
            if (images.Span.BinarySearch(image) is >= 0 and var place)
            {
                features.Add(feature);
                found.Add(activations.Span[place]);
            }
        }
        return ([.. features], [.. found]);
    }

    /// <summary>
    /// The images whose codes have the largest cosines to a code, the largest first; of equal ones the lowest number first. Exact: ⟨q, z⟩ / (‖q‖ ‖z‖) in float64 over all
    /// images, though only entries of the code's own features are read. An image without a feature in common has the cosine 0, and so has any where a code is empty.
    /// </summary>
    /// <param name="features">Features of the code, ascending.</param>
    /// <param name="activations">Their activations.</param>
    /// <param name="count">How many; fewer where there are fewer images.</param>
    /// <param name="except">An image to leave out, such as the one whose code it is; null: none.</param>
    /// <exception cref="InputException">The lengths differ, or features aren't ascending numbers of features of this index.</exception>
    public IReadOnlyList<SimilarImage> Search(ReadOnlySpan<int> features, ReadOnlySpan<float> activations, int count, int? except = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        CheckCode(features, activations);
        var products = new double[Count];
        double square = 0;
        for (int slot = 0; slot < features.Length; slot++)
        {
            var (images, values) = this[features[slot]];
            AddProducts(images.Span, values.Span, activations[slot], products);
            square += (double)activations[slot] * activations[slot];
        }
        double norm = Math.Sqrt(square);
        ReadOnlySpan<double> norms = _tables.Norms.Span;
        var largest = new Largest(count);
        for (int image = 0; image < products.Length; image++)
        {
            if (image != except)
                largest.Offer(image, products[image] == 0 ? 0 : products[image] / (norm * norms[image]));
        }
        (int Item, double Score)[] taken = largest.Take();
        var found = new SimilarImage[taken.Length];
        for (int place = 0; place < found.Length; place++)
            found[place] = new SimilarImage(taken[place].Item, Math.Clamp(taken[place].Score, -1, 1), Shared(features, activations, taken[place].Item));
        return found;
    }

    /// <summary>Gives the file back where the index lies in one.</summary>
    public void Dispose() => _file?.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a process may search but once
    private static void AddProducts(ReadOnlySpan<int> images, ReadOnlySpan<float> values, double activation, double[] products)
    {
        for (int entry = 0; entry < images.Length; entry++)
            products[images[entry]] += activation * values[entry];
    }

    private int Shared(ReadOnlySpan<int> features, ReadOnlySpan<float> activations, int image)
    {
        int shared = 0;
        for (int slot = 0; slot < features.Length; slot++)
            shared += activations[slot] != 0 && this[features[slot]].Images.Span.BinarySearch(image) >= 0 ? 1 : 0;
        return shared;
    }

    private SimilarFeature[] Listed(int feature, ReadOnlyMemory<int> neighbours, ReadOnlyMemory<float> similarities)
    {
        CheckFeature(feature);
        ReadOnlySpan<int> row = neighbours.Span.Slice(feature * Neighbours, Neighbours);
        int length = row.IndexOf(-1) is >= 0 and var end ? end : row.Length;
        var listed = new SimilarFeature[length];
        for (int place = 0; place < length; place++)
            listed[place] = new SimilarFeature(row[place], similarities.Span[(feature * Neighbours) + place]);
        return listed;
    }

    private void CheckCode(ReadOnlySpan<int> features, ReadOnlySpan<float> activations)
    {
        if (features.Length != activations.Length)
            throw new InputException($"A code of {features.Length} features has {activations.Length} activations; give one for each.");
        for (int slot = 0; slot < features.Length; slot++)
        {
            if (features[slot] < 0 || features[slot] >= Features || (slot > 0 && features[slot] <= features[slot - 1]))
                throw new InputException($"The features of a code must be ascending numbers in 0 … {Features - 1}.");
        }
    }

    private void CheckFeature(int feature)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(feature);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(feature, Features);
    }

    private void CheckImage(int image)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(image);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(image, Count);
    }
}
