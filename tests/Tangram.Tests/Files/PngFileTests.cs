namespace Tangram.Tests;

public sealed class PngFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Picture => _folder.File("picture.png");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 7, 5)]
    [InlineData(3, 7, 5)]
    [InlineData(3, 1, 1)]
    public void A_picture_is_read_back_in_planar_order(int channels, int width, int height)
    {
        byte[] planar = Pixels(channels, width, height);
        PngFile.Write(Picture, planar, width, height, channels);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(Picture)[..4]);
        var read = PicturePixels.Read(Picture, channels);
        Assert.Equal(planar, read.Planar);
        Assert.Equal((width, height), (read.Width, read.Height));
    }

    [Fact]
    public void A_grey_picture_read_in_colour_has_three_equal_planes()
    {
        byte[] grey = Pixels(1, 4, 3);
        PngFile.Write(Picture, grey, 4, 3, 1);
        Assert.Equal([.. grey, .. grey, .. grey], PicturePixels.Read(Picture, 3).Planar);
    }

    private static byte[] Pixels(int channels, int width, int height) =>
        [.. Enumerable.Range(0, channels * width * height).Select(value => (byte)(value * 37))];
}
