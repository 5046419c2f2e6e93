namespace Tangram;

/// <summary>The claims of sections 4.2, 4.3 and 5.1 of the first source document, about features and codes, checked against dictionaries' statistics.</summary>
internal static class AnalysisClaims
{
    /// <param name="members">Each member's statistics; figures are their means.</param>
    /// <param name="untrained">The same figures of an untrained dictionary.</param>
    public static IReadOnlyList<PaperClaim> Check(IReadOnlyList<DictionaryStatistics> members, DictionaryStatistics untrained) =>
        [.. Features(members, untrained), .. Usage(members, untrained), .. Classes(members, untrained)];

    private static IEnumerable<PaperClaim> Features(IReadOnlyList<DictionaryStatistics> members, DictionaryStatistics untrained)
    {
        double named = Mean(members, Named);
        string shapes = string.Join(", ", untrained.Shapes.Keys.Where(shape => shape != "other").Select(shape => $"{shape} {Mean(members, one => one.Shapes[shape]):P0}"));
        yield return new("4.2", "features are basic elements: strokes, curves, rings, dots, corners (most have one of these shapes, more than untrained)",
            $"{named:P0} of features ({shapes}); untrained {Named(untrained):P0}", Is(named > 0.5 && named > Named(untrained)));
        double local = Mean(members, one => one.Local);
        yield return new("4.2", "most features are local (half the squared weight within a quarter of the area)", $"{local:P0}; untrained {untrained.Local:P0}", Is(local > 0.5));
        double coverage = Mean(members, one => one.Coverage);
        yield return new("4.2", "features cover the whole input space (99 % of the pixels that vary have at least half the largest weight of some feature)", $"{coverage:P1} of them; untrained {untrained.Coverage:P1}", Is(coverage >= 0.99));
        double redundant = Mean(members, one => one.Redundant), cosine = Mean(members, one => one.MaximumCosine.P50);
        yield return new("4.2", "no obvious redundancy (under 1 % of features have a cosine above .9 to another)",
            $"{redundant:P1}; median largest cosine {cosine:F2}, untrained {untrained.MaximumCosine.P50:F2}", Is(redundant < 0.01));
    }

    private static IEnumerable<PaperClaim> Usage(IReadOnlyList<DictionaryStatistics> members, DictionaryStatistics untrained)
    {
        double gini = Mean(members, one => one.Gini);
        yield return new("4.3", "activation is uneven: some features are active much more often (Gini above .5)", $"Gini {gini:F2}; untrained {untrained.Gini:F2}", Is(gini > 0.5));
        double rank = Mean(members, one => one.FrequencyActivationRank);
        yield return new("4.3", "mean activation and frequency are related, but not the same (Spearman between .2 and .9)",
            $"Spearman {rank:F2}; untrained {untrained.FrequencyActivationRank:F2}", Is(rank is > 0.2 and < 0.9));
    }

    private static IEnumerable<PaperClaim> Classes(IReadOnlyList<DictionaryStatistics> members, DictionaryStatistics untrained)
    {
        if (untrained.Selectivity is not { } base0 || members.Any(member => member.Selectivity is null))
            yield break;
        double unique = Mean(members, one => one.UniqueKeyFeatures ?? double.NaN);
        yield return new("4.3", "every class has its own set of key features (on average most of a class's ten are key to no other, more than untrained)",
            $"{unique:F1} of {DictionaryAnalysis.KeyFeatures}; untrained {untrained.UniqueKeyFeatures:F1}",
            Is(unique > DictionaryAnalysis.KeyFeatures / 2.0 && unique > untrained.UniqueKeyFeatures));
        double selectivity = Mean(members, one => one.Selectivity!.P50);
        yield return new("5.1", "class information emerges without supervision (median selectivity above untrained)",
            $"{selectivity:F3}; untrained {base0.P50:F3}", Is(selectivity > base0.P50));
        double specific = Mean(members, one => one.Specific ?? double.NaN), shared = Mean(members, one => one.Shared ?? double.NaN);
        yield return new("5.1", "some features serve many digits, some specialise (both kinds are at least 5 % of rated features)",
            $"shared {shared:P0}, specific {specific:P0}; untrained {untrained.Shared:P0}, {untrained.Specific:P0}", Is(shared >= 0.05 && specific >= 0.05));
    }

    private static double Named(DictionaryStatistics statistics) => 1 - statistics.Shapes["other"];

    private static double Mean(IReadOnlyList<DictionaryStatistics> members, Func<DictionaryStatistics, double> value) => members.Average(value);

    private static Verdict Is(bool shown) => shown ? Verdict.Reproduced : Verdict.NotReproduced;
}
