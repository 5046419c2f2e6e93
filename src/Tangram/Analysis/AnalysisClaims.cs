namespace Tangram;

/// <summary>The claims of sections 4.2, 4.3 and 5.1 of the first source document, about features and codes, checked against dictionaries' statistics.</summary>
internal sealed class AnalysisClaims
{
    private const string NoPictures = "rows have no shapes and no places: they aren't pictures";
    private readonly IReadOnlyList<DictionaryStatistics> _members, _untrained;

    private AnalysisClaims(IReadOnlyList<DictionaryStatistics> members, IReadOnlyList<DictionaryStatistics> untrained) => (_members, _untrained) =
        (members, untrained);

    /// <param name="members">Each member's statistics; figures are their means.</param>
    /// <param name="untrained">The same of untrained dictionaries: the yardstick.</param>
    /// <param name="profile">Features and classes of the first member; null without labels.</param>
    public static IReadOnlyList<PaperClaim> Check(IReadOnlyList<DictionaryStatistics> members, IReadOnlyList<DictionaryStatistics> untrained,
        ClassProfile? profile)
    {
        var claims = new AnalysisClaims(members, untrained);
        return ReportCulture.Within<IReadOnlyList<PaperClaim>>(() => [.. claims.Features(), .. claims.Codes(), .. claims.Usage(), .. claims.Classes(profile)]);
    }

    private PaperClaim[] Features()
    {
        const string Basic = "features are basic elements: strokes, curves, rings, dots, corners (most have one of these shapes, more " +
            "than untrained)";
        const string Local = "most features are local (half the squared weight within a quarter of the area)";
        const string Kinds = "different features capture different kinds of pattern (at least three of the five shapes hold 5 % of features each)";
        Pair coverage = Of(one => one.Coverage);
        PaperClaim covered = Row("4.2", "features cover the whole input space (99 % of the pixels that vary have at least half the largest weight of some " +
            "feature)",
            $"{coverage.Trained:P1} of them; untrained {coverage.Untrained:P1}", coverage.Trained >= 0.99, coverage.Trained);
        Pair redundant = Of(one => one.Redundant), cosine = Of(one => one.MaximumCosine.P50);
        PaperClaim distinct = Row("4.2", "no obvious redundancy (under 1 % of features have a cosine above .9 to another)",
            $"{redundant.Trained:P1}; median largest cosine {cosine.Trained:F2}, untrained {cosine.Untrained:F2}", redundant.Trained < 0.01,
                redundant.Trained);
        if (_untrained[0].Shapes.Count == 0)
        {
            return
            [
                PaperClaims.NotMeasured("4.2, 5.1", Basic, NoPictures), PaperClaims.NotMeasured("4.2", Local, NoPictures), covered, distinct,
                PaperClaims.NotMeasured("4.2", Kinds, NoPictures),
            ];
        }
        Pair named = Of(one => 1 - one.Shapes["other"]), local = Of(one => one.Local);
        string[] shapes = [.. _untrained[0].Shapes.Keys.Where(shape => shape != "other")];
        double[] shares = [.. shapes.Select(shape => Of(one => one.Shapes[shape]).Trained)];
        string list = string.Join(", ", shapes.Zip(shares, (shape, share) => $"{shape} {share:P0}"));
        return
        [
            Row("4.2, 5.1", Basic,
            $"{named.Trained:P0} of features ({list}); untrained {named.Untrained:P0}", named.Trained > 0.5 && named.Trained > named.Untrained,
                named.Trained),
            Row("4.2", Local, $"{local.Trained:P0}; untrained {local.Untrained:P0}", local.Trained > 0.5, local.Trained),
            covered,
            distinct,
            Row("4.2", Kinds,
            $"{shares.Count(share => share >= 0.05)} of {shapes.Length} shapes ({list})", shares.Count(share => share >= 0.05) >= 3, named.Trained),
        ];
    }

    private IEnumerable<PaperClaim> Codes()
    {
        Pair pearson = Of(one => one.Pearson), most = Of(one => one.ActivationsForMost), alive = Of(one => one.Alive);
        yield return Row("4.3, 5.1", "few activations carry the image (Pearson of the whole code at least .95, and half of it or less reaches 90 " +
            "% of that)",
            $"Pearson {pearson.Trained:F3} with all, 90 % of it with the {most.Trained:F0} largest; untrained {pearson.Untrained:F3}, " +
                $"{most.Untrained:F0}",
            pearson.Trained >= 0.95 && _members.All(one => one.ActivationsForMost * 2 <= one.ActivationsPerImage), alive.Trained == 0 ? double.NaN
                : pearson.Trained) with
        { ByScore = true };
    }

    private IEnumerable<PaperClaim> Usage()
    {
        double alive = Of(one => one.Alive).Trained == 0 ? double.NaN : 0;
        Pair gini = Of(one => one.Gini), rank = Of(one => one.FrequencyActivationRank), top = Of(one => one.MostActive);
        yield return Row("4.3", "activation is uneven: some features are active much more often (Gini above .5)",
            $"Gini {gini.Trained:F2}; {gini.Compared("F2")}", gini.Trained > 0.5, alive + gini.Trained);
        yield return Row("4.3", $"the {DictionaryAnalysis.MostActive} most active features show a preference (active at least twice as often as " +
            $"the mean feature)",
            $"{top.Trained:F1} times; {top.Compared("F1")}", top.Trained >= 2, top.Trained);
        yield return Row("4.3", "mean activation and frequency are related, but not the same (Spearman between .2 and .9)",
            $"Spearman {rank.Trained:F2}; {rank.Compared("F2")}", rank.Trained is > 0.2 and < 0.9, rank.Trained);
    }

    private IEnumerable<PaperClaim> Classes(ClassProfile? profile)
    {
        const string Apart = "classes form patterns in feature space that can be told apart (the nearest class mean is right for most images)";
        const string Own = "every class has its own set of key features (on average most of a class's are key to no other, a larger share than " +
            "untrained)";
        const string Seven = "the digit 7 activates features [230, 499, 89, …], the digit 2 others";
        const string Emerges = "class information emerges without supervision (median selectivity above untrained)";
        const string Divides = "some features serve many digits, some specialise (both kinds are at least 5 % of rated features)";
        if (profile is not { Comparable: true })
        {
            foreach (var (section, claim) in new[] { ("4.3, 5.1", Apart), ("4.3", Own), ("4.3", Seven), ("5.1", Emerges), ("5.1", Divides) })
                yield return PaperClaims.NotMeasured(section, claim, PaperClaims.NoClasses);
            yield break;
        }
        Pair accuracy = Of(one => one.ClassAccuracy), keys = Of(one => one.ClassKeyFeatures), unique = Of(one => one.UniqueKeyFeatures);
        yield return Row("4.3, 5.1", Apart, $"{accuracy.Trained:P1}; {accuracy.Compared("P1")}; chance {Of(one => one.ClassChance).Trained:P1}",
            accuracy.Trained > 0.5, accuracy.Trained);
        double share = unique.Trained / keys.Trained;
        yield return Row("4.3", Own, $"{unique.Trained:F1} of {keys.Trained:F1}; untrained {unique.Untrained:F1} of {keys.Untrained:F1}",
            share > 0.5 && (keys.Untrained == 0 || share > unique.Untrained / keys.Untrained), share);
        yield return new("4.3", Seven, $"feature numbers depend on the initialisation; {Digits(profile)}", Verdict.NotComparable);
        Pair selectivity = Of(one => one.Selectivity?.P50), specific = Of(one => one.Specific), shared = Of(one => one.Shared);
        yield return Row("5.1", Emerges, $"{selectivity.Trained:F3}; untrained {selectivity.Untrained:F3}",
            selectivity.Trained > selectivity.Untrained, selectivity.Trained);
        yield return Row("5.1", Divides,
            $"shared {shared.Trained:P0}, specific {specific.Trained:P0}; untrained {shared.Untrained:P0}, {specific.Untrained:P0}",
            shared.Trained >= 0.05 && specific.Trained >= 0.05, shared.Trained);
    }

    /// <summary>This run's answer to the paper's example.</summary>
    private static string Digits(ClassProfile profile)
    {
        int[] digits = [.. profile.Present.Where(label => profile.Classes[label] is "7" or "2").OrderDescending()];
        return digits.Length < 2 ? "and these images aren't of digits"
            : "here " + string.Join(", ", digits.Select(label =>
                $"{profile.Classes[label]} has [{string.Join(", ", profile.KeyFeatures(label, 3))}, …]")) + " in member 0";
    }

    private Pair Of(Func<DictionaryStatistics, double?> value) =>
        new(_members.Average(one => value(one) ?? double.NaN), _untrained.Select(one => value(one) ?? double.NaN).Where(double.IsFinite)
            .DefaultIfEmpty(double.NaN).Average());

    /// <summary>A claim about a figure; without the figure (no feature is active, or too few are) it can't be measured.</summary>
    private static PaperClaim Row(string section, string claim, string measured, bool shown, double figure) => double.IsNaN(figure)
        ? PaperClaims.NotMeasured(section, claim, "too few features are active")
        : new(section, claim, measured, shown ? Verdict.Reproduced : Verdict.NotReproduced);

    /// <summary>A figure's mean over the members, and over untrained dictionaries.</summary>
    private readonly record struct Pair(double Trained, double Untrained)
    {
        /// <summary>The yardstick; where it shows about the same, training isn't what brought the figure about.</summary>
        public string Compared(string format) => Math.Abs(Trained - Untrained) <= 0.1 * Math.Abs(Untrained)
            ? $"as in an untrained dictionary ({Untrained.ToString(format)})"
            : $"untrained {Untrained.ToString(format)}";
    }
}
