using System.Numerics.Tensors;

namespace Tangram;

/// <summary>What the figures and the report are made from: a finished run, its test images, and what was measured on them.</summary>
internal sealed class ReportData : IDisposable
{
    /// <param name="trained">What run.json says.</param>
    /// <param name="record">The same, with the evaluation on <paramref name="images"/> in place of that on other ones.</param>
    /// <param name="ensemble">What was trained.</param>
    /// <param name="images">The images of the report.</param>
    /// <param name="learned">Those that the run learned from, if they are at hand.</param>
    /// <param name="threads">Threads to use; 0: one per processor.</param>
    /// <param name="steps">Told what is being measured.</param>
    public ReportData(RunRecord trained, RunRecord record, Ensemble ensemble, ImageSet images, ImageSet? learned, int threads, ReportSteps steps)
    {
        CancellationToken cancellation = Cancellation = steps.Cancellation;
        (Trained, Record, Ensemble, Images, Learned, Threads) = (trained, record, ensemble, images, learned ?? images, threads);
        steps.Next("encoding");
        Tables = [.. ensemble.Select(member => FeatureTable.Of(member, images, threads, cancellation))];
        steps.Next("the dictionary");
        Statistics = Analyse(ensemble, Tables, threads, cancellation);
        steps.Next("an untrained dictionary");
        Ensemble yardsticks = ensemble.Untrained(DictionaryAnalysis.Yardsticks(ensemble.Options), cancellation);
        FeatureTable[] untrained = [.. yardsticks.Select(member => FeatureTable.Of(member, images, threads, cancellation))];
        UntrainedTable = untrained[0];
        UntrainedStatistics = Analyse(yardsticks, untrained, threads, cancellation);
        steps.Next("principal components");
        using var workers = new Workers(Workers.CountFor(threads), cancellation);
        using ImageComponents fitted = ImageComponents.Of(Learned, workers);
        Components = fitted.Leading(ImageComponents.Yardstick);
        Projections = Components.Project(images, workers);
        Spaces =
        [
            VectorSpace.OfCodes("codes", Table.Codes), VectorSpace.OfCodes("codes, untrained", UntrainedTable.Codes), VectorSpace.OfPixels(ValuesWord, images, Components.Mean),
            VectorSpace.OfRows($"PCA-{Components.Count}", Projections),
        ];
        steps.Next("kinds of images");
        Types = ImageTypes.Of((Shown, Table), (yardsticks[0], UntrainedTable), images, Spaces, Learned, Components, workers, cancellation);
        yardsticks.Free();
        steps.Next("retrieval");
        Retrieval = Tangram.Retrieval.Of(Spaces, images, workers, cancellation);
        steps.Next("quality");
        Quality = new (double, double)[images.Count];
        workers.Run(images.Count, (_, image) => Quality[image] = Rebuild(image));
        ByQuality = [.. Enumerable.Range(0, images.Count).OrderBy(image => double.IsNaN(Quality[image].Pearson) ? double.NegativeInfinity : Quality[image].Pearson)];
        IEnumerable<double> pearson = Quality.Select(one => one.Pearson);
        ReconstructionQuality = Tangram.ReconstructionQuality.Of(Shown, Table.Codes, images, pearson, Types.Attributes.Complexity, Components, workers, cancellation);
        SparsityCurve = Tangram.SparsityCurve.Of(Shown, images, workers, cancellation);
        steps.Next("the choice of features");
        Selection = SelectionComparison.Of(Shown, Table.Codes, images, Table.Alive, workers, cancellation);
        steps.Next("compression");
        Compression = Tangram.Compression.Of(Shown, images, Learned, fitted, threads, cancellation: cancellation);
        ImageEvidence evidence = Evidence(workers);
        Claims = ClaimGuard.Apply(record, [.. PaperClaims.Check(record), .. AnalysisClaims.Check(Statistics, UntrainedStatistics, Table.Profile), .. ImageClaims.Check(evidence)]);
        Findings = Tangram.Findings.Of(record, evidence);
    }

    /// <summary>What run.json says of the training.</summary>
    public RunRecord Trained { get; }

    /// <summary>The same, evaluated on <see cref="Images"/>.</summary>
    public RunRecord Record { get; }

    public Ensemble Ensemble { get; }

    public ImageSet Images { get; }

    /// <summary>What yardsticks (principal components, read-outs, models of probability) are fitted to: the images that the run learned from, else those of the report.</summary>
    public ImageSet Learned { get; }

    /// <summary>Threads to use; 0: one per processor.</summary>
    public int Threads { get; }

    /// <summary>Whose images <see cref="Learned"/> are, in words.</summary>
    public string LearnedWords => ReferenceEquals(Learned, Images) ? $"these very {ItemsWord}, which flatters it, for those learned from aren't at hand" : $"{ItemsWord} that the run learned from";

    public CancellationToken Cancellation { get; }

    /// <summary>One per member.</summary>
    public FeatureTable[] Tables { get; }

    /// <summary>One per member.</summary>
    public DictionaryStatistics[] Statistics { get; }

    /// <summary>The first of the untrained dictionaries.</summary>
    public FeatureTable UntrainedTable { get; }

    /// <summary>One per untrained dictionary.</summary>
    public DictionaryStatistics[] UntrainedStatistics { get; }

    /// <summary>Principal components, fitted to <see cref="Learned"/>.</summary>
    public ImageComponents Components { get; }

    /// <summary>What each of <see cref="Images"/> has of them, [N, C].</summary>
    public FloatMatrix Projections { get; }

    /// <summary>The images as codes of the member shown, as codes of an untrained dictionary, as pixels less the mean of <see cref="Learned"/>, and as components.</summary>
    public IReadOnlyList<VectorSpace> Spaces { get; }

    /// <summary>How well each of <see cref="Spaces"/> retrieves images of the same class; null where that can't be said.</summary>
    public Retrieval? Retrieval { get; }

    /// <summary>What codes say of kinds of images.</summary>
    public ImageTypes Types { get; }

    /// <summary>All claims of the papers, checked.</summary>
    public IReadOnlyList<PaperClaim> Claims { get; }

    /// <summary>What the run says of its images.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>"image", or "row".</summary>
    public string ItemWord => Shape.Noun;

    /// <summary>"images", or "rows".</summary>
    public string ItemsWord => ItemWord + "s";

    /// <summary>"an image", or "a row".</summary>
    public string AnItem => Shape.IsImage ? "an image" : "a row";

    /// <summary>What an item consists of: "pixels", or "values".</summary>
    public string ValuesWord => Shape.IsImage ? "pixels" : "values";

    /// <summary>What the codes of the member shown are worth as compression.</summary>
    public Compression Compression { get; }

    /// <summary>The member that figures show: the first.</summary>
    public SparseAutoencoder Shown => Ensemble[0];

    public FeatureTable Table => Tables[0];

    /// <summary>"50", or "at most 50" where codes may be shorter.</summary>
    public string ActiveWords => $"{(Ensemble.Options.IsRectified ? "at most " : "")}{Ensemble.Options.MaximumNonZeros}";

    /// <summary>What features are rows of.</summary>
    public string MatrixWords => Ensemble.Options.Untied ? "the decoder's weight matrix" : "the weight matrix that encoder and decoder share";

    public ImageShape Shape => Ensemble.Options.Shape;

    /// <summary>The shape that images and features are drawn in: their own; for rows that aren't pictures about a square, filled line by line.</summary>
    public ImageShape Drawn
    {
        get
        {
            int side = (int)Math.Ceiling(Math.Sqrt(Shape.Length));
            return Shape.IsImage ? Shape : new ImageShape(side, ((Shape.Length - 1) / side) + 1, 1);
        }
    }

    /// <summary>How values become colours, for those who look at <see cref="Draw"/>'s pictures; "" where it needs no words.</summary>
    public string DrawnWords => Shape.IsImage ? "" : "A row is drawn as a square of its values, line by line: zero white, blue below, orange above, full colour the largest of the row.";

    /// <summary>MSE and Pearson of each image, by the member shown.</summary>
    public (double Mse, double Pearson)[] Quality { get; }

    /// <summary>What reconstructions lose, by the member shown.</summary>
    public ReconstructionQuality ReconstructionQuality { get; }

    /// <summary>What the choice of features is worth, by the member shown; null where its dictionary is too large for that.</summary>
    public SelectionComparison? Selection { get; }

    /// <summary>Quality by the member's dictionary with fewer and with more features per code.</summary>
    public IReadOnlyList<SparsityPoint> SparsityCurve { get; }

    /// <summary>Images from the worst reconstruction to the best.</summary>
    public int[] ByQuality { get; }

    public float[] Image(int index)
    {
        var x = new float[Shape.Length];
        Images.CopyTo(index, x);
        return x;
    }

    /// <summary>An image, or what was made of it, as a picture; of a row, full colour is the largest magnitude of <paramref name="original"/>.</summary>
    public Raster Draw(float[] values, float[] original) => Mosaic.Picture(values, Drawn, Shape.IsImage ? Stretch.Unit : Stretch.Signed,
        Math.Max(Math.Abs((double)TensorPrimitives.MaxMagnitude<float>(original)), 1e-30));

    /// <summary>A small picture of a feature: in colour, where it has any, stretched from its least to its largest weight; else about zero.</summary>
    public Raster DrawFeature(int feature) => Mosaic.Picture(Shown.Feature(feature), Drawn, Shape.Channels == 3 ? Stretch.MinMax : Stretch.Signed);

    /// <summary>How to read <see cref="DrawFeature"/>'s pictures.</summary>
    public string FeatureWords => Shape.Channels == 3 ? "in colour, each from its least to its largest weight" : "orange weights are positive, blue ones negative";

    public float[] Reconstruction(int index)
    {
        var (features, activations) = Table.Codes[index];
        return Shown.Decode(features.Span, activations.Span);
    }

    /// <summary>Images to show.</summary>
    public int[] Examples(int count) => ExampleImages.Of(Images, count);

    /// <summary>A figure's mean over the untrained dictionaries: NaN where it has none.</summary>
    public double UntrainedMean(Func<DictionaryStatistics, double?> value) => UntrainedStatistics.Average(one => value(one) ?? double.NaN);

    public string ClassOf(int image) => Images.HasLabels ? Images.ClassNames[Images.Label(image)] : $"{ItemWord} {image}";

    /// <summary>Computes something with as many threads as the report may use.</summary>
    public T WithWorkers<T>(Func<Workers, T> compute)
    {
        using var workers = new Workers(Workers.CountFor(Threads), Cancellation);
        return compute(workers);
    }

    public void Dispose()
    {
        Components.Dispose();
        Projections.Dispose();
    }

    private static DictionaryStatistics[] Analyse(Ensemble ensemble, FeatureTable[] tables, int threads, CancellationToken cancellation) =>
        [.. ensemble.Zip(tables, (member, table) => DictionaryAnalysis.Analyse(member, table, threads, cancellation))];

    private ImageEvidence Evidence(Workers workers) => new()
    {
        Record = Record,
        Trained = Statistics[0],
        Untrained = UntrainedStatistics[0],
        Table = Table,
        Weights = WeightEvidence.Of(Shown, Table.Alive, Images, workers),
        Types = Types,
        Retrieval = Retrieval,
        Images = Quality,
        Quality = ReconstructionQuality,
        Selection = Selection,
        SparsityCurve = SparsityCurve,
        Compression = Compression,
    };

    private (double Mse, double Pearson) Rebuild(int index)
    {
        float[] x = Image(index), y = Reconstruction(index);
        return (Correlation.SquaredError(x, y) / x.Length, Correlation.Pearson(x, y));
    }
}
