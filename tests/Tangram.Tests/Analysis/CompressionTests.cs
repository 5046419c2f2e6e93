namespace Tangram.Tests;

public sealed class CompressionTests(CompressionTests.Digits digits) : IClassFixture<CompressionTests.Digits>
{
    /// <summary>Features that start as images: their codes differ from image to image even after so short a training.</summary>
    public sealed class Digits
    {
        public Digits()
        {
            SmallRun small = SmallRun.Of("all options");
            (Images, Autoencoder) = (small.Images, small.Run.Ensemble[0]);
            Measured = Of(Autoencoder, Images, 2, null);
        }

        internal ImageSet Images { get; }

        internal SparseAutoencoder Autoencoder { get; }

        internal Compression Measured { get; }
    }

    [Fact]
    public void The_documents_three_figures_denote_three_things()
    {
        var counts = new CodeCounts(12288, 3072, 128);
        Assert.Equal(0.0104, counts.OfInputs, 1e-4);
        Assert.Equal(0.0417, counts.OfFeatures, 1e-4);
        Assert.Equal(0.9583, counts.Sparsity, 1e-4);
        Assert.False(counts.IsOvercomplete);
        Assert.Equal(128 * (4 + 1.5), counts.PlainBytes);
        Assert.True(new CodeCounts(784, 1024, 50).IsOvercomplete);
        Assert.False(new CodeCounts(784, 784, 50).IsOvercomplete);
    }

    [Fact]
    public void Ways_are_measured_at_their_rates_and_compared_at_the_runs_own()
    {
        Compression compression = digits.Measured;
        Assert.Equal(["dictionary", "PCA", "WebP", "JPEG"], compression.Curves.Select(curve => curve.Name), StringComparer.Ordinal);
        Assert.Equal(150, compression.Images);
        Assert.Equal(digits.Images.Count, compression.Sharing);
        Assert.All(compression.Curves.Concat(compression.CurvesWithShared), curve =>
        {
            Assert.NotEmpty(curve.Points);
            Assert.All(curve.Points.Zip(curve.Points.Skip(1)), pair => Assert.True(pair.First.Bytes < pair.Second.Bytes && pair.First.Psnr < pair.Second.Psnr));
        });
        Assert.InRange(compression.Own.Psnr, compression.Unquantised - Compressor.Loss, compression.Unquantised + Compressor.Loss);
        Assert.Contains("k' = 6,", compression.Own.Setting, StringComparison.Ordinal);
        Assert.InRange(compression.WhichBytes, 1, compression.Own.Bytes);
        Assert.InRange(compression.Own.Bytes, 2, compression.Counts.PlainBytes); // fewer than its numbers as they lie in memory
        Assert.InRange(compression.Own.SharedBytes, (41 * 784 * 4) + (40 * 3), (41 * 784 * 4) + 20_000);
        RateComparison jpeg = compression.Comparisons[2];
        Assert.Null(jpeg.Psnr); // its header alone is longer
        Assert.True(jpeg.LeastBytes > 100);
        Assert.Equal((long)Math.Ceiling(compression.Own.SharedBytes / (jpeg.Bytes!.Value - compression.Own.Bytes)), jpeg.PaidBack);
    }

    [Fact]
    public void Examples_keep_within_their_codes_bytes_where_a_way_can()
    {
        Compression compression = digits.Measured;
        Assert.Equal(8, compression.Examples.Count);
        foreach (CompressionExample example in compression.Examples)
        {
            Assert.Equal(4, example.Ways.Count);
            Assert.InRange(example.Ways[1].Bytes, 1, example.Ways[0].Bytes);
            Assert.True(example.Ways[3].Bytes > example.Ways[0].Bytes);
            foreach (CompressedImage way in example.Ways)
            {
                Assert.All(way.Values, value => Assert.Equal(Math.Round(value * 255), value * 255, 1e-3)); // 8 bits
                Assert.Equal(-10 * Math.Log10(Correlation.SquaredError(example.Original, way.Values) / way.Values.Length), way.Psnr, 1e-9);
            }
        }
    }

    [Fact]
    public void Without_libvips_picture_formats_are_left_out_and_it_is_said()
    {
        Compression compression = Of(digits.Autoencoder, digits.Images, 1, []);
        Assert.Equal(["dictionary", "PCA"], compression.Curves.Select(curve => curve.Name), StringComparer.Ordinal);
        Assert.Contains("libvips", CompressionFigure.Missing(digits.Images.Shape, compression), StringComparison.Ordinal);
        Assert.Equal("", CompressionFigure.Missing(digits.Images.Shape, digits.Measured));
    }

    [Fact]
    public void Rows_have_no_picture_formats_and_the_psnr_of_their_own_range()
    {
        SmallRun small = SmallRun.Of("rows"), scaled = SmallRun.Of("tiny rows");
        Compression compression = Measure(small);
        Assert.Equal(["dictionary", "PCA"], compression.Curves.Select(curve => curve.Name), StringComparer.Ordinal);
        Assert.Contains("aren't pictures", CompressionFigure.Missing(small.Images.Shape, compression), StringComparison.Ordinal);
        Assert.All(Measure(scaled).Curves.Concat(compression.Curves).SelectMany(curve => curve.Points), point => Assert.InRange(point.Psnr, 0, CompressionSample.MaximumPsnr));
    }

    [Fact]
    public void Images_without_error_have_the_largest_psnr_and_a_byte()
    {
        SmallRun small = SmallRun.Of("all dead");
        Compression compression = Measure(small, formats: []);
        Assert.All(compression.Curves.SelectMany(curve => curve.Points), point => Assert.Equal((1.0, CompressionSample.MaximumPsnr), (point.Bytes, point.Psnr)));
        Assert.All(compression.Comparisons, other => Assert.Null(other.PaidBack)); // it needs no more bytes
    }

    [Theory]
    [InlineData("colour")]
    [InlineData("rows")]
    public void Threads_change_nothing(string kind)
    {
        SmallRun small = SmallRun.Of(kind);
        Compression one = Measure(small), three = Measure(small, threads: 3);
        Assert.Equal(one.Own, three.Own);
        Assert.Equal(one.Curves.SelectMany(curve => curve.Points), three.Curves.SelectMany(curve => curve.Points));
        Assert.Equal(one.Examples.SelectMany(example => example.Ways.SelectMany(way => way.Values)), three.Examples.SelectMany(example => example.Ways.SelectMany(way => way.Values)));
    }

    [Fact]
    public void It_stops_when_asked_to()
    {
        SmallRun small = SmallRun.Of("colour");
        Assert.Throws<OperationCanceledException>(() => Of(small.Run.Ensemble[0], small.Images, 1, [], canceled: true));
    }

    private static Compression Measure(SmallRun small, int threads = 1, IReadOnlyList<PictureFormat>? formats = null) =>
        Of(small.Run.Ensemble[0], small.Images, threads, formats);

    private static Compression Of(SparseAutoencoder autoencoder, ImageSet images, int threads, IReadOnlyList<PictureFormat>? formats, bool canceled = false)
    {
        using var workers = new Workers(threads);
        using ImageComponents components = ImageComponents.Of(images, workers);
        return Compression.Of(autoencoder, images, images, components, threads, formats, canceled ? new CancellationToken(canceled) : TestContext.Current.CancellationToken);
    }
}
