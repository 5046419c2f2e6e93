namespace Tangram;

/// <summary>Counts of activation values in bins of equal relative width (2⁻⁷ of a power of two), so that any number of them fits and quantiles are right to 1 %.</summary>
internal sealed class ActivationHistogram
{
    private const int DroppedBits = 16;
    private readonly long[] _counts = new long[1 << (32 - DroppedBits)];
    private long _total, _negative;
    private double _sum;
    private float _min = float.PositiveInfinity, _max = float.NegativeInfinity;

    public void Add(float value)
    {
        _counts[Bin(value)]++;
        _total++;
        _negative += value < 0 ? 1 : 0;
        _sum += value;
        _min = Math.Min(_min, value);
        _max = Math.Max(_max, value);
    }

    public ActivationDistribution Distribution() => new(
        _total == 0 ? double.NaN : (double)_negative / _total,
        new Quantiles(_sum / _total, _total == 0 ? double.NaN : _min, At(0.05), At(0.5), At(0.95), _total == 0 ? double.NaN : _max));

    /// <summary>Bins in the order of the floats.</summary>
    private static int Bin(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        uint ordered = bits >= 0 ? (uint)bits | 0x80000000u : ~(uint)bits;
        return (int)(ordered >> DroppedBits);
    }

    private double At(double share)
    {
        if (_total == 0)
            return double.NaN;
        long rank = (long)(share * (_total - 1));
        int bin = 0;
        for (long before = 0; (before += _counts[bin]) <= rank;)
            bin++;
        uint ordered = ((uint)bin << DroppedBits) | (1u << (DroppedBits - 1));
        float middle = BitConverter.UInt32BitsToSingle((ordered & 0x80000000u) != 0 ? ordered & 0x7FFFFFFFu : ~ordered);
        return Math.Clamp(middle, _min, _max);
    }
}
