namespace Tangram;

/// <summary>Static probabilities of symbols 0 … n − 1, in units of 1 / <see cref="Total"/>; none is 0, so that every symbol can be written.</summary>
internal sealed class FrequencyTable
{
    /// <summary>Probabilities have so many bits.</summary>
    public const int Bits = 16;

    public const int Total = 1 << Bits;

    private readonly int[] _start;

    private FrequencyTable(int[] start) => _start = start;

    public int Symbols => _start.Length - 1;

    /// <summary>Each symbol gets the smallest probability, and what is left is shared in proportion to the weights; all alike where no weight is positive.</summary>
    /// <param name="weights">One per symbol, finite and not negative; counts, for instance.</param>
    public static FrequencyTable Of(ReadOnlySpan<double> weights)
    {
        ArgumentOutOfRangeException.ThrowIfZero(weights.Length, nameof(weights));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weights.Length, Total / 2, nameof(weights));
        double sum = 0, before = 0;
        foreach (double weight in weights)
            sum += weight;
        var start = new int[weights.Length + 1];
        for (int symbol = 0; symbol < weights.Length; symbol++)
        {
            start[symbol] = symbol + (int)((Total - weights.Length) * Math.Min(1, sum > 0 ? before / sum : (double)symbol / weights.Length));
            before += weights[symbol];
        }
        start[^1] = Total;
        return new FrequencyTable(start);
    }

    /// <summary>A symbol's place among the units.</summary>
    public (int Start, int Size) this[int symbol] => (_start[symbol], _start[symbol + 1] - _start[symbol]);

    /// <summary>What writing a symbol takes.</summary>
    public double BitsOf(int symbol) => Bits - Math.Log2(this[symbol].Size);

    /// <summary>The symbol that a unit belongs to.</summary>
    public int SymbolAt(int unit)
    {
        int place = Array.BinarySearch(_start, unit);
        return place >= 0 ? place : ~place - 1;
    }
}
