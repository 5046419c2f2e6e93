namespace Tangram;

/// <summary>Images near a quantile of a feature's activations.</summary>
/// <param name="Quantile">0 the weakest activation … 1 the strongest.</param>
/// <param name="Images">Some of consecutive ranks, the strongest first.</param>
internal sealed record ActivationBand(double Quantile, IReadOnlyList<ImageActivation> Images);

/// <summary>Images that show what a feature does over the whole range of its activations; the strongest alone flatter it.</summary>
/// <param name="Top">The strongest.</param>
/// <param name="Bands">Weaker ones; none where <paramref name="Top"/> are all.</param>
/// <param name="Random">Any that activate it, the same ones each time, ascending; none where <paramref name="Top"/> are all.</param>
internal sealed record FeatureExamples(IReadOnlyList<ImageActivation> Top, IReadOnlyList<ActivationBand> Bands, IReadOnlyList<ImageActivation> Random)
{
    private static readonly double[] s_quantiles = [0.9, 0.75, 0.5, 0.25, 0.1];

    public static FeatureExamples Of(FeatureIndex index, int feature, int top, int perBand, int random)
    {
        IReadOnlyList<ImageActivation> strongest = index.Top(feature, top);
        var (images, activations) = index[feature];
        if (images.Length <= top)
            return new FeatureExamples(strongest, [], []);
        ImageActivation[] ranked = Ranked(index, feature);
        return new FeatureExamples(strongest,
            [.. s_quantiles.Select(quantile => new ActivationBand(quantile, Around(ranked, quantile, perBand)))],
            [.. RandomSample.Of(images.Length, random).Select(entry => new ImageActivation(images.Span[entry], activations.Span[entry]))]);
    }

    /// <summary>Images around the median activation, the strongest first.</summary>
    public static IReadOnlyList<ImageActivation> Typical(FeatureIndex index, int feature, int count) => Around(Ranked(index, feature), 0.5, count);

    /// <summary>All that activate a feature, the weakest first; of equal ones the lowest number first.</summary>
    private static ImageActivation[] Ranked(FeatureIndex index, int feature)
    {
        var (images, activations) = index[feature];
        var ranks = new (float Activation, int Image)[images.Length];
        for (int entry = 0; entry < ranks.Length; entry++)
            ranks[entry] = (activations.Span[entry], images.Span[entry]);
        Array.Sort(ranks);
        return [.. ranks.Select(one => new ImageActivation(one.Image, one.Activation))];
    }

    private static ImageActivation[] Around(ImageActivation[] ranked, double quantile, int count)
    {
        int middle = (int)Math.Round(quantile * (ranked.Length - 1)), first = Math.Clamp(middle - (count / 2), 0, Math.Max(0, ranked.Length - count));
        ImageActivation[] around = ranked[first..Math.Min(ranked.Length, first + count)];
        Array.Reverse(around);
        return around;
    }
}
