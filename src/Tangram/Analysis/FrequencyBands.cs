namespace Tangram;

/// <summary>
/// Octaves of spatial frequency, in periods per image: the image's mean, (0, 1), [1, 2), [2, 4), … as far as planes of a size have frequencies. One
/// instance serves one thread.
/// </summary>
internal sealed class FrequencyBands
{
    private readonly CosineTransform _transform;
    private readonly int[] _bandOf;
    private readonly float[] _coefficients;

    public FrequencyBands(int width, int height)
    {
        _transform = new CosineTransform(width, height);
        _coefficients = new float[width * height];
        _bandOf = [.. Enumerable.Range(0, width * height).Select(index => BandOf(CosineTransform.Frequency(index % width, index / width)))];
        Count = _bandOf.Max() + 1;
    }

    /// <summary>Number of bands.</summary>
    public int Count { get; }

    /// <summary>A band's lower bound, and its upper one, which isn't in it but for band 0: that is frequency 0.</summary>
    public static (double From, double To) Range(int band) => band switch
    {
        0 => (0, 0),
        1 => (0, 1),
        _ => (Math.Pow(2, band - 2), Math.Pow(2, band - 1)),
    };

    /// <summary>Adds a plane's squared coefficients to the sums of their bands [<see cref="Count"/>].</summary>
    public void AddEnergy(ReadOnlySpan<float> plane, Span<double> sums)
    {
        _transform.Transform(plane, _coefficients);
        for (int index = 0; index < _coefficients.Length; index++)
            sums[_bandOf[index]] += (double)_coefficients[index] * _coefficients[index];
    }

    private static int BandOf(double frequency) => frequency switch
    {
        0 => 0,
        < 1 => 1,
        _ => 2 + (int)Math.Floor(Math.Log2(frequency)),
    };
}
