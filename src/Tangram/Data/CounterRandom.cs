namespace Tangram;

/// <summary>What a random number is for: part of its key, so that no two uses share a stream.</summary>
internal enum RandomPurpose
{
    ValidationSplit = 1,
    TestSplit = 2,
    Shuffle = 3,
    Initialisation = 4,
    Reinitialisation = 5,
    EvaluationSample = 6,
    InitialImages = 7,
    MedianSample = 8,
    Crop = 9,
    ComponentSample = 10,
    RandomFeatures = 11,
    RetrievalQueries = 12,
    RetrievalResample = 13,
    ReadoutResample = 14,
    SeparabilityResample = 15,
}

/// <summary>
/// Random numbers without state: Philox 4×32-10 of (seed, purpose, member, epoch, index). Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers:
/// as easy as 1, 2, 3", SC 2011. Only IEEE operations that every platform rounds alike.
/// </summary>
internal readonly record struct CounterRandom(ulong Seed, RandomPurpose Purpose, int Member = 0, int Epoch = 0)
{
    /// <summary>64 random bits.</summary>
    public ulong Bits(ulong index)
    {
        var (first, second, _, _) = Philox((uint)index, (uint)(index >> 32), (uint)Epoch, ((uint)Purpose << 24) ^ (uint)Member, (uint)Seed, (uint)(Seed >> 32));
        return ((ulong)second << 32) | first;
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double Uniform(ulong index) => (Bits(index) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 … bound − 1; the bias of at most bound / 2⁶⁴ is beyond observation.</summary>
    public int Below(int bound, ulong index) => (int)Math.BigMul(Bits(index), (ulong)bound, out _);

    /// <summary>
    /// Standard normal, by Marsaglia's polar method: pairs are drawn for attempt 0, 1, … until one falls inside the unit circle. Indices must be below 2⁵⁶.
    /// </summary>
    public double Normal(ulong index)
    {
        for (ulong attempt = 0; ; attempt++)
        {
            var (a, b, c, d) = Philox((uint)index, (uint)(index >> 32) | (uint)(attempt << 24), (uint)Epoch, ((uint)Purpose << 24) ^ (uint)Member,
                (uint)Seed, (uint)(Seed >> 32));
            double x = ToSymmetric(a, b), y = ToSymmetric(c, d);
            double square = (x * x) + (y * y);
            if (square < 1 && square > 0)
                return x * Math.Sqrt(-2 * NaturalLogarithm(square) / square);
        }
    }

    /// <summary>The numbers 0 … count − 1 in random order (Fisher-Yates; draw i depends on i alone).</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (int index = 0; index < count; index++)
        {
            int other = Below(index + 1, (ulong)index);
            order[index] = order[other];
            order[other] = index;
        }
        return order;
    }

    /// <summary>The bijection itself: ten rounds over a counter of four words and a key of two.</summary>
    internal static (uint, uint, uint, uint) Philox(uint c0, uint c1, uint c2, uint c3, uint key0, uint key1)
    {
        const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57, Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0, product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ key1, (uint)product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }
        return (c0, c1, c2, c3);
    }

    /// <summary>
    /// ln x for normal x &gt; 0 from additions, multiplications and divisions alone: the C library's differs between platforms, and trained state starts
    /// from these numbers. x = m·2^e with m in [√½, √2), ln m = 2 artanh((m − 1)/(m + 1)). Relative error below 1e-15.
    /// </summary>
    internal static double NaturalLogarithm(double x)
    {
        const double Ln2 = 0.693147180559945309417;
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFFL) | 0x3FF0000000000000L);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }
        double t = (mantissa - 1) / (mantissa + 1), square = t * t, sum = 0;
        for (int power = 23; power >= 1; power -= 2)
            sum = (sum * square) + (1.0 / power);
        return (exponent * Ln2) + (2 * t * sum);
    }

    private static double ToSymmetric(uint low, uint high) => (((((ulong)high << 32) | low) >> 11) * (1.0 / (1UL << 52))) - 1;
}
