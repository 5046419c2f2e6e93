namespace Tangram.Tests;

public sealed class ReconstructionErrorsTests
{
    private static readonly ImageShape Shape = new(12, 14, 3);
    private static readonly ImageSet Images = Make.Images(Shape, 9);
    private static readonly float[] Mean = MeanOf(Images);
    private static readonly string[] Planes = ["luma Y", "chroma Cb", "chroma Cr"];

    [Fact]
    public void An_error_of_brightness_is_in_luma_alone()
    {
        ReconstructionErrors errors = Of((_, x) => [.. x.Select(value => value + 0.1f)]);
        Assert.Equal<string>(Planes, [.. errors.Planes.Select(plane => plane.Name)], StringComparer.Ordinal);
        Assert.Equal(0.01, errors.Planes[0].Mse, 1e-6);
        Assert.Equal(20, errors.Planes[0].Psnr, 1e-3);
        Assert.All(errors.Planes.Skip(1), plane => Assert.Equal(0, plane.Mse, 1e-10));
        Assert.Equal(0.01 * Shape.Width * Shape.Height, errors.Bands[0].Error, 1e-3); // the same everywhere: of frequency 0
        Assert.All(errors.Bands.Skip(1), band => Assert.Equal(0, band.Error, 1e-8));
        Assert.Equal(0.01, errors.MeanMse, 1e-6);
        Assert.Equal(1, errors.MeanPearson, 1e-6);
    }

    [Fact]
    public void An_error_of_blue_against_the_rest_is_in_chroma_alone()
    {
        // Cb + .1: red as it is, green − .0344, blue + .1772.
        int area = Shape.Width * Shape.Height;
        ReconstructionErrors errors = Of((_, x) => [.. x.Select((value, pixel) => value + (pixel < area ? 0 : pixel < 2 * area ? -0.0344136f : 0.1772f))]);
        Assert.Equal(0, errors.Planes[0].Mse, 1e-10);
        Assert.Equal(0.01, errors.Planes[1].Mse, 1e-6);
        Assert.Equal(0, errors.Planes[2].Mse, 1e-10);
    }

    [Fact]
    public void What_is_lost_is_nothing_by_the_image_and_all_by_the_mean()
    {
        ReconstructionErrors perfect = Of((_, x) => x), mean = Of((_, _) => Mean), half = Of((_, x) => [.. x.Zip(Mean, (a, b) => (a + b) / 2)]);
        Assert.All(perfect.Planes, plane => Assert.Equal(0, plane.Lost));
        Assert.All(mean.Planes, plane => Assert.Equal(1, plane.Lost, 1e-9));
        Assert.All(mean.Bands, band => Assert.Equal(1, band.Lost, 1e-9));
        Assert.All(half.Bands, band => Assert.Equal(0.25, band.Lost, 1e-4));
        Assert.Equal(1, perfect.MeanSsim, 1e-9);
        double variance = Enumerable.Range(0, Images.Count).Average(image => Correlation.SquaredError(Image(image), Mean) / Shape.Length);
        Assert.Equal(variance, mean.MeanMse, 1e-9);
    }

    [Fact]
    public void A_lost_wave_is_lost_in_its_band_alone()
    {
        ReconstructionErrors errors = Of((image, x) => [.. x.Select((value, pixel) =>
            value + (float)(0.1 * (image + 1) * Math.Cos(Math.PI * ((2 * (pixel % Shape.Width)) + 1) * 6 / (2 * Shape.Width))))]); // three periods across, in all channels
        int[] bad = [.. Enumerable.Range(0, errors.Bands.Count).Where(band => errors.Bands[band].Error > 1e-6)];
        Assert.Equal((2.0, 4.0), (errors.Bands[Assert.Single(bad)].From, errors.Bands[bad[0]].To));
    }

    [Fact]
    public void Rows_have_neither_planes_nor_bands_and_threads_change_nothing()
    {
        ImageSet rows = ImageSet.FromRows("rows", 6, Numbers.Row(60, 1));
        using var one = new Workers(1);
        using var three = new Workers(3);
        ReconstructionErrors errors = ReconstructionErrors.Of(rows, new float[6], _ => new float[6], one, TestContext.Current.CancellationToken);
        Assert.Empty(errors.Planes);
        Assert.Empty(errors.Bands);
        Assert.Equal(double.NaN, errors.MeanSsim);
        Assert.Equal(0, errors.MeanPearson); // a reconstruction of zeros follows nothing

        ReconstructionErrors a = ReconstructionErrors.Of(Images, Mean, _ => Mean, one, TestContext.Current.CancellationToken);
        ReconstructionErrors b = ReconstructionErrors.Of(Images, Mean, _ => Mean, three, TestContext.Current.CancellationToken);
        Assert.Equal(a.Planes, b.Planes);
        Assert.Equal(a.Bands, b.Bands);
        Assert.Equal((a.MeanMse, a.MeanSsim), (b.MeanMse, b.MeanSsim));
    }

    private static ReconstructionErrors Of(Func<int, float[], float[]> reconstruct)
    {
        using var workers = new Workers(2);
        return ReconstructionErrors.Of(Images, Mean, image => reconstruct(image, Image(image)), workers, TestContext.Current.CancellationToken);
    }

    private static float[] Image(int image)
    {
        var x = new float[Shape.Length];
        Images.CopyTo(image, x);
        return x;
    }

    private static float[] MeanOf(ImageSet images)
    {
        using var workers = new Workers(1);
        return Array.ConvertAll(GeometricMedian.Mean(images, workers), value => (float)value);
    }
}
