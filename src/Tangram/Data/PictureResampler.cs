using System.Buffers;
using System.Numerics.Tensors;

namespace Tangram;

/// <summary>A part of a picture, in pixels.</summary>
internal readonly record struct PictureWindow(int Left, int Top, int Width, int Height);

/// <summary>
/// Lays pictures on a background and scales them, both directions on their own: the mean over the covered area where a direction shrinks, linear between
/// the neighbours' centres where it grows, the pixels themselves where it stays. Weights are whole numbers over a common denominator, so the sums are exact,
/// and the order of additions and the SIMD tier have no say in the bytes.
/// </summary>
/// <param name="channels">3: red, green, blue; 1: grey, Rec. 601 luma.</param>
/// <param name="background">What transparent pixels lie on.</param>
internal sealed class PictureResampler(int channels, (byte Red, byte Green, byte Blue) background)
{
    /// <summary>An image of the background alone, planar bytes [C, height, width].</summary>
    public byte[] Blank(int width, int height)
    {
        int area = width * height;
        var image = new byte[channels * area];
        if (channels == 1)
        {
            image.AsSpan().Fill(Luma(background.Red, background.Green, background.Blue));
            return image;
        }
        image.AsSpan(0, area).Fill(background.Red);
        image.AsSpan(area, area).Fill(background.Green);
        image.AsSpan(2 * area, area).Fill(background.Blue);
        return image;
    }

    /// <summary>A part of a picture on the background, planar bytes [C, H, W] of the window.</summary>
    public byte[] Flatten(Picture picture, PictureWindow window)
    {
        int area = window.Width * window.Height;
        var image = new byte[channels * area];
        for (int row = 0; row < window.Height; row++)
        {
            Span<byte> red = image.AsSpan(row * window.Width, window.Width);
            FlattenRow(picture, window, row, red, channels == 1 ? [] : image.AsSpan((row * window.Width) + area, window.Width),
                channels == 1 ? [] : image.AsSpan((row * window.Width) + (2 * area), window.Width));
        }
        return image;
    }

    /// <summary>A part of a picture on the background, scaled, planar bytes [C, height, width].</summary>
    public byte[] Resample(Picture picture, PictureWindow window, int width, int height)
    {
        if (window.Width == width && window.Height == height)
            return Flatten(picture, window);
        var down = new ResamplingWeights(window.Height, height);
        var across = new ResamplingWeights(window.Width, width);
        double denominator = (double)down.Denominator * across.Denominator;
        int rowLength = channels * window.Width;
        var image = new byte[channels * width * height];
        byte[] bytes = ArrayPool<byte>.Shared.Rent(rowLength);
        double[] values = ArrayPool<double>.Shared.Rent(3 * rowLength);
        try
        {
            // A source row serves at most the two neighbouring target rows when shrinking, and two source rows serve each target row when growing:
            // the last two are kept, by the parity of their number.
            Span<double> sum = values.AsSpan(2 * rowLength, rowLength);
            Span<int> kept = [-1, -1];
            for (int y = 0; y < height; y++)
            {
                sum.Clear();
                ReadOnlySpan<double> weights = down.Of(y, out int first);
                for (int tap = 0; tap < weights.Length; tap++)
                {
                    int row = first + tap;
                    Span<double> source = values.AsSpan((row & 1) * rowLength, rowLength);
                    if (kept[row & 1] != row)
                    {
                        FlattenRow(picture, window, row, bytes.AsSpan(0, window.Width), channels == 1 ? [] : bytes.AsSpan(window.Width, window.Width),
                            channels == 1 ? [] : bytes.AsSpan(2 * window.Width, window.Width));
                        TensorPrimitives.ConvertChecked<byte, double>(bytes.AsSpan(0, rowLength), source);
                        kept[row & 1] = row;
                    }
                    TensorPrimitives.MultiplyAdd(source, weights[tap], sum, sum);
                }
                for (int channel = 0; channel < channels; channel++)
                    ScaleRow(sum.Slice(channel * window.Width, window.Width), across, denominator, image.AsSpan(((channel * height) + y) * width, width));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<double>.Shared.Return(values);
        }
        return image;
    }

    private static void ScaleRow(ReadOnlySpan<double> row, ResamplingWeights across, double denominator, Span<byte> target)
    {
        for (int x = 0; x < target.Length; x++)
        {
            ReadOnlySpan<double> weights = across.Of(x, out int first);
            ReadOnlySpan<double> pixels = row.Slice(first, weights.Length);
            double sum = 0;
            for (int tap = 0; tap < weights.Length; tap++)
                sum += weights[tap] * pixels[tap];
            target[x] = (byte)((sum / denominator) + 0.5);
        }
    }

    /// <summary>One row of a window, as red, green and blue, or as grey in the place of red.</summary>
    private void FlattenRow(Picture picture, PictureWindow window, int row, Span<byte> red, Span<byte> green, Span<byte> blue)
    {
        ReadOnlySpan<byte> pixels = picture.Rgba.AsSpan((int)(4 * (((long)(window.Top + row) * picture.Width) + window.Left)), 4 * window.Width);
        for (int x = 0; x < red.Length; x++)
        {
            ReadOnlySpan<byte> pixel = pixels.Slice(4 * x, 4);
            byte alpha = pixel[3], r = pixel[0], g = pixel[1], b = pixel[2];
            if (alpha != byte.MaxValue)
                (r, g, b) = (Over(r, background.Red, alpha), Over(g, background.Green, alpha), Over(b, background.Blue, alpha));
            if (channels == 1)
                red[x] = Luma(r, g, b);
            else
                (red[x], green[x], blue[x]) = (r, g, b);
        }
    }

    /// <summary>(value · alpha + below · (255 − alpha)) / 255, rounded; 255 is odd, so there are no ties.</summary>
    private static byte Over(int value, int below, int alpha) => (byte)(((value * alpha) + (below * (byte.MaxValue - alpha)) + 127) / byte.MaxValue);

    /// <summary>.299 red + .587 green + .114 blue, rounded. Source: ITU-R BT.601.</summary>
    private static byte Luma(int red, int green, int blue) => (byte)(((299 * red) + (587 * green) + (114 * blue) + 500) / 1000);
}

/// <summary>Which pixels of a line of one length make up each pixel of a line of another, as whole numbers over one denominator.</summary>
internal sealed class ResamplingWeights
{
    private readonly int[] _first, _start;
    private readonly double[] _weights;

    public ResamplingWeights(int from, int to)
    {
        int common = GreatestCommonDivisor(from, to);
        long source = from / common, target = to / common;
        var weights = new List<double>();
        (_first, _start) = (new int[to], new int[to + 1]);
        Denominator = to > from ? 2 * target : source;
        for (int index = 0; index < to; index++)
        {
            if (to > from)
                AddLinear(index, from, source, target, weights);
            else
                AddArea(index, source, target, weights);
            _start[index + 1] = weights.Count;
        }
        _weights = [.. weights];
    }

    /// <summary>What the weights of each pixel sum to.</summary>
    public long Denominator { get; }

    /// <summary>The weights of the pixels first, first + 1, …</summary>
    public ReadOnlySpan<double> Of(int index, out int first)
    {
        first = _first[index];
        return _weights.AsSpan(_start[index].._start[index + 1]);
    }

    /// <summary>In units of 1/target of a source pixel, target pixel i covers [i·source, (i + 1)·source), source pixel j [j·target, (j + 1)·target).</summary>
    private void AddArea(int index, long source, long target, List<double> weights)
    {
        long begin = index * source, end = begin + source;
        _first[index] = (int)(begin / target);
        for (long pixel = begin / target; pixel * target < end; pixel++)
            weights.Add(Math.Min(end, (pixel + 1) * target) - Math.Max(begin, pixel * target));
    }

    /// <summary>The centre of target pixel i lies at (i + ½)·source/target − ½ between source pixels; beyond the outermost centres it is theirs.</summary>
    private void AddLinear(int index, int from, long source, long target, List<double> weights)
    {
        long twice = 2 * target, centre = (((2L * index) + 1) * source) - target;
        long left = centre < 0 ? 0 : centre / twice, share = centre < 0 ? 0 : centre % twice;
        _first[index] = (int)left;
        if (share == 0 || left == from - 1)
        {
            weights.Add(twice);
            return;
        }
        weights.Add(twice - share);
        weights.Add(share);
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
