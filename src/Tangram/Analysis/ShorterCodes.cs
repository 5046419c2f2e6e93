namespace Tangram;

/// <summary>Codes as TopK would have made them with a smaller k: their largest activations, the lowest feature among equals.</summary>
internal static class ShorterCodes
{
    /// <summary>One code with at most k activations, features ascending.</summary>
    public static (int[] Features, float[] Activations) Of((ReadOnlyMemory<int> Features, ReadOnlyMemory<float> Activations) code, int k)
    {
        int[] features = code.Features.ToArray();
        float[] activations = code.Activations.ToArray();
        if (features.Length <= k)
            return (features, activations);
        float[] sorted = [.. activations];
        Array.Sort(sorted);
        float least = sorted[^k];
        int equal = k - sorted.Count(value => value > least);
        var (chosen, kept) = (new List<int>(k), new List<float>(k));
        for (int slot = 0; slot < features.Length; slot++)
        {
            if (activations[slot] < least || (activations[slot] == least && equal-- <= 0))
                continue;
            chosen.Add(features[slot]);
            kept.Add(activations[slot]);
        }
        return ([.. chosen], [.. kept]);
    }

    /// <summary>All codes of a set, each with at most k activations.</summary>
    public static SparseCodes Of(SparseCodes codes, int k)
    {
        var rowStart = new long[codes.Count + 1];
        var (features, activations) = (new List<int>(), new List<float>());
        for (int image = 0; image < codes.Count; image++)
        {
            var (chosen, kept) = Of(codes[image], k);
            features.AddRange(chosen);
            activations.AddRange(kept);
            rowStart[image + 1] = features.Count;
        }
        return new SparseCodes(codes.Features, rowStart, [.. features], [.. activations]);
    }
}
