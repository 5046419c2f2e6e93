namespace Tangram.Tests;

/// <summary>Codes of every kind that an index meets: of any length, with negative activations, zeros, equal values and features that nobody activates.</summary>
internal static class RandomCodes
{
    public static SparseCodes Of(int images, int features, int most, ulong seed = 1)
    {
        var random = new CounterRandom(seed, RandomPurpose.Shuffle);
        ulong draw = 0;
        var rowStart = new List<long> { 0 };
        var (feature, value) = (new List<int>(), new List<float>());
        for (int image = 0; image < images; image++)
        {
            int length = random.Below(most + 1, draw++);
            var chosen = new SortedSet<int>();
            for (int slot = 0; slot < length; slot++)
                chosen.Add(random.Below(features - 1, draw++)); // the last one is dead
            foreach (int one in chosen)
            {
                feature.Add(one);
                value.Add((random.Below(17, draw++) - 4) / 8f); // few values, so that there are ties; 0 among them
            }
            rowStart.Add(feature.Count);
        }
        return new SparseCodes(features, [.. rowStart], [.. feature], [.. value]);
    }

    /// <summary>[N, F].</summary>
    public static double[,] Dense(SparseCodes codes)
    {
        var dense = new double[codes.Count, codes.Features];
        for (int image = 0; image < codes.Count; image++)
        {
            var (features, activations) = codes[image];
            for (int slot = 0; slot < features.Length; slot++)
                dense[image, features.Span[slot]] = activations.Span[slot];
        }
        return dense;
    }
}
