namespace Tangram;

/// <summary>One member's codes and per-image numbers of a chunk, and its sums over the chunks so far.</summary>
internal sealed class MemberSums(int chunk, int k, int featureCount, ImageSet images)
{
    private readonly int[] _features = new int[chunk * k];
    private readonly float[] _activations = new float[chunk * k];
    private readonly int[] _lengths = new int[chunk];
    private readonly double[] _error = new double[chunk], _pearson = new double[chunk], _ssim = new double[chunk];
    private readonly ActivationHistogram _histogram = new();
    private readonly List<double> _pearsonPerImage = new(images.Count), _nonZerosPerImage = new(images.Count);
    private readonly (int Images, double Error, double Pearson, int Correlated)[] _classes = new (int, double, double, int)[images.ClassNames.Count];
    private double _errorSum, _ssimSum;

    /// <summary>Each feature's activations so far.</summary>
    public FeatureCounter Counter { get; } = new(featureCount);

    /// <summary>Encodes images of the chunk from number <paramref name="first"/> on.</summary>
    public void Encode(InferenceSession session, int first, Batch batch, EncoderTile tile) => session.Encode(batch.Rows, batch.Count, tile,
        _features.AsSpan(first * k, batch.Count * k), _activations.AsSpan(first * k, batch.Count * k), _lengths.AsSpan(first, batch.Count));

    /// <summary>The code of an image: features ascending.</summary>
    public ReadOnlySpan<int> Features(int image) => _features.AsSpan(image * k, _lengths[image]);

    public ReadOnlySpan<float> Activations(int image) => _activations.AsSpan(image * k, _lengths[image]);

    public void SetImage(int image, double error, double pearson, double ssim) => (_error[image], _pearson[image], _ssim[image]) = (error, pearson, ssim);

    /// <summary>Adds image number <paramref name="image"/> of the chunk; <paramref name="label"/> is −1 without labels.</summary>
    public void AddImage(int image, int label)
    {
        ReadOnlySpan<int> features = Features(image);
        ReadOnlySpan<float> activations = Activations(image);
        int nonZeros = 0;
        for (int slot = 0; slot < features.Length; slot++)
        {
            if (!Counter.Add(features[slot], activations[slot]))
                continue;
            nonZeros++;
            _histogram.Add(activations[slot]);
        }
        _nonZerosPerImage.Add(nonZeros);
        double pearson = _pearson[image];
        bool correlated = !double.IsNaN(pearson);
        if (correlated)
            _pearsonPerImage.Add(pearson);
        _errorSum += _error[image];
        _ssimSum += _ssim[image];
        if (label < 0)
            return;
        ref var one = ref _classes[label];
        one = (one.Images + 1, one.Error + _error[image], one.Pearson + (correlated ? pearson : 0), one.Correlated + (correlated ? 1 : 0));
    }

    /// <param name="images">The set.</param>
    /// <param name="variation">Σ‖x − x̄‖²: what there is to explain.</param>
    /// <param name="ssim">Whether SSIM was computed.</param>
    public MemberScores Scores(ImageSet images, double variation, bool ssim)
    {
        int count = images.Count, pixels = images.Shape.Length;
        double mse = _errorSum / ((double)count * pixels);
        Quantiles pearson = Quantiles.Of(_pearsonPerImage);
        FeatureUse[] use = Counter.Use(count);
        return new MemberScores
        {
            Mse = mse,
            Psnr = images.Shape.IsImage ? -10 * Math.Log10(mse) : null,
            Ssim = ssim ? _ssimSum / count : null,
            Pearson = pearson.Mean,
            PearsonPerImage = pearson,
            PearsonAbove90 = (double)_pearsonPerImage.Count(one => one > 0.9) / _pearsonPerImage.Count,
            ZeroVariance = count - _pearsonPerImage.Count,
            Fvu = variation > 0 ? _errorSum / variation : double.NaN,
            L0 = Quantiles.Of(_nonZerosPerImage),
            DeadFraction = (double)use.Count(feature => feature.Frequency == 0) / featureCount,
            FeatureFrequency = Quantiles.Of(use.Select(feature => feature.Frequency)),
            Activations = _histogram.Distribution(),
            PerClass = [.. _classes.Select((one, label) => new ClassScores(images.ClassNames[label], one.Images, one.Error / ((double)one.Images * pixels),
                one.Pearson / one.Correlated)).Where(one => one.Images > 0)],
            Features = use,
        };
    }

    /// <summary>Each figure's mean over the members.</summary>
    public static MemberScores Mean(IReadOnlyList<MemberScores> members) => members.Count == 1 ? members[0] : new MemberScores
    {
        Mse = members.Average(member => member.Mse),
        Psnr = members.Average(member => member.Psnr),
        Ssim = members.Average(member => member.Ssim),
        Pearson = members.Average(member => member.Pearson),
        PearsonPerImage = Quantiles.MeanOf([.. members.Select(member => member.PearsonPerImage)]),
        PearsonAbove90 = members.Average(member => member.PearsonAbove90),
        ZeroVariance = members.Average(member => member.ZeroVariance),
        Fvu = members.Average(member => member.Fvu),
        L0 = Quantiles.MeanOf([.. members.Select(member => member.L0)]),
        DeadFraction = members.Average(member => member.DeadFraction),
        FeatureFrequency = Quantiles.MeanOf([.. members.Select(member => member.FeatureFrequency)]),
        Activations = new ActivationDistribution(members.Average(member => member.Activations.NegativeFraction),
            Quantiles.MeanOf([.. members.Select(member => member.Activations.Value)])),
        PerClass = [.. members[0].PerClass.Select((one, label) => one with
        {
            Mse = members.Average(member => member.PerClass[label].Mse),
            Pearson = members.Average(member => member.PerClass[label].Pearson),
        })],
    };
}
