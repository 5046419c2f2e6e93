namespace Tangram.Tests;

public sealed class CounterRandomTests
{
    /// <summary>The known answers of Random123's file kat_vectors for philox4x32-10.</summary>
    [Fact]
    public void Philox_gives_the_known_answers_of_its_authors()
    {
        const uint Ones = 0xffffffff;
        Assert.Equal((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u), CounterRandom.Philox(0, 0, 0, 0, 0, 0));
        Assert.Equal((0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu), CounterRandom.Philox(Ones, Ones, Ones, Ones, Ones, Ones));
        Assert.Equal((0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u),
            CounterRandom.Philox(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0));
    }

    [Fact]
    public void Every_part_of_the_key_and_the_index_matter()
    {
        var random = new CounterRandom(5, RandomPurpose.Shuffle, Member: 1, Epoch: 2);
        ulong[] bits =
        [
            random.Bits(3), random.Bits(4), random.Bits(3 + (1UL << 32)), (random with { Seed = 6 }).Bits(3), (random with { Seed = 5 + (1UL << 32) }).Bits(3),
            (random with { Purpose = RandomPurpose.Initialisation }).Bits(3), (random with { Member = 2 }).Bits(3), (random with { Epoch = 3 }).Bits(3),
        ];
        Assert.Equal(bits.Length, bits.Distinct().Count());
        Assert.Equal(bits[0], new CounterRandom(5, RandomPurpose.Shuffle, 1, 2).Bits(3));
    }

    [Fact]
    public void The_logarithm_is_right_to_1e_15()
    {
        double worst = 0;
        var random = new CounterRandom(1, RandomPurpose.Shuffle);
        for (ulong index = 0; index < 20_000; index++)
        {
            // All magnitudes, the neighbourhood of 1, and both ends of a mantissa's range
            double scale = random.Below(600, (index * 2) + 1) - 300;
            double small = random.Uniform(index * 2) + 1e-300, any = Math.ScaleB(1 + random.Uniform(index), (int)scale);
            foreach (double x in new[] { small, any, 1 + ((random.Uniform(index) - 0.5) * 1e-3) })
            {
                double expected = Math.Log(x), error = Math.Abs(CounterRandom.NaturalLogarithm(x) - expected);
                worst = Math.Max(worst, Math.Abs(x - 1) < 1e-3 ? error : error / Math.Abs(expected));
            }
        }
        Assert.InRange(worst, 0, 1e-15);
        Assert.Equal(0, CounterRandom.NaturalLogarithm(1));
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        const int Count = 200_000;
        var random = new CounterRandom(7, RandomPurpose.Initialisation);
        double[] moments = new double[5];
        int beyond2 = 0;
        for (ulong index = 0; index < Count; index++)
        {
            double x = random.Normal(index), power = 1;
            for (int order = 0; order < moments.Length; order++, power *= x)
                moments[order] += power / Count;
            beyond2 += Math.Abs(x) > 2 ? 1 : 0;
        }
        // Five standard errors: of the mean 1/√n, of the 2nd, 3rd and 4th moments √2, √15 and √96 times that
        double five = 5 / Math.Sqrt(Count);
        Assert.Equal(0, moments[1], five);
        Assert.Equal(1, moments[2], five * Math.Sqrt(2));
        Assert.Equal(0, moments[3], five * Math.Sqrt(15));
        Assert.Equal(3, moments[4], five * Math.Sqrt(96));
        Assert.Equal(0.0455, (double)beyond2 / Count, 0.0024);
    }

    [Fact]
    public void Uniform_numbers_fill_0_to_1_evenly()
    {
        const int Count = 100_000, Bins = 100;
        var random = new CounterRandom(3, RandomPurpose.Shuffle);
        var counts = new int[Bins];
        for (ulong index = 0; index < Count; index++)
        {
            double value = random.Uniform(index);
            Assert.True(value is >= 0 and < 1);
            counts[(int)(value * Bins)]++;
        }
        // χ² of 99 degrees of freedom: mean 99, standard deviation √198 = 14
        double chiSquare = counts.Sum(count => Math.Pow(count - (Count / Bins), 2) / (Count / Bins));
        Assert.InRange(chiSquare, 99 - (5 * 14), 99 + (5 * 14));
    }

    [Fact]
    public void Below_reaches_every_number_and_no_other()
    {
        var random = new CounterRandom(9, RandomPurpose.Shuffle);
        int[] drawn = [.. Enumerable.Range(0, 700).Select(index => random.Below(7, (ulong)index))];
        Assert.Equal(Enumerable.Range(0, 7), drawn.Distinct().Order());
        Assert.Equal(0, random.Below(1, 12));
    }

    [Fact]
    public void A_permutation_holds_every_number_once_and_differs_by_seed_and_epoch()
    {
        var random = new CounterRandom(4, RandomPurpose.Shuffle, Epoch: 1);
        int[] order = random.Permutation(1000);
        Assert.Equal(Enumerable.Range(0, 1000), order.Order());
        Assert.Equal(order, random.Permutation(1000));
        Assert.NotEqual(order, (random with { Seed = 5 }).Permutation(1000));
        Assert.NotEqual(order, (random with { Epoch = 2 }).Permutation(1000));
        Assert.Empty(random.Permutation(0));
    }

    [Fact]
    public void Every_permutation_of_few_is_equally_likely()
    {
        const int Draws = 6000;
        var counts = Enumerable.Range(0, Draws)
            .Select(epoch => new CounterRandom(11, RandomPurpose.Shuffle, Epoch: epoch).Permutation(3))
            .CountBy(order => string.Join(',', order)).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 1000 - (5 * 29), 1000 + (5 * 29)));
    }
}
