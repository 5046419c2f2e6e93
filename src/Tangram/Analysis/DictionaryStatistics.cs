namespace Tangram;

/// <summary>What kind of dictionary a member learned. Figures over features are over those that the set activates.</summary>
public sealed record DictionaryStatistics
{
    /// <summary>Features that at least one image activates.</summary>
    public int Alive { get; init; }

    /// <summary>Largest cosine of each feature to another: redundancy. NaN with fewer than two features alive.</summary>
    public Quantiles MaximumCosine { get; init; } = Quantiles.Of([]);

    /// <summary>Share of features with a cosine above .9 to another.</summary>
    public double Redundant { get; init; }

    /// <summary>
    /// Share of local features: some window of half the width and half the height (a quarter of the area) holds at least half the squared weight. NaN for rows that
    /// aren't images.
    /// </summary>
    public double Local { get; init; }

    /// <summary>Share of the pixels that vary over the set where at least one feature has a weight of at least half its largest magnitude.</summary>
    public double Coverage { get; init; }

    /// <summary>Share of features of each shape; see <see cref="FeatureShapes"/>. Empty for rows that aren't images.</summary>
    public IReadOnlyDictionary<string, double> Shapes { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Share of features of each kind: colour, edge, texture, region, other; docs/how-it-works.md has their conditions. Empty for rows that aren't images.</summary>
    public IReadOnlyDictionary<string, double> Kinds { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Mean share of a feature's squared weight in differences between channels: colour against structure. 0 for grey, NaN for rows.</summary>
    public double ChromaShare { get; init; }

    /// <summary>Effective number of waves (of the cosine transform) that a feature is made of: exp of the entropy of its squared weight over them. NaN for rows.</summary>
    public double Complexity { get; init; }

    /// <summary>
    /// 1 − H(class | active)/log C over rated features, what small counts can't bring about (<see cref="ClassProfile.SelectivityAtLeast"/>); this and the figures below are null without labels of at least two classes.
    /// </summary>
    public Quantiles? Selectivity { get; init; }

    /// <summary>Features rated: active for at least 20 images.</summary>
    public int? Rated { get; init; }

    /// <summary>Share of rated features that are active in at most 2 classes (exp H of the same frequencies).</summary>
    public double? Specific { get; init; }

    /// <summary>Share of rated features that are active in at least half of the classes (exp H).</summary>
    public double? Shared { get; init; }

    /// <summary>Mean number of a class's key features, at most ten each.</summary>
    public double? ClassKeyFeatures { get; init; }

    /// <summary>Mean number of those that are key to no other class.</summary>
    public double? UniqueKeyFeatures { get; init; }

    /// <summary>Share of images, held back by halves of each class, whose class is that of the nearest mean code.</summary>
    public double? ClassAccuracy { get; init; }

    /// <summary>What always guessing the most frequent class gets of the same images.</summary>
    public double? ClassChance { get; init; }

    /// <summary>Gini coefficient of activation frequency over all features: 0 even, 1 one feature only.</summary>
    public double Gini { get; init; }

    /// <summary>Spearman's rank correlation of frequency and mean activation over features alive; NaN with fewer than two.</summary>
    public double FrequencyActivationRank { get; init; }

    /// <summary>Mean activation frequency of the 25 most active features, over that of all features; NaN when all are dead.</summary>
    public double MostActive { get; init; }

    /// <summary>Share of all activations that fall to the tenth of the features that are active most often: the head of the long tail.</summary>
    public double HeadShare { get; init; }

    /// <summary>The shape of the distribution of all activations' values.</summary>
    public ActivationShape Activations { get; init; } = new(double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>Mean Pearson of reconstructions from whole codes, over a sample of up to 200 images.</summary>
    public double Pearson { get; init; }

    /// <summary>Mean number of activations of a code.</summary>
    public double ActivationsPerImage { get; init; }

    /// <summary>How many of a code's largest activations reach 90 % of the Pearson of whole codes.</summary>
    public double ActivationsForMost { get; init; }
}

/// <summary>Measuring dictionaries.</summary>
public static class DictionaryAnalysis
{
    /// <summary>Key features per class that uniqueness is counted over.</summary>
    public const int KeyFeatures = 10;

    /// <summary>Features that count as the most active.</summary>
    internal const int MostActive = 25;

    /// <summary>From so many weights on, one untrained dictionary is yardstick enough: making and using each costs seconds, and figures over thousands of features hardly spread.</summary>
    private const long ManyWeights = 1 << 24;

    /// <summary>Untrained dictionaries that stand beside a trained one: their spread says what chance does.</summary>
    internal static int Yardsticks(ModelOptions options) => (long)options.Features * options.Shape.Length < ManyWeights ? 3 : 1;

    extension(SparseAutoencoder autoencoder)
    {
        /// <summary>Measures a dictionary by the images that it encodes.</summary>
        /// <exception cref="InputException">The images have another shape.</exception>
        public DictionaryStatistics Analyse(ImageSet images, int threads = 0, CancellationToken cancellation = default) =>
            Analyse(autoencoder, FeatureTable.Of(autoencoder, images, threads, cancellation), threads, cancellation);
    }

    extension(Ensemble ensemble)
    {
        /// <summary>An untrained dictionary of the same size, orthogonal and tied, that sees images less the same pre-bias: what training started from with another seed. The yardstick of every figure about features.</summary>
        public Ensemble Untrained(int members = 1, CancellationToken cancellation = default)
        {
            ModelOptions options = ensemble.Options with { Members = members, Untied = false, EncoderBias = false, UnitRows = false };
            using var workers = new Workers(Environment.ProcessorCount, cancellation);
            return new Ensemble(options, [.. Enumerable.Range(0, members).Select(member =>
            {
                var matrix = new FloatMatrix(options.Features, options.Shape.Length);
                OrthogonalInitialisation.Fill(matrix.Rows, matrix.Columns, seed: ulong.MaxValue, member, workers, (row, values) => values.CopyTo(matrix.Row(row)));
                return new MemberWeights(matrix, PreBias: ensemble[0].PreBias);
            })]);
        }
    }

    internal static DictionaryStatistics Analyse(SparseAutoencoder autoencoder, FeatureTable table, int threads, CancellationToken cancellation)
    {
        using var workers = new Workers(Workers.CountFor(threads), cancellation);
        ImageShape shape = autoencoder.Options.Shape;
        int[] alive = table.Alive;
        var shapes = new FeatureShape[shape.IsImage ? alive.Length : 0];
        workers.Run(shapes.Length, (_, place) => shapes[place] = FeatureShapes.Of(autoencoder.Feature(alive[place]), shape));
        FeatureKind[] kinds = [.. table.Measures.Select(FeatureKinds.Of)];
        (double Cosine, int)[] nearest = Nearest(autoencoder, alive, workers);
        var statistics = new DictionaryStatistics
        {
            Alive = alive.Length,
            MaximumCosine = Quantiles.Of(nearest.Select(one => one.Cosine)),
            Redundant = Share(nearest, one => one.Cosine > 0.9),
            Local = shape.IsImage ? Share(table.Measures, feature => feature.IsLocal) : double.NaN,
            Coverage = FeaturePlaces.Coverage(autoencoder, alive, table.Varies),
            Shapes = Shares(shapes, shape),
            Kinds = Shares(kinds, shape),
            ChromaShare = Mean(table.Measures.Select(one => one.ChromaShare)),
            Complexity = Quantiles.Of(table.Measures.Select(one => one.Complexity).Where(double.IsFinite)).P50,
            Gini = Ranks.Gini([.. table.Use.Select(use => use.Frequency)]),
            FrequencyActivationRank = Ranks.Spearman([.. alive.Select(feature => table.Use[feature].Frequency)], [.. alive.Select(feature => table.Use[feature].MeanActivation)]),
            MostActive = alive.Length == 0 ? double.NaN
                : table.Use.Select(use => use.Frequency).OrderDescending().Take(MostActive).Average() / table.Use.Average(use => use.Frequency),
            HeadShare = HeadShare(table.Use),
            Activations = ActivationShape.Of(table.Codes.Value.Span),
            Pearson = table.Contribution.Pearson.Length == 0 ? double.NaN : table.Contribution.Pearson[^1],
            ActivationsPerImage = (double)table.Codes.Value.Length / table.Codes.Count,
            ActivationsForMost = table.Contribution.Reaching(0.9),
        };
        if (table.Profile is not { Comparable: true } profile)
            return statistics;
        (int Unique, int Keys)[] keys = UniqueKeys(profile);
        int[] rated = [.. alive.Where(feature => !double.IsNaN(profile.EffectiveClasses(feature)))];
        return statistics with
        {
            Rated = rated.Length,
            Selectivity = Quantiles.Of(rated.Select(profile.SelectivityAtLeast).Where(double.IsFinite)),
            Specific = Share(rated, feature => profile.EffectiveClassesAtMost(feature) <= 2),
            Shared = Share(rated, feature => profile.EffectiveClasses(feature) >= profile.Present.Count / 2.0),
            ClassKeyFeatures = keys.Average(one => one.Keys),
            UniqueKeyFeatures = keys.Average(one => one.Unique),
            ClassAccuracy = table.NearestMean?.Accuracy,
            ClassChance = table.NearestMean?.Chance,
        };
    }

    /// <summary>For each feature that is alive, the largest cosine to another that is.</summary>
    private static (double Cosine, int Other)[] Nearest(SparseAutoencoder autoencoder, int[] alive, Workers workers)
    {
        if (alive.Length < 2)
            return [];
        using var rows = new FloatMatrix(alive.Length, autoencoder.Decoder.Columns);
        for (int row = 0; row < alive.Length; row++)
            autoencoder.Decoder.Row(alive[row]).CopyTo(rows.Row(row));
        return RowProducts.Nearest(rows, workers);
    }

    /// <summary>For each class that has images, how many key features it has, and how many of them are key to no other class.</summary>
    internal static (int Unique, int Keys)[] UniqueKeys(ClassProfile profile)
    {
        int[][] keys = [.. profile.Present.Select(label => profile.KeyFeatures(label, KeyFeatures).ToArray())];
        return [.. keys.Select((own, label) => (own.Count(feature => !keys.Where((_, other) => other != label).Any(other => other.Contains(feature))),
            own.Length))];
    }

    private static double HeadShare(FeatureUse[] use)
    {
        double[] frequencies = [.. use.Select(one => one.Frequency).OrderDescending()];
        double all = frequencies.Sum();
        return all == 0 ? double.NaN : frequencies.Take((frequencies.Length + 9) / 10).Sum() / all;
    }

    private static Dictionary<string, double> Shares<T>(T[] all, ImageShape shape) where T : struct, Enum =>
        (shape.IsImage ? Enum.GetValues<T>() : []).ToDictionary(kind => kind.ToString().ToLowerInvariant(),
            kind => Share(all, one => EqualityComparer<T>.Default.Equals(one, kind)), StringComparer.Ordinal);

    private static double Mean(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    private static double Share<T>(T[] all, Func<T, bool> condition) => all.Length == 0 ? double.NaN : (double)all.Count(condition) / all.Length;
}
