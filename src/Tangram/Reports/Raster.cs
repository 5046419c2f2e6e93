namespace Tangram;

/// <summary>Red, green and blue, 0 … 255.</summary>
internal readonly record struct Colour(byte Red, byte Green, byte Blue)
{
    public static Colour Mix(Colour a, Colour b, double share) =>
        new(Blend(a.Red, b.Red, share), Blend(a.Green, b.Green, share), Blend(a.Blue, b.Blue, share));

    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";

    private static byte Blend(byte a, byte b, double share) => (byte)Math.Round(a + ((b - a) * share));
}

/// <summary>Colours for numbers.</summary>
internal static class ColourMap
{
    /// <summary>Zero is white; blue below, orange above: the ends differ in hue for colour-blind readers too. The argument is in [−1, 1].</summary>
    public static Colour Signed(double value)
    {
        var (white, blue, orange) = (new Colour(247, 247, 247), new Colour(5, 80, 160), new Colour(190, 70, 0));
        double share = Math.Sqrt(Math.Min(1, Math.Abs(value))); // the root keeps weak weights visible
        return Colour.Mix(white, value < 0 ? blue : orange, share);
    }

    /// <summary>A hue, in a shade that both themes show.</summary>
    public static Colour Of(NamedHue hue) => hue.Name switch
    {
        "red" => new(214, 39, 40),
        "orange" => new(240, 140, 40),
        "yellow" => new(235, 200, 40),
        "green" => new(60, 160, 70),
        "cyan" => new(40, 180, 200),
        "blue" => new(50, 110, 220),
        _ => new(160, 80, 190),
    };

    /// <summary>Black to white. The argument is in [0, 1].</summary>
    public static Colour Grey(double value)
    {
        byte level = (byte)Math.Round(Math.Clamp(value, 0, 1) * 255);
        return new Colour(level, level, level);
    }

    /// <summary>
    /// White, orange, brown: ever darker, and of the hue that <see cref="Signed"/> gives what is above zero, so that blue means "below zero" in all of a report. The argument is in [0, 1].
    /// </summary>
    public static Colour Sequential(double value)
    {
        Colour[] stops = [new(247, 247, 247), new(253, 200, 145), new(240, 125, 40), new(190, 70, 0), new(95, 35, 5)];
        double place = Math.Clamp(double.IsNaN(value) ? 0 : value, 0, 1) * (stops.Length - 1);
        int below = Math.Min((int)place, stops.Length - 2);
        return Colour.Mix(stops[below], stops[below + 1], place - below);
    }
}

/// <summary>A small picture of pixels.</summary>
internal sealed class Raster(int width, int height)
{
    private readonly byte[] _planar = new byte[3 * width * height];

    public int Width => width;

    public int Height => height;

    public Colour this[int x, int y]
    {
        get => new(_planar[(y * width) + x], _planar[(height * width) + (y * width) + x], _planar[(2 * height * width) + (y * width) + x]);
        set
        {
            int place = (y * width) + x, area = width * height;
            (_planar[place], _planar[area + place], _planar[(2 * area) + place]) = (value.Red, value.Green, value.Blue);
        }
    }

    public byte[] ToPng() => PngFile.Encode(_planar, width, height, 3);

    /// <summary>Smaller by an integer, each pixel the mean of a square; what doesn't fill one is cut off.</summary>
    public Raster Reduced(int by)
    {
        var small = new Raster(Math.Max(1, width / by), Math.Max(1, height / by));
        for (int y = 0; y < small.Height; y++)
        {
            for (int x = 0; x < small.Width; x++)
            {
                int red = 0, green = 0, blue = 0, count = 0;
                for (int dy = 0; dy < by && (y * by) + dy < height; dy++)
                {
                    for (int dx = 0; dx < by && (x * by) + dx < width; dx++, count++)
                    {
                        Colour one = this[(x * by) + dx, (y * by) + dy];
                        (red, green, blue) = (red + one.Red, green + one.Green, blue + one.Blue);
                    }
                }
                small[x, y] = new Colour((byte)(red / count), (byte)(green / count), (byte)(blue / count));
            }
        }
        return small;
    }

    public void Fill(Colour colour)
    {
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                this[x, y] = colour;
        }
    }

    /// <summary>Draws a picture with its top-left corner at (x, y), each pixel as a square of <paramref name="scale"/>.</summary>
    public void Draw(Raster source, int left, int top, int scale)
    {
        for (int y = 0; y < source.Height * scale; y++)
        {
            for (int x = 0; x < source.Width * scale; x++)
                this[left + x, top + y] = source[x / scale, y / scale];
        }
    }
}

/// <summary>How values become a picture.</summary>
internal enum Stretch
{
    /// <summary>[0, 1] to black … white, clamped: what a picture shows.</summary>
    Unit,

    /// <summary>The image's own minimum to black, its maximum to white: the paper's. It moves zero.</summary>
    MinMax,

    /// <summary>The mean over channels, its minimum to black, its maximum to white: the second document's for colour.</summary>
    ChannelMean,

    /// <summary>Zero white, negative blue, positive orange, up to the image's largest magnitude.</summary>
    Signed,
}

/// <summary>Pictures of images and weights, alone and in grids.</summary>
internal static class Mosaic
{
    private static readonly Colour Between = new(128, 128, 128);

    /// <summary>One picture. A row may end within the last line; what is left of that has the colour between pictures.</summary>
    public static Raster Picture(ReadOnlySpan<float> values, ImageShape shape, Stretch stretch, double? limit = null)
    {
        var raster = new Raster(shape.Width, shape.Height);
        if (values.Length < shape.Length)
            raster.Fill(Between);
        if (stretch == Stretch.ChannelMean)
            return Picture(Means(values, shape), shape with { Channels = 1 }, Stretch.MinMax);
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        foreach (float value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        double magnitude = limit ?? Math.Max(Math.Max(Math.Abs(low), Math.Abs(high)), 1e-30), range = Math.Max(high - low, 1e-30);
        int area = shape.Width * shape.Height;
        for (int pixel = 0; pixel < Math.Min(area, values.Length); pixel++)
        {
            double Channel(ReadOnlySpan<float> all, int channel) => stretch == Stretch.MinMax ? (all[(channel * area) + pixel] - low) / range : all[(channel * area) + pixel];
            Colour colour;
            if (stretch == Stretch.Signed)
            {
                double sum = 0;
                for (int channel = 0; channel < shape.Channels; channel++)
                    sum += Channel(values, channel);
                colour = ColourMap.Signed(sum / shape.Channels / magnitude);
            }
            else
            {
                Colour red = ColourMap.Grey(Channel(values, 0));
                colour = shape.Channels == 1 ? red : new Colour(red.Red, ColourMap.Grey(Channel(values, 1)).Red, ColourMap.Grey(Channel(values, 2)).Red);
            }
            raster[pixel % shape.Width, pixel / shape.Width] = colour;
        }
        return raster;
    }

    private static float[] Means(ReadOnlySpan<float> values, ImageShape shape)
    {
        var means = new float[shape.Width * shape.Height];
        for (int index = 0; index < values.Length; index++)
            means[index % means.Length] += values[index] / shape.Channels;
        return means;
    }

    /// <summary>Pictures of one size in rows of <paramref name="columns"/>, <paramref name="gap"/> pixels apart, upscaled by an integer.</summary>
    public static Raster Grid(IReadOnlyList<Raster> pictures, int columns, int scale, int gap)
    {
        int width = pictures[0].Width * scale, height = pictures[0].Height * scale, rows = (pictures.Count + columns - 1) / columns;
        var grid = new Raster((columns * (width + gap)) - gap, (rows * (height + gap)) - gap);
        grid.Fill(Between);
        for (int index = 0; index < pictures.Count; index++)
            grid.Draw(pictures[index], index % columns * (width + gap), index / columns * (height + gap), scale);
        return grid;
    }
}
