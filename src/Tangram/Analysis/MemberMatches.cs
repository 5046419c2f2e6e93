using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>By what features of two members are compared.</summary>
internal enum MatchMeasure
{
    /// <summary>The cosine of their rows of the decoder matrices: whether they look alike.</summary>
    Weights,

    /// <summary>The correlation of their activations over a sample of images, a cosine about their means: whether the same images activate them as strongly.</summary>
    Activations,
}

/// <summary>
/// A member's features beside another's, [F] each. Only features that are alive in the sample count: dead ones have the match −1 and the cosine NaN, and are nobody's match.
/// </summary>
/// <param name="Same">Cosine to the other's feature of the same number; NaN unless both are alive.</param>
/// <param name="Match">The other's feature of the largest cosine; of equal ones the first.</param>
/// <param name="Cosine">That cosine.</param>
internal sealed record MatchedMember(float[] Same, int[] Match, float[] Cosine)
{
    /// <summary>Mean over the features alive in both; NaN where there are none.</summary>
    public double MeanSame => Mean(Same);

    /// <summary>Mean over the member's features that are alive; NaN where there are none.</summary>
    public double MeanCosine => Mean(Cosine);

    private static double Mean(float[] cosines) => cosines.Where(float.IsFinite).Select(cosine => (double)cosine).DefaultIfEmpty(double.NaN).Average();
}

/// <summary>
/// Which features the members of an ensemble share. Which are alive is told by a sample of images: all members' codes of the whole set would take long, and weights can't
/// tell.
/// </summary>
internal sealed class MemberMatches
{
    /// <summary>Images that tell which features are alive, and how alike activations are.</summary>
    public const int Sample = 10_000;

    /// <summary>Below this share of its squares, what varies of a feature's activations is what rounding left.</summary>
    private const double Resolution = 1e-5;

    private readonly MatchedMember[,,] _matched;

    private MemberMatches(int images, bool[][] alive, MatchedMember[,,] matched) => (Images, Alive, _matched) = (images, alive, matched);

    /// <summary>Images in the sample.</summary>
    public int Images { get; }

    /// <summary>Whether the sample activates a member's feature, [members][F].</summary>
    public IReadOnlyList<bool[]> Alive { get; }

    /// <summary>A member beside another one.</summary>
    public MatchedMember this[MatchMeasure measure, int member, int other] => _matched[(int)measure, member, other];

    /// <summary>Compares all pairs of members.</summary>
    public static MemberMatches Measure(Ensemble ensemble, ImageSet images, int threads = 0, CancellationToken cancellation = default)
    {
        ImageSet sample = images.Sample(Sample);
        SparseCodes[] codes = [.. ensemble.Select(member => member.Encode(sample, threads, cancellation))];
        bool[][] alive = [.. codes.Select(AliveIn)];
        var matched = new MatchedMember[2, ensemble.Count, ensemble.Count];
        using var workers = new Workers(Workers.CountFor(threads), cancellation);
        float[][] scales = [.. ensemble.Select(member => Scales(member.Decoder))];
        (int, int)[] pairs = [.. Enumerable.Range(0, ensemble.Count).SelectMany(member => Enumerable.Range(0, member).Select(other => (member, other)))];
        foreach (var (member, other) in pairs)
        {
            cancellation.ThrowIfCancellationRequested();
            using FloatMatrix products = RowProducts.Of(ensemble[member].Decoder, ensemble[other].Decoder, workers);
            Add(MatchMeasure.Weights, member, other, products, scales[member], scales[other]);
        }
        float[][] means = [.. codes.Select(Means)], activationScales = [.. codes.Select((code, member) => Scales(code, means[member]))];
        workers.Run(pairs.Length, (_, pair) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var (member, other) = pairs[pair];
            using FloatMatrix products = Products(codes[member], means[member], codes[other], means[other]);
            Add(MatchMeasure.Activations, member, other, products, activationScales[member], activationScales[other]);
        });
        GC.KeepAlive(ensemble);
        return new MemberMatches(sample.Count, alive, matched);

        void Add(MatchMeasure measure, int member, int other, FloatMatrix products, float[] rowScales, float[] columnScales)
        {
            (matched[(int)measure, member, other], matched[(int)measure, other, member]) = Match(products, rowScales, columnScales, alive[member], alive[other]);
        }
    }

    /// <summary>Turns products into cosines, and finds the largest of each row and of each column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // measured but once
    private static (MatchedMember, MatchedMember) Match(FloatMatrix products, float[] rowScales, float[] columnScales, bool[] alive, bool[] otherAlive)
    {
        int features = products.Rows;
        (MatchedMember rows, MatchedMember columns) = (Nothing(features), Nothing(features));
        for (int row = 0; row < features; row++)
        {
            if (!alive[row])
                continue;
            Span<float> cosines = products.Row(row);
            TensorPrimitives.Multiply(cosines, columnScales, cosines);
            TensorPrimitives.Multiply(cosines, rowScales[row], cosines);
            if (otherAlive[row])
                rows.Same[row] = columns.Same[row] = cosines[row];
            for (int column = 0; column < features; column++)
            {
                if (!otherAlive[column])
                    continue;
                Take(rows, row, column, cosines[column]);
                Take(columns, column, row, cosines[column]);
            }
        }
        return (rows, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(MatchedMember matched, int feature, int candidate, float cosine)
    {
        if (matched.Match[feature] < 0 || cosine > matched.Cosine[feature])
            (matched.Match[feature], matched.Cosine[feature]) = (candidate, cosine);
    }

    private static MatchedMember Nothing(int features)
    {
        var (same, match, cosine) = (new float[features], new int[features], new float[features]);
        same.AsSpan().Fill(float.NaN);
        match.AsSpan().Fill(-1);
        cosine.AsSpan().Fill(float.NaN);
        return new MatchedMember(same, match, cosine);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // measured but once
    private static bool[] AliveIn(SparseCodes codes)
    {
        var alive = new bool[codes.Features];
        for (int entry = 0; entry < codes.Feature.Length; entry++)
            alive[codes.Feature.Span[entry]] |= codes.Value.Span[entry] != 0;
        return alive;
    }

    /// <summary>1 / length of each row; 0 of a row of zeros.</summary>
    private static float[] Scales(FloatMatrix rows) => [.. Enumerable.Range(0, rows.Rows).Select(row => Scale(TensorPrimitives.SumOfSquares<float>(rows.Row(row))))];

    /// <summary>1 / length of each column about its mean; 0 of one that doesn't vary.</summary>
    private static float[] Scales(SparseCodes codes, float[] means)
    {
        var squares = new double[codes.Features];
        for (int entry = 0; entry < codes.Feature.Length; entry++)
            squares[codes.Feature.Span[entry]] += (double)codes.Value.Span[entry] * codes.Value.Span[entry];
        return [.. squares.Select((square, feature) => square - ((double)codes.Count * means[feature] * means[feature]) is var about && about > Resolution * square ? Scale(about) : 0)];
    }

    /// <summary>Mean activation over all images, [F].</summary>
    private static float[] Means(SparseCodes codes)
    {
        var sums = new double[codes.Features];
        for (int entry = 0; entry < codes.Feature.Length; entry++)
            sums[codes.Feature.Span[entry]] += codes.Value.Span[entry];
        return Array.ConvertAll(sums, sum => (float)(sum / codes.Count));
    }

    private static float Scale(double squares) => squares > 0 ? (float)(1 / Math.Sqrt(squares)) : 0;

    /// <summary>Σ over images of (z_a − z̄_a)(z_b − z̄_b) for each pair of features, [F, F]: few of them are active for an image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // measured but once
    private static FloatMatrix Products(SparseCodes a, float[] meansA, SparseCodes b, float[] meansB)
    {
        var products = new FloatMatrix(a.Features, b.Features);
        for (int image = 0; image < a.Count; image++)
        {
            var (features, activations) = a[image];
            var (others, otherActivations) = b[image];
            for (int slot = 0; slot < features.Length; slot++)
            {
                Span<float> row = products.Row(features.Span[slot]);
                float activation = activations.Span[slot];
                ReadOnlySpan<int> columns = others.Span;
                ReadOnlySpan<float> values = otherActivations.Span;
                for (int place = 0; place < columns.Length; place++)
                    row[columns[place]] += activation * values[place];
            }
        }
        for (int feature = 0; feature < a.Features; feature++)
            TensorPrimitives.MultiplyAdd(meansB, -a.Count * meansA[feature], products.Row(feature), products.Row(feature));
        return products;
    }
}
