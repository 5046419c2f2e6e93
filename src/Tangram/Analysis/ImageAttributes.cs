using System.Numerics.Tensors;

namespace Tangram;

/// <summary>A hue by name: degrees on the circle of HSV, from the first up to the second.</summary>
internal readonly record struct NamedHue(string Name, double From, double To)
{
    /// <summary>The names that people give hues; red goes through 0.</summary>
    public static IReadOnlyList<NamedHue> All { get; } =
    [
        new("red", 345, 15), new("orange", 15, 40), new("yellow", 40, 70),
        new("green", 70, 165), new("cyan", 165, 200), new("blue", 200, 260),
        new("purple", 260, 345),
    ];

    /// <summary>The place in <see cref="All"/> of the hue of a colour in [0, 1]³, or −1 where its chroma (largest less smallest) is below .15: white, grey, black.</summary>
    public static int Of(float red, float green, float blue)
    {
        const float LeastChroma = 0.15f;
        float largest = Math.Max(red, Math.Max(green, blue)), chroma = largest - Math.Min(red, Math.Min(green, blue));
        if (chroma < LeastChroma)
            return -1;
        float sixth = largest == red ? (green - blue) / chroma : largest == green ? ((blue - red) / chroma) + 2 : ((red - green) / chroma) + 4;
        return Of(60 * sixth);
    }

    /// <summary>The place in <see cref="All"/> of a hue in degrees.</summary>
    public static int Of(double degrees)
    {
        degrees = ((degrees % 360) + 360) % 360;
        for (int hue = 1; hue < All.Count; hue++)
        {
            if (degrees >= All[hue].From && degrees < All[hue].To)
                return hue;
        }
        return 0;
    }
}

/// <summary>What can be said of each image of a set without a model: its colours, brightness, contrast and complexity.</summary>
internal sealed class ImageAttributes
{
    /// <summary>An image's dominant hue covers at least this share of its pixels; else it has none.</summary>
    public const double Dominant = 0.1;

    /// <summary>An image has a large area of a hue when it covers at least this share.</summary>
    public const double LargeArea = 0.25;

    private ImageAttributes(double[][] hues, int[] dominantHue, double[] brightness, double[] contrast, double[] complexity, int[] halves) =>
        (Hues, DominantHue, Brightness, Contrast, Complexity, Halves) = (hues, dominantHue, brightness, contrast, complexity, halves);

    /// <summary>Share of an image's pixels of each of <see cref="NamedHue.All"/>, [hue][image]; empty for grey images and rows.</summary>
    public double[][] Hues { get; }

    /// <summary>The hue of most pixels, a place in <see cref="NamedHue.All"/>; their number where none covers <see cref="Dominant"/>. Empty for grey images and rows.</summary>
    public int[] DominantHue { get; }

    /// <summary>Mean of all values.</summary>
    public double[] Brightness { get; }

    /// <summary>Standard deviation of all values.</summary>
    public double[] Contrast { get; }

    /// <summary>Effective number of waves (<see cref="Spectrum.Complexity"/>); NaN for images that are constant, and for rows.</summary>
    public double[] Complexity { get; }

    /// <summary>Which half of the set an image is in (<see cref="ImageSet.Halves"/>), for what is found on one and measured on the other.</summary>
    public int[] Halves { get; }

    /// <summary>Whether there are colours to speak of.</summary>
    public bool HasHues => Hues.Length > 0;

    public static ImageAttributes Of(ImageSet images, int threads, CancellationToken cancellation = default)
    {
        bool colour = images.Shape.Channels == 3;
        double[][] hues = [.. (colour ? NamedHue.All : []).Select(_ => new double[images.Count])];
        var dominant = new int[colour ? images.Count : 0];
        var (brightness, contrast, complexity) = (new double[images.Count], new double[images.Count], new double[images.Count]);
        Parallel.For(0, images.Count, new ParallelOptions { MaxDegreeOfParallelism = Workers.CountFor(threads), CancellationToken = cancellation },
            () => (Values: new float[images.Shape.Length], Transform: images.Shape.IsImage ? new CosineTransform(images.Shape.Width, images.Shape.Height) : null),
            (image, _, room) =>
            {
                images.CopyTo(image, room.Values);
                brightness[image] = TensorPrimitives.Sum<float>(room.Values) / room.Values.Length;
                contrast[image] = Deviation(room.Values, brightness[image]);
                complexity[image] = room.Transform is null ? double.NaN : Spectrum.ComplexityOf(room.Values, images.Shape, room.Transform);
                if (colour)
                    dominant[image] = CountHues(room.Values, hues, image);
                return room;
            }, _ => { });
        return new ImageAttributes(hues, dominant, brightness, contrast, complexity, images.Halves());
    }

    private static double Deviation(float[] values, double mean)
    {
        double sum = 0;
        foreach (float value in values)
            sum += (value - mean) * (value - mean);
        return Math.Sqrt(sum / values.Length);
    }

    private static int CountHues(float[] values, double[][] shares, int image)
    {
        int area = values.Length / 3;
        for (int pixel = 0; pixel < area; pixel++)
        {
            if (NamedHue.Of(values[pixel], values[area + pixel], values[(2 * area) + pixel]) is >= 0 and var hue)
                shares[hue][image] += 1.0 / area;
        }
        int most = Enumerable.Range(0, shares.Length).MaxBy(hue => shares[hue][image]);
        return shares[most][image] >= Dominant ? most : shares.Length;
    }
}
