using System.Numerics.Tensors;

namespace Tangram;

/// <summary>The error of one plane of images: luma, or a colour difference.</summary>
/// <param name="Name">The plane.</param>
/// <param name="Mse">Mean of squared errors over images and pixels.</param>
/// <param name="Variance">Mean of squared deviations from the mean image.</param>
internal sealed record PlaneError(string Name, double Mse, double Variance)
{
    /// <summary>In dB at a range of 1.</summary>
    public double Psnr => 10 * Math.Log10(1 / Mse);

    /// <summary>The share of what sets images apart from their mean that is lost; NaN where nothing does.</summary>
    public double Lost => Variance > 0 ? Mse / Variance : double.NaN;
}

/// <summary>The error of luma in one octave of spatial frequency.</summary>
/// <param name="From">Lowest frequency, in periods per image.</param>
/// <param name="To">Upper bound; equal to <paramref name="From"/> for the images' means.</param>
/// <param name="Energy">Squared deviation from the mean image, the mean over images.</param>
/// <param name="Error">Squared error, the mean over images.</param>
internal sealed record BandError(double From, double To, double Energy, double Error)
{
    /// <summary>The share of the band that is lost; NaN where images don't differ in it.</summary>
    public double Lost => Energy > 0 ? Error / Energy : double.NaN;
}

/// <summary>What is lost between images and reconstructions of them. A set without pictures has neither planes nor bands.</summary>
/// <param name="Mse">Of each image, in the order of the images.</param>
/// <param name="Pearson">Of each image; NaN where image or reconstruction has no variance.</param>
/// <param name="MeanSsim">Mean over images; NaN where images are too small for it.</param>
/// <param name="Planes">Luma, and for colour the two differences.</param>
/// <param name="Bands">Of luma, from the images' means to the finest detail.</param>
internal sealed record ReconstructionErrors(double[] Mse, double[] Pearson, double MeanSsim, IReadOnlyList<PlaneError> Planes, IReadOnlyList<BandError> Bands)
{
    /// <summary>Over the images that have one.</summary>
    public double MeanPearson => Mean(Pearson);

    public double MeanMse => Mse.Average();

    /// <summary>Compares images with what <paramref name="reconstruct"/> makes of them, each image by one thread, sums in the images' order.</summary>
    /// <param name="images">Images of one shape.</param>
    /// <param name="mean">The mean image [D] that deviations are taken from.</param>
    /// <param name="reconstruct">The reconstruction of image i, D values; called by several threads.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Stops between images.</param>
    public static ReconstructionErrors Of(ImageSet images, float[] mean, Func<int, float[]> reconstruct, Workers workers, CancellationToken cancellation)
    {
        ImageShape shape = images.Shape;
        Meter[] meters = [.. Enumerable.Range(0, workers.Count).Select(_ => new Meter(shape))];
        var each = new ImageError[images.Count];
        workers.Run(images.Count, (worker, image) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var x = new float[shape.Length];
            images.CopyTo(image, x);
            each[image] = meters[worker].Measure(x, mean, reconstruct(image));
        });
        double area = (double)shape.Width * shape.Height;
        IReadOnlyList<string> planes = shape.IsImage ? LumaChroma.Planes(shape.Channels) : [];
        return new ReconstructionErrors([.. each.Select(one => one.Mse)], [.. each.Select(one => one.Pearson)], each.Average(one => one.Ssim),
            [.. planes.Select((name, plane) =>
                new PlaneError(name, each.Average(one => one.PlaneErrors[plane]) / area, each.Average(one => one.PlaneEnergies[plane]) / area))],
            [.. Enumerable.Range(0, each[0].BandErrors.Length).Select(band =>
            {
                var (from, to) = FrequencyBands.Range(band);
                return new BandError(from, to, each.Average(one => one.BandEnergies[band]), each.Average(one => one.BandErrors[band]));
            })]);
    }

    /// <summary>The mean of the numbers that are finite; NaN of none.</summary>
    public static double Mean(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    private sealed record ImageError(double Mse, double Pearson, double Ssim, double[] PlaneErrors, double[] PlaneEnergies, double[] BandErrors,
        double[] BandEnergies);

    /// <summary>One thread's room.</summary>
    private sealed class Meter(ImageShape shape)
    {
        private readonly Ssim? _ssim = shape.IsImage && Ssim.Fits(shape) ? new Ssim(shape) : null;
        private readonly FrequencyBands? _bands = shape.IsImage ? new FrequencyBands(shape.Width, shape.Height) : null;
        private readonly float[] _difference = new float[shape.Length], _planes = new float[shape.Length];

        public ImageError Measure(float[] x, float[] mean, float[] y)
        {
            _ssim?.SetImage(x);
            double ssim = _ssim?.Compare(y) ?? double.NaN;
            (double[] Planes, double[] Bands) errors = Energies(y, x), energies = Energies(x, mean);
            return new ImageError(Correlation.SquaredError(x, y) / x.Length, Correlation.Pearson(x, y), ssim, errors.Planes, energies.Planes, errors.Bands,
                energies.Bands);
        }

        /// <summary>Sums of squares of a − b, by plane and, of luma, by band.</summary>
        private (double[] Planes, double[] Bands) Energies(float[] a, float[] b)
        {
            if (_bands is null)
                return ([], []);
            TensorPrimitives.Subtract(a, b, _difference);
            LumaChroma.Transform(_difference, shape.Channels, _planes);
            int area = shape.Width * shape.Height;
            var bands = new double[_bands.Count];
            _bands.AddEnergy(_planes.AsSpan(0, area), bands);
            return ([.. Enumerable.Range(0, shape.Channels).Select(plane => SumOfSquares(_planes.AsSpan(plane * area, area)))], bands);
        }

        private static double SumOfSquares(ReadOnlySpan<float> values)
        {
            double sum = 0;
            foreach (float value in values)
                sum += (double)value * value;
            return sum;
        }
    }
}
