namespace Tangram;

/// <summary>What the figures and the report are made from: a finished run, its test images, and what was measured on them.</summary>
internal sealed class ReportData
{
    public ReportData(RunRecord record, Ensemble ensemble, ImageSet images, int threads)
    {
        (Record, Ensemble, Images) = (record, ensemble, images);
        Tables = [.. ensemble.Select(member => FeatureTable.Of(member, images, threads))];
        Statistics = [.. ensemble.Select((member, index) => DictionaryAnalysis.Analyse(member, Tables[index]))];
        Untrained = ensemble.Untrained();
        UntrainedTable = FeatureTable.Of(Untrained[0], images, threads);
        UntrainedStatistics = DictionaryAnalysis.Analyse(Untrained[0], UntrainedTable);
        Quality = [.. Enumerable.Range(0, images.Count).Select(Rebuild)];
        ByQuality = [.. Enumerable.Range(0, images.Count).OrderBy(image => double.IsNaN(Quality[image].Pearson) ? double.NegativeInfinity : Quality[image].Pearson)];
    }

    public RunRecord Record { get; }

    public Ensemble Ensemble { get; }

    public ImageSet Images { get; }

    /// <summary>One per member.</summary>
    public FeatureTable[] Tables { get; }

    /// <summary>One per member.</summary>
    public DictionaryStatistics[] Statistics { get; }

    public Ensemble Untrained { get; }

    public FeatureTable UntrainedTable { get; }

    public DictionaryStatistics UntrainedStatistics { get; }

    /// <summary>The member that figures show: the first.</summary>
    public SparseAutoencoder Shown => Ensemble[0];

    public FeatureTable Table => Tables[0];

    public ImageShape Shape => Ensemble.Options.Shape;

    /// <summary>MSE and Pearson of each image, by the member shown.</summary>
    public (double Mse, double Pearson)[] Quality { get; }

    /// <summary>Images from the worst rebuilt to the best.</summary>
    public int[] ByQuality { get; }

    public float[] Image(int index)
    {
        var x = new float[Shape.Length];
        Images.CopyTo(index, x);
        return x;
    }

    public float[] Reconstruction(int index)
    {
        var (features, activations) = Table.Codes[index];
        return Shown.Decode(features.Span, activations.Span);
    }

    /// <summary>Images to show: the first of each class, or evenly spread ones without labels; at most ten.</summary>
    public int[] Examples(int count)
    {
        if (!Images.HasLabels)
            return [.. Enumerable.Range(0, Math.Min(count, Images.Count)).Select(index => (int)((long)index * Images.Count / Math.Min(count, Images.Count)))];
        return [.. Enumerable.Range(0, Images.Count).DistinctBy(Images.Label).OrderBy(Images.Label).Take(count)];
    }

    public string ClassOf(int image) => Images.HasLabels ? Images.ClassNames[Images.Label(image)] : $"image {image}";

    private (double Mse, double Pearson) Rebuild(int index)
    {
        float[] x = Image(index), y = Reconstruction(index);
        return (Correlation.SquaredError(x, y) / x.Length, Correlation.Pearson(x, y));
    }
}
