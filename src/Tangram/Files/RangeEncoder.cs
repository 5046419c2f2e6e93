using System.Runtime.InteropServices;

namespace Tangram;

/// <summary>
/// Writes symbols of known probabilities in as many bits as these call for: the symbols narrow an interval of numbers, and the shortest fraction within it is the result.
/// Source: Martin, "Range encoding: an algorithm for removing redundancy from a digitised message", 1979. 48 bits of the interval are kept, so that a probability of
/// 16 bits loses less than a part in 10⁷; a carry runs back over the bytes already written.
/// </summary>
internal sealed class RangeEncoder
{
    /// <summary>Bits of the interval's start and width, and the width that they never fall below after a symbol.</summary>
    internal const int Width = 48;

    internal const ulong Mask = (1UL << Width) - 1, Least = 1UL << (Width - 8);

    private readonly List<byte> _bytes = [];
    private ulong _low, _range = Mask;

    /// <summary>Writes a symbol that has the units <paramref name="start"/> … start + size − 1 of <see cref="FrequencyTable.Total"/>.</summary>
    public void Write(int start, int size)
    {
        ulong unit = _range >> FrequencyTable.Bits;
        _low += unit * (ulong)start;
        _range = unit * (ulong)size;
        Carry();
        while (_range < Least)
        {
            _bytes.Add((byte)(_low >> (Width - 8)));
            _low = (_low << 8) & Mask;
            _range <<= 8;
        }
    }

    public void Write(FrequencyTable table, int symbol)
    {
        var (start, size) = table[symbol];
        Write(start, size);
    }

    /// <summary>Writes whether something is so; it is with probability <paramref name="probability"/> / <see cref="FrequencyTable.Total"/>, between 0 and 1.</summary>
    public void WriteBit(bool value, int probability)
    {
        if (value)
            Write(0, probability);
        else
            Write(probability, FrequencyTable.Total - probability);
    }

    /// <summary>Writes the lowest bits of a number, all values equally probable.</summary>
    /// <param name="value">The number.</param>
    /// <param name="bits">1 … 16.</param>
    public void WriteBits(int value, int bits) => Write((value & ((1 << bits) - 1)) << (FrequencyTable.Bits - bits), 1 << (FrequencyTable.Bits - bits));

    /// <summary>The bytes, as few as tell the interval apart where zeros are read beyond their end; none if nothing was written.</summary>
    public byte[] Finish()
    {
        for (int kept = 0; kept <= Width; kept += 8)
        {
            ulong below = Mask >> kept, value = (_low + below) & ~below;
            if (value - _low >= _range)
                continue;
            _low = value;
            Carry();
            for (int shift = Width - 8; shift >= Width - kept; shift -= 8)
                _bytes.Add((byte)(_low >> shift));
            break;
        }
        while (_bytes.Count > 0 && _bytes[^1] == 0)
            _bytes.RemoveAt(_bytes.Count - 1);
        return [.. _bytes];
    }

    /// <summary>Takes what the start has above its bits to the bytes before it.</summary>
    private void Carry()
    {
        if (_low <= Mask)
            return;
        _low &= Mask;
        int index = _bytes.Count - 1;
        // There is a byte to add to: the interval lies within [0, 1).
        while (++CollectionsMarshal.AsSpan(_bytes)[index] == 0)
            index--;
    }
}
