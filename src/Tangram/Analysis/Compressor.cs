using System.Numerics.Tensors;

namespace Tangram;

/// <summary>Measures all ways to compress at all their settings.</summary>
internal sealed class Compressor : IDisposable
{
    /// <summary>What the coarser quantisation of the run's own codes may cost, in dB.</summary>
    public const double Loss = 0.2;

    public const string DictionaryName = "dictionary", ComponentsName = "PCA";

    private const int MostImages = 150, MostLearned = 2000, Examples = 8;

    /// <summary>Quantisation steps, as shares of the root mean square of the learned codes' activations (times their rows' lengths); components are quantised alike.</summary>
    private static readonly double[] s_steps = [4, 2, 1.4, 1, 0.7, 0.5, 0.35, 0.25, 0.125];

    /// <summary>Eighths of k, and of the number of components, that are kept.</summary>
    private static readonly int[] s_eighths = [1, 2, 4, 6, 8];

    private readonly SparseAutoencoder _autoencoder;
    private readonly ImageComponents _components;
    private readonly CompressionSample _sample;
    private readonly ImageSet _learned;
    private readonly Workers _workers;
    private readonly SparseCodes _codes, _learnedCodes;
    private readonly FloatMatrix _projections;
    private readonly double[] _lengths, _steps;

    public Compressor(SparseAutoencoder autoencoder, ImageSet images, ImageSet learned, ImageComponents components, Workers workers, CancellationToken cancellation)
    {
        (_autoencoder, _learned, _components, _workers) = (autoencoder, learned.Sample(MostLearned), components, workers);
        _sample = new CompressionSample(images.Sample(MostImages), _learned, workers, cancellation);
        _codes = autoencoder.Encode(_sample.Images, workers.Count, cancellation);
        _learnedCodes = autoencoder.Encode(_learned, workers.Count, cancellation);
        _projections = _components.Project(_sample.Images, workers);
        _lengths = [.. Enumerable.Range(0, autoencoder.Options.Features).Select(feature => (double)TensorPrimitives.Norm<float>(autoencoder.Decoder.Row(feature)))];
        _steps = [.. s_steps.Select(share => share * RootMeanSquare(_learnedCodes, _lengths))];
    }

    /// <param name="sharing">Images that share what a receiver needs once.</param>
    /// <param name="formats">Null: those that libvips writes.</param>
    public Compression Measure(int sharing, IReadOnlyList<PictureFormat>? formats)
    {
        MeasuredSetting unquantised = _sample.Measure("unquantised", 0, image => (0, Decode(_codes[image].Features.Span, _codes[image].Activations.Span)));
        var settings = new List<(string Name, MeasuredSetting[] Settings)> { (DictionaryName, [.. Dictionary()]), (ComponentsName, [.. Components()]) };
        if (_sample.Images.Shape.IsImage)
        {
            formats ??= PictureFormats.For(_sample.Images.Shape);
            settings.AddRange(formats.Select(format => (PictureFormats.NameOf(format), PictureFormats.Measure(_sample, format).ToArray())));
        }
        // The last settings have the run's own k, the coarsest step first.
        MeasuredSetting[] whole = settings[0].Settings[^_steps.Length..];
        MeasuredSetting own = whole.FirstOrDefault(one => one.Point.Psnr >= unquantised.Point.Psnr - Loss, whole[^1]);
        RateCurve[] curves = [.. settings.Select(way => RateCurve.Of(way.Name, way.Settings.Select(one => one.Point)))];
        return new Compression(new CodeCounts(_sample.Images.Shape.Length, _codes.Features, _autoencoder.Options.MaximumNonZeros), _sample.Images.Count, _learned.Count,
            sharing, curves, [.. settings.Select(way => RateCurve.Shared(way.Name, way.Settings.Select(one => one.Point), sharing))], own.Point,
            unquantised.Point.Psnr, WhichBytes(_steps[Array.IndexOf(whole, own)]), [.. curves.Skip(1).Select(curve => Compare(curve, own.Point))],
            [.. ExampleImages.Of(_sample.Images, Examples).Select(image => Example(image, own, settings.Skip(1).Select(way => way.Settings)))]);
    }

    public void Dispose() => _projections.Dispose();

    /// <summary>All settings of the dictionary: k' of the k activations, each at every step.</summary>
    private IEnumerable<MeasuredSetting> Dictionary()
    {
        int k = _autoencoder.Options.MaximumNonZeros;
        foreach (int most in s_eighths.Select(share => (int)((long)share * k / 8)).Where(most => most > 0))
        {
            SparseCodes learned = ShorterCodes.Of(_learnedCodes, most), codes = ShorterCodes.Of(_codes, most);
            foreach (double step in _steps)
            {
                CodeCompressor compressor = CodeCompressor.Fit(_lengths, learned, step);
                yield return _sample.Measure(FormattableString.Invariant($"k' = {most}, step {step:G3}"), DictionaryBytes + compressor.ModelBytes, image =>
                {
                    byte[] bytes = compressor.Compress(codes[image].Features.Span, codes[image].Activations.Span);
                    var (features, activations) = compressor.Decompress(bytes);
                    return (bytes.Length, Decode(features, activations));
                });
            }
        }
    }

    /// <summary>The decoder's matrix and the pre-bias as fp32: what a receiver needs; the encoder's bias, and its matrix where it has one of its own, stay with the sender.</summary>
    private long DictionaryBytes => sizeof(float) * (((long)_autoencoder.Decoder.Rows * _autoencoder.Decoder.Columns) + (_autoencoder.PreBias?.Length ?? 0));

    private IEnumerable<MeasuredSetting> Components()
    {
        using FloatMatrix learned = _components.Project(_learned, _workers);
        foreach (int count in s_eighths.Select(share => share * _components.Count / 8).Distinct())
        {
            long bytes = sizeof(float) * (count + 1L) * _components.Mean.Length;
            foreach (double step in _steps)
            {
                ComponentCompressor compressor = ComponentCompressor.Fit(learned, count, step);
                yield return _sample.Measure(FormattableString.Invariant($"{count} components, step {step:G3}"), bytes + compressor.ModelBytes, image =>
                {
                    byte[] file = compressor.Compress(_projections.Row(image));
                    return (file.Length, _components.Reconstruct(compressor.Decompress(file)));
                });
            }
        }
    }

    private float[] Decode(ReadOnlySpan<int> features, ReadOnlySpan<float> activations) => _autoencoder.Decode(features, activations);

    private double WhichBytes(double step)
    {
        CodeCompressor compressor = CodeCompressor.Fit(_lengths, _learnedCodes, step);
        return Enumerable.Range(0, _codes.Count).Average(image => compressor.BitsOf(_codes[image].Features.Span, _codes[image].Activations.Span).Which / 8);
    }

    private static RateComparison Compare(RateCurve curve, RatePoint own)
    {
        var cost = curve.CostAt(own.Psnr);
        long? paidBack = cost is { } other && other.Bytes > own.Bytes
            ? Math.Max(1, (long)Math.Min(long.MaxValue / 2, Math.Ceiling((own.SharedBytes - other.SharedBytes) / (other.Bytes - own.Bytes))))
            : null;
        return new RateComparison(curve.Name, curve.PsnrAt(own.Bytes), curve.Points[0].Bytes, curve.Points[0].Psnr, cost?.Bytes, paidBack);
    }

    private CompressionExample Example(int image, MeasuredSetting own, IEnumerable<MeasuredSetting[]> others)
    {
        int budget = own.Bytes[image];
        CompressedImage Made(MeasuredSetting setting) => new(_sample.AsShown(setting.Code(image).Decoded), setting.Bytes[image], _sample.Psnr(setting.Errors[image]));
        MeasuredSetting Best(MeasuredSetting[] settings) => settings.Where(one => one.Bytes[image] <= budget).MinBy(one => one.Errors[image])
            ?? settings.MinBy(one => one.Bytes[image])!;
        ImageSet images = _sample.Images;
        return new CompressionExample(images.HasLabels ? images.ClassNames[images.Label(image)] : $"sample {image}", _sample.Original(image),
            [Made(own), .. others.Select(settings => Made(Best(settings)))]);
    }

    private static double RootMeanSquare(SparseCodes codes, double[] lengths)
    {
        double sum = 0;
        for (int entry = 0; entry < codes.NonZeros; entry++)
            sum += Math.Pow(codes.Value.Span[entry] * lengths[codes.Feature.Span[entry]], 2);
        return sum > 0 ? Math.Sqrt(sum / codes.NonZeros) : 1;
    }
}
