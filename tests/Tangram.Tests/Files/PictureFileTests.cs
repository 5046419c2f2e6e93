using NetVips;

namespace Tangram.Tests;

public sealed class PictureFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Named as something else: names don't count.</summary>
    private string File => _folder.File("picture.txt");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int, int, bool> PngKinds()
    {
        var kinds = new TheoryData<int, int, bool>();
        foreach (bool interlace in new[] { false, true })
        {
            foreach (int depth in new[] { 1, 2, 4, 8, 16 })
            {
                kinds.Add(TestPng.Grey, depth, interlace);
                if (depth <= 8)
                    kinds.Add(TestPng.Palette, depth, interlace);
                if (depth < 8)
                    continue;
                kinds.Add(TestPng.Rgb, depth, interlace);
                kinds.Add(TestPng.GreyAlpha, depth, interlace);
                kinds.Add(TestPng.RgbAlpha, depth, interlace);
            }
        }
        return kinds;
    }

    [Theory]
    [MemberData(nameof(PngKinds))]
    public void A_png_of_every_kind_has_its_pixels(int colourType, int depth, bool interlace)
    {
        foreach (var (width, height) in new[] { (1, 1), (5, 3), (17, 13) })
        {
            int colours = 1 << Math.Min(depth, 8);
            byte[] palette = [.. Enumerable.Range(0, 3 * colours).Select(value => (byte)(value * 41))];
            int Sample(int x, int y, int channel) => ((x * 7919) + (y * 104729) + (channel * 1299709)) & ((1 << depth) - 1);
            Picture picture = Read(TestPng.Encode(width, height, colourType, depth, interlace, Sample,
                colourType == TestPng.Palette ? [("PLTE", palette)] : []));
            Assert.Equal((width, height), (picture.Width, picture.Height));
            Assert.Equal(picture.Rgba, ByLibvips(File).Rgba); // which decodes large ones, and those with a profile
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    int Value(int channel) => depth == 16 ? Sample(x, y, channel) >> 8 : Sample(x, y, channel) * 255 / ((1 << depth) - 1);
                    int[] expected = colourType switch
                    {
                        TestPng.Grey => [Value(0), Value(0), Value(0), 255],
                        TestPng.GreyAlpha => [Value(0), Value(0), Value(0), Value(1)],
                        TestPng.Rgb => [Value(0), Value(1), Value(2), 255],
                        TestPng.RgbAlpha => [Value(0), Value(1), Value(2), Value(3)],
                        _ => [palette[3 * Sample(x, y, 0)], palette[(3 * Sample(x, y, 0)) + 1], palette[(3 * Sample(x, y, 0)) + 2], 255],
                    };
                    Assert.Equal(expected, Pixel(picture, x, y));
                }
            }
        }
    }

    [Theory]
    [InlineData(TestPng.Grey, 4, new byte[] { 0, 5 })]
    [InlineData(TestPng.Grey, 16, new byte[] { 0, 5 })]
    [InlineData(TestPng.Rgb, 8, new byte[] { 0, 5, 0, 5, 0, 5 })]
    [InlineData(TestPng.Rgb, 16, new byte[] { 0, 5, 0, 5, 0, 5 })]
    [InlineData(TestPng.Palette, 4, new byte[] { 255, 255, 255, 255, 255, 0 })]
    public void The_transparent_colour_of_a_png_is_transparent(int colourType, int depth, byte[] transparency)
    {
        byte[] palette = [.. Enumerable.Range(0, 48).Select(value => (byte)value)];
        (string, byte[])[] chunks = colourType == TestPng.Palette ? [("PLTE", palette), ("tRNS", transparency)] : [("tRNS", transparency)];
        Picture picture = Read(TestPng.Encode(9, 1, colourType, depth, false, (x, _, _) => x, chunks));
        Assert.Equal([255, 255, 255, 255, 255, 0, 255, 255, 255], Enumerable.Range(0, 9).Select(x => Pixel(picture, x, 0)[3]));
        Assert.Equal(picture.Rgba, ByLibvips(File).Rgba);
    }

    [Fact]
    public void A_png_cut_anywhere_is_refused()
    {
        byte[] whole = TestPng.Encode(20, 20, TestPng.Rgb, 8, false, (x, y, channel) => (x * y * 31) + channel & 255);
        for (int length = 0; length < whole.Length; length++)
            Refused(whole[..length]);
        Assert.Equal(20, Read([.. whole, .. "What follows is none of our business."u8]).Width);
    }

    [Fact]
    public void A_png_with_damage_is_refused()
    {
        byte[] whole = TestPng.Encode(20, 20, TestPng.Rgb, 8, false, (x, y, channel) => (x * y * 31) + channel & 255);
        for (int at = 8; at < whole.Length; at += 5)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            Refused(damaged);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000_000)]
    public void A_png_whose_rows_inflate_to_something_else_is_refused(int bytes) =>
        Assert.Contains("pixels than its header says", Refused(TestPng.Encode(64, 64, TestPng.Rgb, 8, false, new byte[bytes])), StringComparison.Ordinal);

    [Fact]
    public void A_header_with_too_many_pixels_is_refused()
    {
        Assert.Contains("30000×30000", Refused(TestPng.Encode(30_000, 30_000, TestPng.Rgb, 8, false, new byte[100])), StringComparison.Ordinal);
        using Image small = Small();
        byte[] jpeg = small.JpegsaveBuffer();
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        jpeg.AsSpan(frame + 5, 4).Fill(0xFE);
        Assert.Contains("65278×65278", Refused(jpeg), StringComparison.Ordinal);
        byte[] gif = small.GifsaveBuffer();
        gif.AsSpan(6, 4).Fill(0xFE);
        gif.AsSpan(gif.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x2C, 0, 0, 0, 0, 19, 0, 11, 0]) + 5, 4).Fill(0xFE); // the frame too: that is what counts
        Refused(gif);
        byte[] bitmap = Bitmap(4, 4);
        bitmap.AsSpan(18, 8).Fill(0x20);
        Refused(bitmap);
    }

    [Fact]
    public void A_picture_out_of_proportion_is_refused_by_its_header()
    {
        // 16 bits of 40 million pixels fill the memory of who bounds pixels alone; and what decodes to a thousand times its file's length is no picture.
        var upload = new PictureSource("The file", 40_000_000);
        byte[] deep = TestPng.Encode(6300, 6300, TestPng.RgbAlpha, 16, false, new byte[1000]);
        Assert.Equal("The file is 6300×6300 with 8 bytes a pixel; pictures may have at most 160,000,000 bytes: save it smaller, or with 8 bits.",
            Assert.Throws<InputException>(() => PictureFile.Read(deep, upload)).Message);
        using Image large = Image.Black(6300, 6300);
        byte[] gif = large.GifsaveBuffer();
        Assert.Equal($"The file is 6300×6300, out of proportion to its {gif.Length:N0} bytes, as only a picture of almost nothing is; save it smaller.",
            Assert.Throws<InputException>(() => PictureFile.Read(gif, upload)).Message);
        Assert.Equal(6000, PictureFile.Read(TestPng.Encode(6000, 4000, TestPng.Grey, 1, false, new byte[4000 * 751]), upload).Width); // a blank page is in order
    }

    [Theory]
    [InlineData(".jpg[Q=95,subsample-mode=off]")]
    [InlineData(".jpg[Q=95,subsample-mode=off,interlace]")]
    [InlineData(".webp[lossless]")]
    [InlineData(".gif")]
    [InlineData(".tif[compression=lzw]")]
    [InlineData(".tif[compression=deflate,tile,tile-width=16,tile-height=16]")]
    public void Colour_and_grey_pictures_of_every_format_have_their_pixels(string format)
    {
        using Image colour = Small(), grey = colour.ExtractBand(1).Copy(interpretation: Enums.Interpretation.Bw);
        foreach (Image image in new[] { colour, grey })
        {
            Picture picture = Read(image.WriteToBuffer(format));
            Assert.Equal((image.Width, image.Height), (picture.Width, picture.Height));
            byte[] pixels = image.WriteToMemory<byte>();
            for (int pixel = 0; pixel < image.Width * image.Height; pixel++)
            {
                for (int channel = 0; channel < 3; channel++)
                    Assert.InRange(picture.Rgba[(4 * pixel) + channel] - pixels[(pixel * image.Bands) + (channel % image.Bands)], -8, 8);
                Assert.Equal(255, picture.Rgba[(4 * pixel) + 3]);
            }
        }
    }

    [Fact]
    public void A_tiff_of_16_bits_and_one_with_alpha_have_8()
    {
        using Image small = Small();
        using Image deep = small.Colourspace(Enums.Interpretation.Rgb16);
        Assert.Equal(Read(small.TiffsaveBuffer()).Rgba, Read(deep.TiffsaveBuffer()).Rgba);
        using Image transparent = small.Bandjoin(77);
        Assert.Equal(77, Pixel(Read(transparent.TiffsaveBuffer()), 3, 3)[3]);
        using Image deepTransparent = transparent.Colourspace(Enums.Interpretation.Rgb16);
        Assert.Equal(Read(transparent.TiffsaveBuffer()).Rgba, Read(deepTransparent.TiffsaveBuffer()).Rgba);
        Assert.Equal(77, Pixel(Read(transparent.WebpsaveBuffer(lossless: true)), 3, 3)[3]);
    }

    [Fact]
    public void A_jpeg_for_print_has_the_colours_of_the_screen()
    {
        using Image small = Small();
        using Image ink = small.IccTransform("cmyk", inputProfile: "srgb");
        Picture picture = Read(ink.JpegsaveBuffer(q: 95));
        byte[] pixels = small.WriteToMemory<byte>();
        double difference = Enumerable.Range(0, 3 * picture.Width * picture.Height).Average(index => Math.Abs(picture.Rgba[(index / 3 * 4) + (index % 3)] - pixels[index]));
        Assert.InRange(difference, 0, 25); // ink can't show every colour
    }

    /// <summary>Without a profile, inks are what they leave of white, as other decoders have it.</summary>
    [Fact]
    public void Inks_without_a_profile_are_taken_from_white()
    {
        foreach (var (inks, expected) in new (byte[], int[])[] { ([25, 225, 215, 0], [230, 30, 40]), ([0, 0, 0, 128], [127, 127, 127]), ([255, 0, 0, 51], [0, 204, 204]) })
        {
            byte[] flat = [.. Enumerable.Repeat(inks, 16 * 16).SelectMany(ink => ink)];
            using Image image = Image.NewFromMemory(flat, 16, 16, 4, Enums.BandFormat.Uchar);
            using Image ink = image.Copy(interpretation: Enums.Interpretation.Cmyk);
            foreach (byte[] file in new[] { ink.JpegsaveBuffer(q: 100), ink.TiffsaveBuffer() })
            {
                Picture picture = Read(file);
                for (int channel = 0; channel < 3; channel++)
                    Assert.InRange(Pixel(picture, 8, 8)[channel] - expected[channel], -3, 3);
            }
        }
    }

    [Fact]
    public void An_embedded_profile_counts_and_a_broken_one_does_not()
    {
        using Image small = Small();
        using Image wide = small.IccTransform("p3", inputProfile: "srgb");
        Assert.NotEqual(small.WriteToMemory<byte>(), wide.WriteToMemory<byte>());
        AssertClose(Read(small.WebpsaveBuffer(lossless: true)), Read(wide.WebpsaveBuffer(lossless: true)), 6);
        // The same numbers in Display P3, a wider space, are stronger colours of the screen; in a PNG as in the others.
        byte[] flat = [.. Enumerable.Range(0, 16 * 16).SelectMany(_ => new byte[] { 200, 60, 30 })], profile = (byte[])wide.Get("icc-profile-data");
        using Image bare = Image.NewFromMemory(flat, 16, 16, 3, Enums.BandFormat.Uchar);
        using Image tagged = bare.Copy(interpretation: Enums.Interpretation.Srgb).Mutate(image => image.Set(GValue.BlobType, "icc-profile-data", profile));
        byte[] png = TestPng.Encode(16, 16, TestPng.Rgb, 8, false, (_, _, channel) => flat[channel], ("iCCP", [.. "P3"u8, 0, 0, .. Deflated(profile)]));
        foreach (byte[] file in new[] { png, tagged.PngsaveBuffer(), tagged.WebpsaveBuffer(lossless: true), tagged.TiffsaveBuffer(), tagged.JpegsaveBuffer(q: 100) })
        {
            int[] pixel = Pixel(Read(file), 8, 8);
            Assert.InRange(pixel[0], 215, 219);
            Assert.InRange(pixel[1], 40, 44);
            Assert.InRange(pixel[2], 0, 2);
        }
        Assert.Equal([200, 60, 30, 255], Pixel(Read(TestPng.Encode(16, 16, TestPng.Rgb, 8, false, (_, _, channel) => flat[channel], ("iCCP", [.. "?"u8, 0, 0, .. Deflated([1, 2, 3])]))), 8, 8));
        using Image broken = small.Mutate(image => image.Set(GValue.BlobType, "icc-profile-data", "no profile"u8.ToArray()));
        AssertClose(Read(small.TiffsaveBuffer()), Read(broken.TiffsaveBuffer()), 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_picture_comes_upright(int orientation)
    {
        using Image small = Small();
        using Image marked = small.Mutate(image => image.Set(GValue.GIntType, "orientation", orientation));
        byte[] values = small.WriteToMemory<byte>(), exif = [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        byte[] png = TestPng.Encode(small.Width, small.Height, TestPng.Rgb, 8, false, (x, y, channel) => values[(((y * small.Width) + x) * 3) + channel], ("eXIf", exif));
        foreach (byte[] file in new[] { png, marked.JpegsaveBuffer(q: 98, subsampleMode: Enums.ForeignSubsample.Off), marked.WebpsaveBuffer(lossless: true), marked.TiffsaveBuffer() })
        {
            Picture picture = Read(file);
            int width = small.Width, height = small.Height;
            Assert.Equal(orientation <= 4 ? (width, height) : (height, width), (picture.Width, picture.Height));
            byte[] pixels = small.WriteToMemory<byte>();
            for (int y = 0; y < picture.Height; y++)
            {
                for (int x = 0; x < picture.Width; x++)
                {
                    // Exif 2.3, tag 274: which side of the stored picture is the upright picture's top, and which its left
                    var (column, row) = orientation switch
                    {
                        1 => (x, y),
                        2 => (width - 1 - x, y),
                        3 => (width - 1 - x, height - 1 - y),
                        4 => (x, height - 1 - y),
                        5 => (y, x),
                        6 => (y, height - 1 - x),
                        7 => (width - 1 - y, height - 1 - x),
                        _ => (width - 1 - y, x),
                    };
                    for (int channel = 0; channel < 3; channel++)
                        Assert.InRange(Pixel(picture, x, y)[channel] - pixels[(((row * width) + column) * 3) + channel], -8, 8);
                }
            }
        }
    }

    [Fact]
    public void The_first_frame_of_an_animation_and_the_first_page_of_a_document_count()
    {
        using Image first = Image.Black(16, 12, bands: 3) + 200, second = Image.Black(16, 12, bands: 3);
        using Image both = Image.Arrayjoin([first.Cast(Enums.BandFormat.Uchar), second.Cast(Enums.BandFormat.Uchar)], across: 1);
        using Image pages = both.Mutate(image => image.Set(GValue.GIntType, "page-height", 12));
        foreach (byte[] file in new[] { pages.GifsaveBuffer(), pages.WebpsaveBuffer(lossless: true), pages.TiffsaveBuffer() })
        {
            Picture picture = Read(file);
            Assert.Equal((16, 12), (picture.Width, picture.Height));
            Assert.InRange(Pixel(picture, 8, 6)[0], 195, 205);
            Assert.Equal(2, picture.Pages);
        }
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".jpg[interlace]")]
    [InlineData(".webp")]
    [InlineData(".webp[lossless]")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    [InlineData(".tif[compression=deflate]")]
    public void A_picture_cut_short_is_refused(string format)
    {
        using Image noise = Image.Gaussnoise(150, 110, sigma: 50, mean: 128).Cast(Enums.BandFormat.Uchar);
        byte[] whole = noise.WriteToBuffer(format);
        foreach (double share in new[] { 0, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97 })
            Refused(whole[..(int)(share * whole.Length)]);
    }

    [Fact]
    public void A_bitmap_is_read_and_a_short_one_is_refused()
    {
        byte[] bitmap = Bitmap(5, 3);
        Picture picture = Read(bitmap);
        Assert.Equal((5, 3), (picture.Width, picture.Height));
        Assert.Equal([3, 2, 1, 255], Pixel(picture, 0, 2)); // rows from the bottom, blue first
        for (int length = 0; length < bitmap.Length; length++)
            Refused(bitmap[..length]);
        BitConverter.TryWriteBytes(bitmap.AsSpan(22), -3);
        Assert.Equal([3, 2, 1, 255], Pixel(Read(bitmap), 0, 0)); // or from the top
        bitmap[22..26].CopyTo(bitmap, 18);
        Refused(bitmap);
        bitmap.AsSpan(18, 4).Clear();
        Refused(bitmap);
    }

    [Fact]
    public void What_isnt_a_picture_is_refused_and_named()
    {
        foreach (byte[] content in new byte[][] { [], [0xFF], "This is a text, not a picture.\n"u8.ToArray(), "BM is how this text begins.\n"u8.ToArray(), new byte[1000] })
            Assert.EndsWith("is not a picture that tangram reads (PNG, JPEG, WebP, GIF, TIFF, BMP).", Refused(content), StringComparison.Ordinal);
        Assert.Contains("folder", Assert.Throws<InputException>(() => PictureFile.Read(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no picture", Assert.Throws<InputException>(() => PictureFile.Read(_folder.File("absent.png"))).Message, StringComparison.Ordinal);
        foreach (byte[] start in new byte[][] { [0xFF, 0xD8, 0xFF], "GIF89a"u8.ToArray(), "II*\0"u8.ToArray(), "RIFF\0\0\0\0WEBP"u8.ToArray() })
            Assert.Contains("is a broken picture (", Refused([.. start, .. new byte[200]]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_jpeg_comes_smaller_but_never_smaller_than_asked()
    {
        foreach (var (width, height) in new[] { (640, 411), (407, 640), (1, 1), (8, 9) })
        {
            using Image image = Image.Black(width, height, bands: 3);
            System.IO.File.WriteAllBytes(File, image.JpegsaveBuffer());
            int shorter = Math.Min(width, height);
            foreach (int asked in new[] { 0, 1, 50, 51, 52, 102, 103, 200, 205, 206, 400, 1000 })
            {
                Picture picture = PictureFile.Read(File, asked);
                int got = Math.Min(picture.Width, picture.Height);
                Assert.InRange(got, Math.Min(shorter, asked == 0 ? shorter : asked), shorter);
                Assert.True(asked == 0 || got < 2 * asked + 2 || asked * 16 <= shorter, $"{got} for {asked}");
            }
        }
    }

    [Fact]
    public void Many_threads_read_the_same_file()
    {
        using Image small = Small();
        System.IO.File.WriteAllBytes(File, small.JpegsaveBuffer());
        byte[] expected = PictureFile.Read(File).Rgba;
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ => Assert.Equal(expected, PictureFile.Read(File).Rgba));
    }

    /// <summary>19×11, smooth, and like none of its reflections.</summary>
    private static Image Small()
    {
        byte[] pixels = [.. Enumerable.Range(0, 19 * 11 * 3).Select(index => (byte)Value(index / 3 % 19, index / 57, index % 3))];
        using Image image = Image.NewFromMemory(pixels, 19, 11, 3, Enums.BandFormat.Uchar);
        return image.Copy(interpretation: Enums.Interpretation.Srgb);

        static int Value(int x, int y, int channel) => channel switch { 0 => 40 + (x * 9), 1 => 60 + (y * 14), _ => 70 + (x * 3) + (y * 5) };
    }

    /// <summary>A bitmap of 24 bits.</summary>
    private static byte[] Bitmap(int width, int height)
    {
        int row = ((width * 3) + 3) / 4 * 4;
        var file = new byte[54 + (row * height)];
        "BM"u8.CopyTo(file);
        BitConverter.TryWriteBytes(file.AsSpan(2), file.Length);
        (file[10], file[14], file[18], file[22], file[26], file[28]) = (54, 40, (byte)width, (byte)height, 1, 24);
        for (int index = 54; index < file.Length; index++)
            file[index] = (byte)(index - 53);
        return file;
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var deflated = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(deflated, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(bytes);
        return deflated.ToArray();
    }

    private static Picture ByLibvips(string path) => Libvips.Read(System.IO.File.ReadAllBytes(path), PictureFormat.Png, new PictureSource("The file"), 0);

    private static void AssertClose(Picture expected, Picture actual, int tolerance)
    {
        Assert.Equal(expected.Rgba.Length, actual.Rgba.Length);
        for (int index = 0; index < expected.Rgba.Length; index++)
            Assert.InRange(actual.Rgba[index] - expected.Rgba[index], -tolerance, tolerance);
    }

    private static int[] Pixel(Picture picture, int x, int y) =>
        [.. picture.Rgba.AsSpan(4 * ((y * picture.Width) + x), 4).ToArray().Select(value => (int)value)];

    private Picture Read(byte[] file)
    {
        System.IO.File.WriteAllBytes(File, file);
        return PictureFile.Read(File);
    }

    /// <summary>The sentence.</summary>
    private string Refused(byte[] file)
    {
        string message = Assert.Throws<InputException>(() => Read(file)).Message;
        Assert.StartsWith($"'{File}' is ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        return message;
    }
}
