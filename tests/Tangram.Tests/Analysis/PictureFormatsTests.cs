namespace Tangram.Tests;

public sealed class PictureFormatsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Pictures_come_back_from_files_the_better_the_more_bytes(int channels)
    {
        ImageSet images = Smooth(channels);
        using var workers = new Workers(2);
        var sample = new CompressionSample(images, images, workers, TestContext.Current.CancellationToken);
        foreach (PictureFormat format in PictureFormats.For(images.Shape))
        {
            RatePoint[] points = [.. PictureFormats.Measure(sample, format).Select(setting => setting.Point)];
            Assert.Equal(points.OrderBy(point => point.Psnr), points);
            Assert.InRange(points[^1].Psnr, 30, CompressionSample.MaximumPsnr); // planes and channels are where they were
            Assert.InRange(points[0].Bytes, 20, points[^1].Bytes - 1);
        }
        Assert.Equal(2, PictureFormats.For(images.Shape).Count);
    }

    [Fact]
    public void Files_have_no_metadata_and_grey_is_grey_in_jpeg()
    {
        byte[] grey = [.. Enumerable.Range(0, 256).Select(index => (byte)index)];
        byte[] jpeg = Libvips.Write(grey, 16, 16, 1, PictureFormat.Jpeg, 50), webp = Libvips.Write(grey, 16, 16, 1, PictureFormat.WebP, 50);
        Assert.Equal(-1, jpeg.AsSpan().IndexOf("Exif"u8));
        Assert.Equal(-1, jpeg.AsSpan().IndexOf("ICC_PROFILE"u8));
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        Assert.Equal(1, jpeg[frame + 9]); // components
        Assert.Equal(-1, webp.AsSpan().IndexOf("VP8X"u8));
    }

    [Fact]
    public void Pictures_too_wide_for_webp_are_not_written() => Assert.Empty(PictureFormats.For(new ImageShape(20_000, 2, 1)));

    private static ImageSet Smooth(int channels)
    {
        var shape = new ImageShape(24, 16, channels);
        byte[] pixels = [.. Enumerable.Range(0, 3 * shape.Length).Select(index =>
        {
            int image = index / shape.Length, channel = index % shape.Length / (24 * 16), y = index % (24 * 16) / 24, x = index % 24;
            return (byte)(128 + (60 * Math.Sin((x * 0.2) + image)) + (40 * Math.Cos((y * 0.3) + (channel * 0.5))));
        })];
        return ImageSet.FromBytes("smooth", shape, pixels);
    }
}
