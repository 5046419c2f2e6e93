namespace Tangram;

/// <summary>Reads what <see cref="RangeEncoder"/> wrote, given the same probabilities; zeros beyond the bytes' end.</summary>
internal sealed class RangeDecoder
{
    private readonly byte[] _bytes;
    private int _next;
    private ulong _code, _range = RangeEncoder.Mask;

    public RangeDecoder(byte[] bytes)
    {
        _bytes = bytes;
        for (int count = 0; count < RangeEncoder.Width; count += 8)
            _code = (_code << 8) | Next();
    }

    public int Read(FrequencyTable table)
    {
        int symbol = table.SymbolAt(Unit());
        var (start, size) = table[symbol];
        Take(start, size);
        return symbol;
    }

    public bool ReadBit(int probability)
    {
        bool value = Unit() < probability;
        if (value)
            Take(0, probability);
        else
            Take(probability, FrequencyTable.Total - probability);
        return value;
    }

    public int ReadBits(int bits)
    {
        int value = Unit() >> (FrequencyTable.Bits - bits);
        Take(value << (FrequencyTable.Bits - bits), 1 << (FrequencyTable.Bits - bits));
        return value;
    }

    /// <summary>Where in 0 … <see cref="FrequencyTable.Total"/> − 1 the next symbol lies; foreign bytes may lie beyond the last one.</summary>
    private int Unit() => (int)Math.Min(_code / (_range >> FrequencyTable.Bits), FrequencyTable.Total - 1);

    private void Take(int start, int size)
    {
        ulong unit = _range >> FrequencyTable.Bits;
        _code -= unit * (ulong)start;
        _range = unit * (ulong)size;
        while (_range < RangeEncoder.Least)
        {
            _code = ((_code << 8) | Next()) & RangeEncoder.Mask;
            _range <<= 8;
        }
    }

    private byte Next() => _next < _bytes.Length ? _bytes[_next++] : (byte)0;
}
