namespace Tangram;

/// <summary>
/// One pass over a set. Chunks of images are encoded, decoded and compared in parallel, each image into places of its own; sums over images are then taken
/// in order, so that no bit depends on threads, and memory grows by a few numbers per image only.
/// </summary>
internal sealed class EvaluationPass
{
    /// <summary>Images, and entries of their codes per member, that a chunk has at most: a small part of the memory that models of that size need.</summary>
    public const int MaximumChunk = 4096, MaximumEntries = 1 << 28;

    /// <summary>Images by which the mean image is judged.</summary>
    private const int BaselineSample = 2048;

    private readonly Ensemble _ensemble;
    private readonly ImageSet _images;
    private readonly ModelOptions _options;
    private readonly bool _ssim;
    private readonly int _threads, _k;
    private readonly MemberSums[] _sums;
    private readonly Agreement[] _pairs;
    private readonly ColumnMoments _columns;

    public EvaluationPass(Ensemble ensemble, ImageSet images, bool ssim, int threads)
    {
        (_ensemble, _images, _options, _threads) = (ensemble, images, ensemble.Options, threads);
        _ssim = ssim && images.Shape.IsImage && Ssim.Fits(images.Shape);
        _k = _options.MaximumNonZeros;
        Chunk = Math.Clamp(MaximumEntries / _k, EncoderTile.Samples, MaximumChunk);
        _sums = [.. ensemble.Select(_ => new MemberSums(Math.Min(Chunk, images.Count), _k, _options.Features, images))];
        _pairs = [.. Enumerable.Range(0, ensemble.Count).SelectMany(b => Enumerable.Range(0, b).Select(a => new Agreement(a, b, _options.Features)))];
        _columns = new ColumnMoments(_options.Shape.Length);
    }

    /// <summary>Images per chunk.</summary>
    public int Chunk { get; }

    public void Add(int start, int count, CancellationToken cancellation)
    {
        int[] indices = [.. Enumerable.Range(start, count)];
        ImageSet chunk = _images.Subset(_images.Name, indices);
        InferenceSession[] sessions = [.. _ensemble.Select(InferenceSession.Create)];
        Inference.ForTiles(chunk, _options, _threads, (first, batch, tile) => Measure(first, batch, tile, sessions), cancellation);

        var pixels = new float[_options.Shape.Length];
        for (int image = 0; image < count; image++)
        {
            chunk.CopyTo(image, pixels);
            _columns.Add(pixels);
            int label = _images.HasLabels ? _images.Label(start + image) : -1;
            foreach (MemberSums sums in _sums)
                sums.AddImage(image, label);
            foreach (Agreement pair in _pairs)
                pair.Add(_sums, image);
        }
    }

    /// <param name="matching">Whether members' features are matched one to one.</param>
    /// <param name="cancellation">Stops the matching.</param>
    public Scores Scores(bool matching, CancellationToken cancellation)
    {
        double variation = System.Numerics.Tensors.TensorPrimitives.Sum(_columns.SquaredDeviations);
        MemberScores[] members = [.. _sums.Select(sums => sums.Scores(_images, variation, _ssim))];
        MemberScores mean = MemberSums.Mean(members);
        return new Scores
        {
            Data = _images.Name,
            Images = _images.Count,
            Mse = mean.Mse,
            Psnr = mean.Psnr,
            Ssim = mean.Ssim,
            Pearson = mean.Pearson,
            PearsonOfMean = PearsonOfMean(),
            PearsonPerImage = mean.PearsonPerImage,
            PearsonAbove90 = mean.PearsonAbove90,
            ZeroVariance = mean.ZeroVariance,
            Fvu = mean.Fvu,
            L0 = mean.L0,
            DeadFraction = mean.DeadFraction,
            FeatureFrequency = mean.FeatureFrequency,
            Activations = mean.Activations,
            PerClass = mean.PerClass,
            Consistency = _pairs.Length > 0 ? Consistency(matching, cancellation) : null,
            Members = members,
        };
    }

    /// <summary>The mean Pearson of the mean image as the reconstruction of all, over a sample.</summary>
    private double PearsonOfMean()
    {
        ImageSet sample = _images.Sample(BaselineSample);
        float[] mean = [.. _columns.Mean.ToArray().Select(value => (float)value)], image = new float[mean.Length];
        double sum = 0;
        int varied = 0;
        for (int index = 0; index < sample.Count; index++)
        {
            sample.CopyTo(index, image);
            double pearson = Correlation.Pearson(image, mean);
            if (double.IsNaN(pearson))
                continue;
            sum += pearson;
            varied++;
        }
        return sum / varied;
    }

    private void Measure(int first, Batch batch, EncoderTile tile, InferenceSession[] sessions)
    {
        Ssim? ssim = _ssim ? new Ssim(_options.Shape) : null;
        using var reconstructions = new FloatMatrix(batch.Count, _options.Shape.Length);
        for (int member = 0; member < sessions.Length; member++)
            _sums[member].Encode(sessions[member], first, batch, tile);
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<float> x = batch.Rows.Row(row);
            ssim?.SetImage(x);
            for (int member = 0; member < sessions.Length; member++)
            {
                MemberSums sums = _sums[member];
                sessions[member].Decode(sums.Features(first + row), sums.Activations(first + row), reconstructions, row);
                ReadOnlySpan<float> y = reconstructions.Row(row);
                sums.SetImage(first + row, Correlation.SquaredError(x, y), Correlation.Pearson(x, y), ssim?.Compare(y) ?? 0);
            }
        }
    }

    private ConsistencyScores Consistency(bool matching, CancellationToken cancellation)
    {
        using Workers? workers = matching ? new Workers(Workers.CountFor(_threads), cancellation) : null;
        return Agreement.Mean([.. _pairs.Select(pair => pair.Scores(_sums, _ensemble, _images.Count, workers, cancellation))]);
    }
}
