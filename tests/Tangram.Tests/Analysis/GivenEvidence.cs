namespace Tangram.Tests;

/// <summary>A run of colour images that shows whatever the second document says of it.</summary>
internal static class GivenEvidence
{
    private const int Features = 3072, Inputs = 12_288, Active = 128;

    private static readonly string[] Spaces = ["codes", "codes, untrained", "pixels", "PCA-128"];

    public static ImageEvidence Good() => new()
    {
        Record = Run(),
        Trained = Statistics(0.1, headShare: 0.3, skewness: 1.1),
        Untrained = Statistics(0.04, headShare: 0.1, skewness: 0) with { Kinds = Shares(0.049), UniqueKeyFeatures = 5, Complexity = 200 },
        Table = Table(1, 2.5f),
        Weights = new WeightEvidence(NegativeShare: 0.04, MatchRank: 0.95),
        Types = new ImageTypes
        {
            Attributes = ImageAttributes.Of(Make.Images(new ImageShape(4, 4, 3), 5), threads: 1),
            Hues = [.. NamedHue.All.Select(hue => new AttributeSensitivity(hue.Name, 3, 0.31, 40, 0.8, 0.4))],
            HueImages = [],
            UntrainedHues = [.. NamedHue.All.Select(hue => new AttributeSensitivity(hue.Name, 4, 0.1, 40, 0.5, 0.5))],
            ComplexityRank = (0.31, 0.2),
            Readouts = new Readouts(Spaces, 1000, 1000,
            [
                new Readout("class", "right", 0.2, [0.7, 0.5, 0.6, 0.65]), new Readout("dominant hue", "right", 0.5, [0.61, 0.5, 0.6, 0.6]),
                new Readout("brightness", "R²", 0, [0.51, 0.4, 0.9, 0.9]),
            ]),
            Separability = [.. Spaces.Select((space, index) => new Separability(space, index == 0 ? 0.11 : 0.05, index == 0 ? 0.5 : 0.4))],
            Map = null,
        },
        Retrieval = new Retrieval(500, 10, 0.1, [.. Spaces.Select(space => new SpaceRetrieval(space, new Estimate(0.4, 0.38, 0.42)))],
            [.. Spaces.Skip(1).Select(_ => new Estimate(0.02, 0.01, 0.03))]),
        Images = [(0.01, 0.95), (0.02, 0.93), (0.03, 0.91)],
        Quality = new ReconstructionQuality([0.95, 0.93, 0.91], Errors(0.9301), Errors(0.93), 128, [1, 2, 3, 4]),
        Selection = new SelectionComparison(100, Encoder: new(0.95, 0.01), EncoderFitted: new(0.95, 0.01), Random: new(0.2, 0.5), RandomFitted: new(0.84, 0.03), Matching: new(0.95, 0.008),
            Orthogonal: new(0.96, 0.0051)),
        SparsityCurve = [new(64, 0.93, 0.02, 64), new(128, 0.95, 0.01, 128), new(256, 0.96, 0.008, 256)],
        Compression = new Compression(new CodeCounts(Inputs, Features, Active), 100, 1000, 100, [], [], new RatePoint(300, 25, ""), 26, 100,
            [new RateComparison("PCA", 24, 10, 20, 400, null), new RateComparison("JPEG", null, 600, 24, null, null)], []),
    };

    /// <summary>The run's scores changed.</summary>
    public static ImageEvidence With(this ImageEvidence evidence, Func<Scores, Scores> change) =>
        evidence with { Record = evidence.Record with { Evaluation = change(evidence.Record.Evaluation!) } };

    /// <summary>The run's options changed.</summary>
    public static ImageEvidence With(this ImageEvidence evidence, Func<TrainingOptions, TrainingOptions> change) =>
        evidence with { Record = evidence.Record with { Options = change(evidence.Record.Options) } };

    /// <summary>Another guess of an attribute by each kind of vector.</summary>
    public static ImageEvidence With(this ImageEvidence evidence, string attribute, params double[] scores) => evidence with
    {
        Types = evidence.Types with
        {
            Readouts = evidence.Types.Readouts with { All = [.. evidence.Types.Readouts.All.Select(one => one.Attribute == attribute ? one with { Scores = scores } : one)] },
        },
    };

    /// <summary>Every kind of feature has the same share.</summary>
    public static Dictionary<string, double> Shares(double share) =>
        new[] { "edge", "texture", "colour", "region", "other" }.ToDictionary(kind => kind, _ => share, StringComparer.Ordinal);

    public static ReconstructionErrors Errors(double pearson, double structure = 0.099, double colour = 0.1, double detail = 0.2) => new([0.01, 0.02, 0.03, 0.04],
        [pearson + 0.03, pearson + 0.01, pearson - 0.01, pearson - 0.03], 0.9,
        [new PlaneError("luma Y", 0.01, 0.1), new PlaneError("chroma Cb", colour / 10, 0.1), new PlaneError("chroma Cr", colour / 10, 0.1)],
        [new(0, 0, 1, 0.1), new(0, 1, 1, structure), new(1, 2, 1, structure), new(2, 4, 1, structure), new(4, 8, 1, 0.5), new(8, 16, 1, detail), new(16, 32, 0, 0)]);

    /// <summary>Codes whose features have mean activations from one value to another.</summary>
    public static FeatureTable Table(float low, float high)
    {
        const int Count = 40;
        float[] rows = [.. Enumerable.Range(0, Count * Count).Select(index => index % Count == index / Count ? low + ((high - low) * (index / Count) / (Count - 1f)) : 0)];
        SparseAutoencoder autoencoder = Given.Autoencoder(ImageShape.Row(Count), 1, [.. Enumerable.Range(0, Count).Select(feature =>
            Enumerable.Range(0, Count).Select(column => column == feature ? 1f : 0).ToArray())]);
        return FeatureTable.Of(autoencoder, ImageSet.FromRows("rows", Count, rows), threads: 1);
    }

    private static DictionaryStatistics Statistics(double chroma, double headShare, double skewness) => new()
    {
        Alive = Features,
        Kinds = Shares(0.05),
        Shapes = new Dictionary<string, double>(StringComparer.Ordinal) { ["other"] = 0.5 },
        Redundant = 0.049,
        ChromaShare = chroma,
        Complexity = 100,
        HeadShare = headShare,
        Gini = 0.5,
        Activations = new ActivationShape(1, skewness, 3, 0.5),
        ActivationsForMost = 25,
        ClassKeyFeatures = 10,
        UniqueKeyFeatures = 5.1,
    };

    private static RunRecord Run()
    {
        var scores = new Scores
        {
            Data = "emoji:test",
            Images = 1000,
            Mse = 0.01,
            Pearson = 0.901,
            PearsonAbove90 = 0.51,
            L0 = new Quantiles(Active, Active, Active, Active, Active, Active),
        };
        return new RunRecord
        {
            Version = "0",
            Runtime = "10",
            Train = new DataRecord("emoji:train", 6000, ""),
            Test = new DataRecord("emoji:test", 1000, ""),
            Shape = new ImageShape(64, 64, 3),
            Options = TrainingOptions.PaperImages with { Features = Features, Rule = new SparsityRule.TopK(Active) },
            Engine = new EngineRecord("cpu", "fp32", 256, "", "X64"),
            Finished = true,
            Evaluation = scores,
            TrainEvaluation = scores,
        };
    }
}
