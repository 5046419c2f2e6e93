namespace Tangram;

/// <summary>How alike two members are, from the codes of all images of a set.</summary>
internal sealed class Agreement(int a, int b, int features)
{
    /// <summary>Below this share of its second moment a variance is what rounding left.</summary>
    private const double Resolution = 1e-12;

    private readonly PairSums _sums = new(features);

    public void Add(MemberSums[] members, int image) => _sums.Add(members[a].Features(image), members[a].Activations(image), members[b].Features(image), members[b].Activations(image));

    /// <param name="members">Their sums over the whole set.</param>
    /// <param name="ensemble">Their weights.</param>
    /// <param name="images">Images of the set.</param>
    /// <param name="workers">For matching rows; null: they aren't matched.</param>
    /// <param name="cancellation">Stops the matching.</param>
    public ConsistencyScores Scores(MemberSums[] members, Ensemble ensemble, int images, Workers? workers, CancellationToken cancellation)
    {
        FeatureCounter first = members[a].Counter, second = members[b].Counter;
        int[] both = [.. first.Alive.Intersect(second.Alive)];
        double chance = 0;
        foreach (int feature in both)
            chance += (double)first.Active(feature) * second.Active(feature);
        RowMatching matching = workers is null ? RowMatching.Undefined
            : RowMatching.Of(ensemble[a].Decoder, first.Alive, ensemble[b].Decoder, second.Alive, workers, cancellation);
        return new ConsistencyScores
        {
            CodeMse = _sums.Distance / ((double)images * features),
            ActivationCorrelation = MeanOf(both.Select(feature => Correlation(first, second, feature, images)).Where(double.IsFinite)),
            ActiveInCommon = _sums.InCommon,
            ActiveInCommonByChance = 2 * chance / images / (first.Activations + second.Activations),
            OwnCosine = MeanOf(both.Select(feature => Tangram.Correlation.Cosine(ensemble[a].Feature(feature), ensemble[b].Feature(feature)))),
            PwMcc = matching.MeanCosine,
            MatchedToOwnNumber = matching.OwnNumber,
            Alive = both.Length,
        };
    }

    /// <summary>Each figure's mean over the pairs that have it.</summary>
    public static ConsistencyScores Mean(IReadOnlyList<ConsistencyScores> pairs)
    {
        double Of(Func<ConsistencyScores, double> value) => MeanOf(pairs.Select(value).Where(double.IsFinite));
        return new ConsistencyScores
        {
            CodeMse = Of(pair => pair.CodeMse),
            ActivationCorrelation = Of(pair => pair.ActivationCorrelation),
            ActiveInCommon = Of(pair => pair.ActiveInCommon),
            ActiveInCommonByChance = Of(pair => pair.ActiveInCommonByChance),
            OwnCosine = Of(pair => pair.OwnCosine),
            PwMcc = Of(pair => pair.PwMcc),
            MatchedToOwnNumber = Of(pair => pair.MatchedToOwnNumber),
            Alive = Of(pair => pair.Alive),
        };
    }

    /// <summary>The correlation over images of a feature's activations in both members; NaN where it is as active in all images.</summary>
    private double Correlation(FeatureCounter first, FeatureCounter second, int feature, int images)
    {
        double meanA = first.Sum(feature) / images, meanB = second.Sum(feature) / images;
        double squareA = first.Squares(feature) / images, squareB = second.Squares(feature) / images;
        double varianceA = squareA - (meanA * meanA), varianceB = squareB - (meanB * meanB);
        return varianceA <= Resolution * squareA || varianceB <= Resolution * squareB ? double.NaN
            : Math.Clamp(((_sums.Products[feature] / images) - (meanA * meanB)) / Math.Sqrt(varianceA * varianceB), -1, 1);
    }

    private static double MeanOf(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();
}
