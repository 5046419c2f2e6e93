using System.Runtime.InteropServices;

namespace Tangram.Tests;

/// <summary>What the numbers of a TIFF mean: by its tags, or not at all.</summary>
public sealed class TiffSamplesTests
{
    private const int Grey = TiffTags.BlackIsZero, Rgb = TiffTags.Rgb;

    [Fact]
    public void Numbers_of_every_kind_are_scaled_by_what_they_are()
    {
        AssertGrey(8, TiffTags.Unsigned, new byte[] { 0, 100, 200, 255 }, 0, 100, 200, 255);
        AssertGrey(16, TiffTags.Unsigned, new ushort[] { 0, 100 * 257, 200 * 257, ushort.MaxValue }, 0, 100, 200, 255);
        AssertGrey(32, TiffTags.Unsigned, new uint[] { 0, 100 * 0x01010101u, 200 * 0x01010101u, uint.MaxValue }, 0, 100, 200, 255);
        AssertGrey(8, TiffTags.Signed, new sbyte[] { 0, 50, 100, 127 }, 0, 100, 201, 255);
        AssertGrey(16, TiffTags.Signed, new short[] { 0, 10_000, 20_000, short.MaxValue }, 0, 78, 156, 255);
        AssertGrey(32, TiffTags.Signed, new[] { 0, 1 << 29, 1 << 30, int.MaxValue }, 0, 64, 128, 255);
        AssertGrey(32, TiffTags.Floating, new[] { 0f, 100 / 255f, 200 / 255f, 1 }, 0, 100, 200, 255);
    }

    [Fact]
    public void White_may_be_zero()
    {
        foreach (var (bits, format, bytes) in new[]
        {
            (8, TiffTags.Unsigned, new byte[] { 255, 155, 55, 0 }), (16, TiffTags.Unsigned, Bytes(new ushort[] { ushort.MaxValue, 155 * 257, 55 * 257, 0 })),
            (32, TiffTags.Unsigned, Bytes(new uint[] { uint.MaxValue, 155 * 0x01010101u, 55 * 0x01010101u, 0 })), (32, TiffTags.Floating, Bytes(new[] { 1, 155 / 255f, 55 / 255f, 0 })),
        })
        {
            Picture picture = Read(new TestTiff(4, 1, TiffTags.WhiteIsZero, 1, bits, format).Encode(bytes));
            Assert.Equal([0, 100, 200, 255], Enumerable.Range(0, 4).Select(x => picture.Rgba[4 * x]));
        }
    }

    [Fact]
    public void Colours_of_floating_point_are_colours()
    {
        Picture picture = Read(new TestTiff(1, 1, Rgb, 3, 32, TiffTags.Floating).Encode(Bytes(new[] { 100 / 255f, 150 / 255f, 50 / 255f })));
        Assert.Equal([100, 150, 50, 255], picture.Rgba);
    }

    [Fact]
    public void Numbers_that_are_no_brightness_are_refused_with_their_range()
    {
        var floats = new TestTiff(2, 1, Grey, 1, 32, TiffTags.Floating);
        Assert.Equal("The file holds floating point numbers of 32 bits from 0 to 255, and brightness is 0 … 1; scale it, or save it with 8 or 16 bits.", Refused(floats.Encode(Bytes(new[] { 0f, 255f }))));
        Assert.Contains("some of which aren't finite", Refused(floats.Encode(Bytes(new[] { 0f, float.NaN }))), StringComparison.Ordinal);
        Assert.Contains("some of which aren't finite", Refused(floats.Encode(Bytes(new[] { 0f, float.PositiveInfinity }))), StringComparison.Ordinal);
        var heights = new TestTiff(2, 1, Grey, 1, 16, TiffTags.Signed);
        Assert.Equal("The file holds signed numbers of 16 bits from -1024 to 3071, and brightness is 0 … 32,767; scale it, or save it with 8 or 16 bits.", Refused(heights.Encode(Bytes(new short[] { -1024, 3071 }))));
        Assert.Equal("The file holds floating point numbers of 64 bits as grey, which isn't read; save it with 8 or 16 bits, or as float32 from 0 to 1.",
            Refused(new TestTiff(2, 1, Grey, 1, 64, TiffTags.Floating).Encode(Bytes(new[] { 0.0, 1 }))));
        Assert.Contains("(SampleFormat 6) as grey", Refused(new TestTiff(1, 1, Grey, 1, 64, 6).Encode(new byte[8])), StringComparison.Ordinal);
        Assert.Contains("photometric interpretation 32803", Refused(new TestTiff(1, 1, 32803, 1, 8).Encode(new byte[1])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_band_is_alpha_where_the_file_says_so_and_is_else_refused()
    {
        byte[] pixel = [100, 150, 50, 20];
        Assert.Equal(pixel, Read(new TestTiff(1, 1, Rgb, 4, 8) { Extra = [TiffTags.Alpha] }.Encode(pixel)).Rgba);
        Assert.Equal([199, 99, 0, 128], Read(new TestTiff(1, 1, Rgb, 4, 8) { Extra = [TiffTags.AssociatedAlpha] }.Encode([100, 50, 0, 128])).Rgba);
        Assert.Equal([100, 100, 100, 20], Read(new TestTiff(1, 1, Grey, 2, 8) { Extra = [TiffTags.Alpha] }.Encode([100, 20])).Rgba);
        Assert.Equal("The file has 4 bands, red, green, blue and 1 more (as ExtraSamples 0), which could mean anything; save the bands that are to be seen as grey or RGB.",
            Refused(new TestTiff(1, 1, Rgb, 4, 8) { Extra = [0] }.Encode(pixel)));
        Assert.Equal("The file has 4 bands, red, green, blue and 1 more (without a word), which could mean anything; save the bands that are to be seen as grey or RGB.",
            Refused(new TestTiff(1, 1, Rgb, 4, 8).Encode(pixel)));
        Assert.StartsWith("The file has 13 bands, grey and 12 more (", Refused(new TestTiff(1, 1, Grey, 13, 8) { Extra = new ushort[12] }.Encode(new byte[13])), StringComparison.Ordinal);
        Assert.StartsWith("The file has 13 bands, grey and 12 more (", Refused(new TestTiff(1, 1, Grey, 13, 16) { Extra = [TiffTags.Alpha, .. new ushort[11]] }.Encode(new byte[26])), StringComparison.Ordinal);
        Assert.Equal("The file is a broken picture (it has 2 bands for red, green, blue).", Refused(new TestTiff(1, 1, Rgb, 2, 8).Encode([1, 2])));
    }

    [Fact]
    public void Inks_are_what_they_leave_of_white() =>
        Assert.Equal([230, 30, 40, 255], Read(new TestTiff(1, 1, TiffTags.Cmyk, 4, 8).Encode([25, 225, 215, 0])).Rgba);

    [Fact]
    public void The_first_page_is_read_and_all_are_counted()
    {
        var page = new TestTiff(2, 1, Grey, 1, 8);
        Picture picture = Read(page.Encode([1, 2], [3, 4], [5, 6]));
        Assert.Equal((3, 1, 2), (picture.Pages, picture.Rgba[0], picture.Rgba[4]));
        Assert.Equal(1, Read(page.Encode([1, 2])).Pages);
        // Of a large stack, ImageJ writes the first page's tags alone.
        Assert.Equal(7, Read((page with { Description = "ImageJ=1.54f\nimages=7\nslices=7\n" }).Encode([1, 2, .. new byte[12]])).Pages);
    }

    [Fact]
    public void Tags_that_lead_nowhere_are_refused()
    {
        byte[] file = new TestTiff(2, 1, Grey, 1, 8).Encode([1, 2], [3, 4]);
        byte[] circle = [.. file];
        circle.AsSpan(circle.Length - 4).Clear();
        circle[^4] = file[4]; // the last page's next is the first
        circle[^3] = file[5];
        Assert.Equal("The file is a broken picture (its list of pages runs in a circle).", Refused(circle));
        byte[] outside = [.. file];
        outside[^2] = 1;
        Assert.Equal("The file is a broken picture (its tags lie outside the file).", Refused(outside));
    }

    /// <summary>The same digit as tifffile and Pillow write it.</summary>
    [Theory]
    [InlineData("as-png.png", 1, "bigtiff-tiled.tif", "planar-separate.tif", "lossless.webp")]
    [InlineData("grey-as-png.png", 1, "float32-predictor.tif", "white-is-zero.tif")]
    [InlineData("grey-as-png.png", 5, "imagej-stack.tif")]
    public void Files_of_other_libraries_have_their_pixels(string expected, int pages, params string[] names)
    {
        static Picture Open(string name) => PictureFile.Read(Path.Combine(AppContext.BaseDirectory, "Files", "Pictures", name));
        byte[] pixels = Open(expected).Rgba;
        Assert.All(names, name => Assert.Equal(pixels, Open(name).Rgba));
        Assert.All(names, name => Assert.Equal(pages, Open(name).Pages));
    }

    private static void AssertGrey<T>(int bits, int format, T[] values, params int[] expected) where T : unmanaged
    {
        Picture picture = Read(new TestTiff(values.Length, 1, Grey, 1, bits, format).Encode(Bytes(values)));
        Assert.Equal(expected.SelectMany(value => new[] { value, value, value, 255 }), picture.Rgba.Select(value => (int)value));
    }

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();

    private static Picture Read(byte[] file) => PictureFile.Read(file, new PictureSource("The file"));

    private static string Refused(byte[] file) => Assert.Throws<InputException>(() => Read(file)).Message;
}
