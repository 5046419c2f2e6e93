namespace Tangram;

/// <summary>
/// One pass over a set. Chunks of images are encoded, decoded and compared in parallel, each image into places of its own; sums over images are then taken
/// in order, so that no bit depends on threads, and memory grows by a few numbers per image only.
/// </summary>
internal sealed class EvaluationPass
{
    /// <summary>Images, and entries of their codes per member, that a chunk has at most: a small part of the memory that models of that size need.</summary>
    public const int MaximumChunk = 4096, MaximumEntries = 1 << 28;

    private readonly Ensemble _ensemble;
    private readonly ImageSet _images;
    private readonly ModelOptions _options;
    private readonly bool _ssim;
    private readonly int _threads, _k;
    private readonly MemberSums[] _sums;
    private readonly double[] _pixelSums;
    private double _pixelSquares, _codeDistance, _codeCosine;

    public EvaluationPass(Ensemble ensemble, ImageSet images, bool ssim, int threads)
    {
        (_ensemble, _images, _options, _threads) = (ensemble, images, ensemble.Options, threads);
        _ssim = ssim && images.Shape.IsImage && Ssim.Fits(images.Shape);
        _k = _options.MaximumNonZeros;
        Chunk = Math.Clamp(MaximumEntries / _k, EncoderTile.Samples, MaximumChunk);
        _sums = [.. ensemble.Select(_ => new MemberSums(Math.Min(Chunk, images.Count), _k, _options.Features, images))];
        _pixelSums = new double[_options.Shape.Length];
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
            for (int pixel = 0; pixel < pixels.Length; pixel++)
            {
                _pixelSums[pixel] += pixels[pixel];
                _pixelSquares += (double)pixels[pixel] * pixels[pixel];
            }
            int label = _images.HasLabels ? _images.Label(start + image) : -1;
            foreach (MemberSums sums in _sums)
                sums.AddImage(image, label);
            AddPairs(image);
        }
    }

    public Scores Scores()
    {
        double variance = _pixelSquares - (_pixelSums.Sum(sum => sum * sum) / _images.Count);
        MemberScores[] members = [.. _sums.Select(sums => sums.Scores(_images, variance, _ssim))];
        MemberScores mean = MemberSums.Mean(members);
        return new Scores
        {
            Data = _images.Name,
            Images = _images.Count,
            Mse = mean.Mse,
            Psnr = mean.Psnr,
            Ssim = mean.Ssim,
            Pearson = mean.Pearson,
            PearsonPerImage = mean.PearsonPerImage,
            PearsonAbove90 = mean.PearsonAbove90,
            ZeroVariance = mean.ZeroVariance,
            Fvu = mean.Fvu,
            L0 = mean.L0,
            DeadFraction = mean.DeadFraction,
            FeatureFrequency = mean.FeatureFrequency,
            Activations = mean.Activations,
            PerClass = mean.PerClass,
            Consistency = _sums.Length > 1 ? Consistency(members) : null,
            Members = members,
        };
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

    /// <summary>Adds ‖z_a − z_b‖² and the cosine of z_a and z_b for every pair of members and one image of the chunk.</summary>
    private void AddPairs(int image)
    {
        for (int a = 0; a < _sums.Length; a++)
        {
            for (int b = a + 1; b < _sums.Length; b++)
            {
                var (aa, bb, ab) = Products(_sums[a].Features(image), _sums[a].Activations(image), _sums[b].Features(image), _sums[b].Activations(image));
                _codeDistance += aa + bb - (2 * ab);
                _codeCosine += aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb) : 0;
            }
        }
    }

    /// <summary>⟨a, a⟩, ⟨b, b⟩ and ⟨a, b⟩ of two codes whose features ascend.</summary>
    private static (double, double, double) Products(ReadOnlySpan<int> featuresA, ReadOnlySpan<float> a, ReadOnlySpan<int> featuresB, ReadOnlySpan<float> b)
    {
        double aa = 0, bb = 0, ab = 0;
        foreach (float value in a)
            aa += (double)value * value;
        int other = 0;
        for (int slot = 0; slot < b.Length; slot++)
        {
            bb += (double)b[slot] * b[slot];
            while (other < a.Length && featuresA[other] < featuresB[slot])
                other++;
            if (other < a.Length && featuresA[other] == featuresB[slot])
                ab += (double)a[other] * b[slot];
        }
        return (aa, bb, ab);
    }

    private ConsistencyScores Consistency(MemberScores[] members)
    {
        double cosine = 0, alive = 0;
        int pairs = 0, pairsAlive = 0;
        for (int a = 0; a < members.Length; a++)
        {
            for (int b = a + 1; b < members.Length; b++, pairs++)
            {
                int[] both = [.. Enumerable.Range(0, _options.Features)
                    .Where(feature => members[a].Features[feature].Frequency > 0 && members[b].Features[feature].Frequency > 0)];
                alive += both.Length;
                if (both.Length == 0)
                    continue;
                cosine += both.Average(feature => Correlation.Cosine(_ensemble[a].Feature(feature), _ensemble[b].Feature(feature)));
                pairsAlive++;
            }
        }
        return new ConsistencyScores(_codeDistance / pairs / ((double)_images.Count * _options.Features), _codeCosine / pairs / _images.Count,
            cosine / pairsAlive, alive / pairs);
    }
}
