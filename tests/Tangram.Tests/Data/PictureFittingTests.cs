namespace Tangram.Tests;

public sealed class PictureFittingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Scaling_agrees_with_a_plain_double_reference(int channels)
    {
        foreach (var (width, height) in new[] { (64, 64), (13, 13), (17, 31), (31, 17), (64, 50), (65, 63), (127, 129), (333, 128), (301, 299), (19, 2000) })
        {
            foreach (int size in new[] { 2, 13, 31, 64 })
            {
                if (Math.Min(width, height) * 4 < size)
                    continue;
                Picture picture = Noise(width, height);
                byte[] actual = One(picture, new DataOptions { Size = size, Channels = channels, Fit = Fit.Stretch });
                double[] reference = Reference(Flat(picture, channels), channels, width, height, size, size);
                for (int index = 0; index < actual.Length; index++)
                    Assert.InRange(actual[index] - reference[index], -0.5000001, 0.5000001);
            }
        }
    }

    [Fact]
    public void A_constant_picture_stays_constant()
    {
        foreach (Fit fit in Enum.GetValues<Fit>())
        {
            foreach (var (width, height) in new[] { (7, 9), (97, 101), (1021, 333), (3, 2) })
            {
                byte[] image = One(Filled(width, height, 201, 13, 255, 255), new DataOptions { Size = 7, Fit = fit, Background = "#c90dff" });
                Assert.Equal([.. Enumerable.Repeat((byte)201, 49), .. Enumerable.Repeat((byte)13, 49), .. Enumerable.Repeat((byte)255, 49)], image);
            }
        }
    }

    [Fact]
    public void A_picture_of_the_exact_size_keeps_its_pixels()
    {
        Picture picture = Noise(33, 33);
        foreach (Fit fit in Enum.GetValues<Fit>())
            Assert.Equal(Flat(picture, 3), One(picture, new DataOptions { Size = 33, Fit = fit }));
        foreach (int crops in new[] { DataOptions.Grid, 1 })
            Assert.Equal(Flat(picture, 3), One(picture, new DataOptions { Size = 33, Crops = crops }));
    }

    [Fact]
    public void Crop_cuts_both_sides_and_pad_fills_both_sides()
    {
        // 12×4, each column its own colour
        Picture wide = Make(12, 4, (x, _) => ((byte)(x * 10), (byte)(x * 10), (byte)(x * 10), 255));
        byte[] cropped = One(wide, new DataOptions { Size = 4, Channels = 1 });
        Assert.Equal([40, 50, 60, 70], cropped[..4]);

        byte[] padded = One(wide, new DataOptions { Size = 12, Channels = 1, Fit = Fit.Pad, Background = "#ff0000" });
        const byte RedLuma = 76;
        for (int row = 0; row < 12; row++)
        {
            Assert.Equal(row is >= 4 and < 8 ? [.. Enumerable.Range(0, 12).Select(x => (byte)(x * 10))] : Enumerable.Repeat(RedLuma, 12),
                padded[(row * 12)..((row + 1) * 12)]);
        }
        byte[] coloured = One(wide, new DataOptions { Size = 12, Fit = Fit.Pad, Background = "#102030" });
        Assert.Equal([0x10, 0x20, 0x30], new[] { coloured[0], coloured[144], coloured[288] });

        Picture tall = Make(4, 12, (_, y) => ((byte)(y * 10), 0, 0, 255));
        byte[] shrunk = One(tall, new DataOptions { Size = 6, Fit = Fit.Pad, Background = "#ffffff" });
        Assert.Equal([255, 255, 5, 5, 255, 255], shrunk[..6]);

        byte[] stretched = One(wide, new DataOptions { Size = 4, Channels = 1, Fit = Fit.Stretch });
        Assert.Equal([10, 40, 70, 100], stretched[..4]);
    }

    [Fact]
    public void Transparent_pixels_lie_on_the_background()
    {
        foreach (int alpha in new[] { 0, 1, 77, 128, 254, 255 })
        {
            byte[] image = One(Filled(2, 2, 200, 0, 255, (byte)alpha), new DataOptions { Size = 2, Background = "#0a6400" });
            byte Over(int value, int below) => (byte)Math.Round(((value * alpha) + (below * (255 - alpha))) / 255.0);
            Assert.Equal([Over(200, 10), Over(0, 100), Over(255, 0)], new[] { image[0], image[4], image[8] });
        }
    }

    [Fact]
    public void The_colour_of_transparent_pixels_does_not_bleed()
    {
        Picture picture = Make(31, 31, (x, y) => x + y < 20 ? ((byte)255, (byte)0, (byte)0, (byte)0) : ((byte)0, (byte)0, (byte)255, (byte)255));
        foreach (int size in new[] { 8, 64 })
        {
            byte[] image = One(picture, new DataOptions { Size = size, Background = "#0000ff" });
            Assert.All(image[..(2 * size * size)], value => Assert.Equal(0, value));
            Assert.All(image[(2 * size * size)..], value => Assert.Equal(255, value));
        }
    }

    [Fact]
    public void Grey_is_luma()
    {
        foreach (var (red, green, blue) in new[] { (255, 0, 0), (0, 255, 0), (0, 0, 255), (12, 34, 56), (255, 255, 255) })
        {
            byte expected = (byte)Math.Round((0.299 * red) + (0.587 * green) + (0.114 * blue));
            Assert.All(One(Filled(2, 2, (byte)red, (byte)green, (byte)blue, 255), new DataOptions { Size = 2, Channels = 1 }), value => Assert.Equal(expected, value));
        }
    }

    [Fact]
    public void Random_crops_depend_on_the_name_alone_and_lie_inside()
    {
        // The pixel's colour says where it was.
        Picture picture = Make(100, 80, (x, y) => ((byte)x, (byte)y, 0, 255));
        var options = new DataOptions { Size = 16, Crops = 200 };
        IReadOnlyList<byte[]> crops = new PictureFitting(options).Apply(picture, "a/b.jpg");
        Assert.Equal(200, crops.Count);
        var places = new HashSet<(int, int)>();
        foreach (byte[] crop in crops)
        {
            int left = crop[0], top = crop[256];
            places.Add((left, top));
            Assert.InRange(left, 0, 84);
            Assert.InRange(top, 0, 64);
            for (int pixel = 0; pixel < 256; pixel++)
                Assert.Equal((left + (pixel % 16), top + (pixel / 16)), (crop[pixel], crop[256 + pixel]));
        }
        Assert.InRange(places.Count, 180, 200);
        Assert.InRange(places.Min(place => place.Item1), 0, 3);
        Assert.InRange(places.Max(place => place.Item1), 81, 84);
        Assert.Equal(crops, new PictureFitting(options with { Crops = 300 }).Apply(picture, "a/b.jpg").Take(200));
        Assert.NotEqual(crops[0], new PictureFitting(options).Apply(picture, "a/c.jpg")[0]);
        // These very places: a set that was packed on another machine has the same crops.
        Assert.Equal([(28, 33), (35, 3), (3, 7)], crops.Take(3).Select(crop => ((int)crop[0], (int)crop[256])));
    }

    [Fact]
    public void A_grid_has_every_whole_tile_row_by_row()
    {
        Picture picture = Make(35, 29, (x, y) => ((byte)x, (byte)y, 0, 255));
        IReadOnlyList<byte[]> tiles = new PictureFitting(new DataOptions { Size = 10, Crops = DataOptions.Grid }).Apply(picture, "a");
        Assert.Equal([(0, 0), (10, 0), (20, 0), (0, 10), (10, 10), (20, 10)], tiles.Select(tile => ((int)tile[0], (int)tile[100])));
        Assert.All(tiles, tile => Assert.Equal((tile[0] + 9, tile[100] + 9), (tile[99], tile[199])));
    }

    [Fact]
    public void Pictures_are_scaled_down_before_they_are_cropped_but_never_up()
    {
        var options = new DataOptions { Size = 8, Crops = DataOptions.Grid, ShorterSide = 20, Channels = 1 };
        Picture large = Noise(61, 40); // becomes 31×20 (30.5 rounds up): 3×2 tiles
        IReadOnlyList<byte[]> tiles = new PictureFitting(options).Apply(large, "a");
        Assert.Equal(6, tiles.Count);
        double[] reference = Reference(Flat(large, 1), 1, 61, 40, 31, 20);
        for (int tile = 0; tile < 6; tile++)
        {
            for (int pixel = 0; pixel < 64; pixel++)
                Assert.InRange(tiles[tile][pixel] - reference[((tile / 3 * 8) + (pixel / 8)) * 31 + (tile % 3 * 8) + (pixel % 8)], -0.5000001, 0.5000001);
        }
        Picture small = Noise(19, 24);
        Assert.Equal(2 * 3, new PictureFitting(options).Apply(small, "a").Count);
        Assert.Equal((20, 0, 16), (new PictureFitting(options).ShorterSide, new PictureFitting(options with { ShorterSide = 0 }).ShorterSide,
            new PictureFitting(options with { Crops = 0 }).ShorterSide));
    }

    [Theory]
    [InlineData(15, 900, 0, true)]
    [InlineData(16, 16, 0, false)]
    [InlineData(63, 900, 1, true)]
    [InlineData(64, 64, 1, false)]
    [InlineData(63, 900, DataOptions.Grid, true)]
    [InlineData(1, 1, 0, true)]
    public void A_picture_that_is_too_small_is_refused_and_named(int width, int height, int crops, bool refused)
    {
        var fitting = new PictureFitting(new DataOptions { Size = 64, Crops = crops });
        if (!refused)
        {
            Assert.Single(fitting.Apply(Noise(width, height), "dot.png"));
            return;
        }
        var exception = Assert.Throws<InputException>(() => fitting.Apply(Noise(width, height), "dot.png"));
        Assert.StartsWith($"'dot.png' is {width}×{height}, too small ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_very_long_picture_is_scaled_as_the_reference()
    {
        Picture tall = Make(2, 1_000_003, (x, y) => ((byte)((y * 7) + x), (byte)(y >> 8), 255, 255));
        var resampler = new PictureResampler(3, (0, 0, 0));
        byte[] actual = resampler.Resample(tall, new(0, 0, 2, 1_000_003), 2, 3);
        double[] reference = Reference(Flat(tall, 3), 3, 2, 1_000_003, 2, 3);
        for (int index = 0; index < actual.Length; index++)
            Assert.InRange(actual[index] - reference[index], -0.5000001, 0.5000001);
    }

    private static byte[] One(Picture picture, DataOptions options) => Assert.Single(new PictureFitting(options).Apply(picture, "a picture"));

    private static Picture Noise(int width, int height)
    {
        var random = new CounterRandom(7, RandomPurpose.Shuffle);
        return Make(width, height, (x, y) =>
        {
            ulong bits = random.Bits((ulong)((y * width) + x));
            return ((byte)bits, (byte)(bits >> 8), (byte)(bits >> 16), 255);
        });
    }

    private static Picture Filled(int width, int height, byte red, byte green, byte blue, byte alpha) => Make(width, height, (_, _) => (red, green, blue, alpha));

    private static Picture Make(int width, int height, Func<int, int, (byte, byte, byte, byte)> pixel)
    {
        var rgba = new byte[4 * width * height];
        for (int index = 0; index < width * height; index++)
            (rgba[4 * index], rgba[(4 * index) + 1], rgba[(4 * index) + 2], rgba[(4 * index) + 3]) = pixel(index % width, index / width);
        return new Picture(width, height, rgba);
    }

    /// <summary>An opaque picture's planar bytes.</summary>
    private static byte[] Flat(Picture picture, int channels)
    {
        int area = picture.Width * picture.Height;
        if (channels == 3)
            return [.. Enumerable.Range(0, 3 * area).Select(index => picture.Rgba[(index % area * 4) + (index / area)])];
        return [.. Enumerable.Range(0, area).Select(index => (byte)Math.Floor(
            (((299 * picture.Rgba[4 * index]) + (587 * picture.Rgba[(4 * index) + 1]) + (114 * picture.Rgba[(4 * index) + 2])) / 1000m) + 0.5m))];
    }

    /// <summary>Both directions at once, from the definition: integrals of overlaps, or weights of distances from centres.</summary>
    private static double[] Reference(byte[] planar, int channels, int width, int height, int newWidth, int newHeight)
    {
        double[][] across = Weights(width, newWidth), down = Weights(height, newHeight);
        var result = new double[channels * newWidth * newHeight];
        var rows = new double[newWidth];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int row = 0; row < height; row++)
            {
                for (int x = 0; x < newWidth; x++)
                {
                    double sum = 0;
                    for (int column = 0; column < width; column++)
                        sum += across[x][column] * planar[(((channel * height) + row) * width) + column];
                    rows[x] = sum;
                }
                for (int y = 0; y < newHeight; y++)
                {
                    for (int x = 0; x < newWidth; x++)
                        result[(((channel * newHeight) + y) * newWidth) + x] += down[y][row] * rows[x];
                }
            }
        }
        return result;
    }

    private static double[][] Weights(int from, int to)
    {
        double scale = (double)from / to;
        var weights = new double[to][];
        for (int index = 0; index < to; index++)
        {
            weights[index] = new double[from];
            for (int pixel = 0; pixel < from; pixel++)
            {
                weights[index][pixel] = to <= from
                    ? Math.Max(0, Math.Min((index + 1) * scale, pixel + 1) - Math.Max(index * scale, pixel)) / scale
                    : Math.Max(0, 1 - Math.Abs(Math.Clamp(((index + 0.5) * scale) - 0.5, 0, from - 1) - pixel));
            }
        }
        return weights;
    }
}
