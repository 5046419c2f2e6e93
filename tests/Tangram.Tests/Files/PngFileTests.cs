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
        Assert.Equal(planar, PngFile.Read(Picture, channels, out int readWidth, out int readHeight));
        Assert.Equal((width, height), (readWidth, readHeight));
    }

    [Fact]
    public void A_grey_picture_read_in_colour_has_three_equal_planes()
    {
        byte[] grey = Pixels(1, 4, 3);
        PngFile.Write(Picture, grey, 4, 3, 1);
        Assert.Equal([.. grey, .. grey, .. grey], PngFile.Read(Picture, 3, out _, out _));
    }

    [Fact]
    public void What_isnt_a_picture_is_refused_and_named()
    {
        foreach (byte[] content in new[] { [], "This is a text, not a picture.\n"u8.ToArray(), new byte[1000], [0x89, (byte)'P', (byte)'N', (byte)'G'] })
        {
            File.WriteAllBytes(Picture, content);
            AssertRefused(Picture);
        }
        AssertRefused(_folder.File("absent.png"));
    }

    [Fact]
    public void A_picture_cut_before_the_end_of_its_pixels_is_refused()
    {
        PngFile.Write(Picture, Pixels(3, 20, 20), 20, 20, 3);
        byte[] whole = File.ReadAllBytes(Picture);
        const int EndChunk = 12, Checksums = 8; // IEND, and the checksums of the deflated data and of its chunk
        for (int length = 0; length < whole.Length - EndChunk - Checksums; length++)
        {
            File.WriteAllBytes(Picture, whole[..length]);
            AssertRefused(Picture);
        }
    }

    [Fact]
    public void A_picture_that_claims_to_be_huge_is_refused()
    {
        PngFile.Write(Picture, Pixels(1, 4, 4), 4, 4, 1);
        byte[] huge = File.ReadAllBytes(Picture);
        huge.AsSpan(16, 8).Clear();
        (huge[17], huge[21]) = (0x10, 0x10); // 2^20 × 2^20
        File.WriteAllBytes(Picture, huge);
        AssertRefused(Picture);
    }

    private static byte[] Pixels(int channels, int width, int height) =>
        [.. Enumerable.Range(0, channels * width * height).Select(value => (byte)(value * 37))];

    private static void AssertRefused(string path)
    {
        var exception = Assert.Throws<InputException>(() => PngFile.Read(path, 3, out _, out _));
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }
}
