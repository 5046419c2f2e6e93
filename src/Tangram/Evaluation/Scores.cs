using System.Text.Json.Serialization;

namespace Tangram;

/// <summary>How well one member rebuilds a set, and how it uses its features. All sums are float64 over the whole set, reconstructions unclamped.</summary>
public record MemberScores
{
    /// <summary>Mean of (x − x̂)² over images and pixels.</summary>
    public double Mse { get; init; }

    /// <summary>Peak signal-to-noise ratio of the mean MSE at a data range of 1, in dB; null for rows that aren't images.</summary>
    public double? Psnr { get; init; }

    /// <summary>Mean structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004); null for rows that aren't images, images under 11×11, or when not asked for.</summary>
    public double? Ssim { get; init; }

    /// <summary>Mean over images of the correlation between the D pixels of x and x̂.</summary>
    public double Pearson { get; init; }

    /// <summary>The correlation's distribution over images; 0 where the reconstruction shows nothing.</summary>
    public Quantiles PearsonPerImage { get; init; } = Quantiles.Of([]);

    /// <summary>The share of images whose correlation is above .9, among those that have one.</summary>
    public double PearsonAbove90 { get; init; }

    /// <summary>Images left out of <see cref="Pearson"/> because all their pixels are equal: there is nothing to follow.</summary>
    public double ZeroVariance { get; init; }

    /// <summary>Fraction of variance unexplained: Σ‖x − x̂‖² / Σ‖x − x̄‖², x̄ the mean image; NaN when all images are equal.</summary>
    public double Fvu { get; init; }

    /// <summary>Non-zeros per code.</summary>
    public Quantiles L0 { get; init; } = Quantiles.Of([]);

    /// <summary>The share of features that no image of the set activates.</summary>
    public double DeadFraction { get; init; }

    /// <summary>The share of images that activate a feature, over features.</summary>
    public Quantiles FeatureFrequency { get; init; } = Quantiles.Of([]);

    /// <summary>The values of the non-zeros.</summary>
    public ActivationDistribution Activations { get; init; } = new(double.NaN, Quantiles.Of([]));

    /// <summary>MSE and Pearson of each class that has images in the set; empty without labels.</summary>
    public IReadOnlyList<ClassScores> PerClass { get; init; } = [];

    /// <summary>Frequency and mean activation of each feature, F entries; empty at the top of an ensemble's scores.</summary>
    [JsonIgnore]
    public IReadOnlyList<FeatureUse> Features { get; init; } = [];
}

/// <summary>An ensemble's scores: the mean over its members, and each member's own.</summary>
public sealed record Scores : MemberScores
{
    /// <summary>The set that was evaluated.</summary>
    public required string Data { get; init; }

    /// <summary>Number of images.</summary>
    public int Images { get; init; }

    /// <summary>
    /// The mean Pearson that the set's mean image would get as the reconstruction of every image, by a sample of at most 2,048: where it is near 1, Pearson tells nothing of what was learned.
    /// NaN for a run of an earlier version.
    /// </summary>
    public double PearsonOfMean { get; init; } = double.NaN;

    /// <summary>How alike the members are; null with one member.</summary>
    public ConsistencyScores? Consistency { get; init; }

    /// <summary>Each member's scores.</summary>
    public IReadOnlyList<MemberScores> Members { get; init; } = [];
}

/// <summary>The distribution of activation values.</summary>
/// <param name="NegativeFraction">The share below 0: TopK keeps values as they are unless it is rectified.</param>
/// <param name="Value">Their quantiles, right to 1 %; mean and extremes are exact.</param>
public sealed record ActivationDistribution(double NegativeFraction, Quantiles Value);

/// <summary>A feature's use over a set.</summary>
/// <param name="Frequency">The share of images that activate it.</param>
/// <param name="MeanActivation">Its mean activation over those images; 0 when there are none.</param>
public readonly record struct FeatureUse(double Frequency, double MeanActivation);

/// <summary>Reconstruction of one class.</summary>
/// <param name="Class">Its name.</param>
/// <param name="Images">Its images in the set.</param>
/// <param name="Mse">Their MSE.</param>
/// <param name="Pearson">Their mean Pearson.</param>
public sealed record ClassScores(string Class, int Images, double Mse, double Pearson);

/// <summary>
/// How alike the members of an ensemble are, averaged over the pairs of members a, b. Everything is centred or stands beside what would give it anyway: a cosine of codes would mostly
/// compare their means. A figure without a value is NaN: one of a run of an earlier version, say.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)] // earlier versions wrote cosines of codes
public sealed record ConsistencyScores
{
    /// <summary>Mean of (z_a − z_b)² over images and features: what the loss lowers.</summary>
    public double CodeMse { get; init; } = double.NaN;

    /// <summary>The correlation over images of feature f's activations in a and in b, mean over the features alive in both whose activations vary.</summary>
    public double ActivationCorrelation { get; init; } = double.NaN;

    /// <summary>Of the features active in an image's two codes, the share active in both, by number: 2 Σ |a ∩ b| / Σ (|a| + |b|).</summary>
    public double ActiveInCommon { get; init; } = double.NaN;

    /// <summary>What <see cref="ActiveInCommon"/> would be if the members' features were as frequent, but active on images of their own.</summary>
    public double ActiveInCommonByChance { get; init; } = double.NaN;

    /// <summary>Mean cosine between the features f (rows of W_dec) of a and b, over features alive in both.</summary>
    public double OwnCosine { get; init; } = double.NaN;

    /// <summary>
    /// Mean |cosine| between the features alive in a and in b, matched one to one for the largest sum (PW-MCC: Song et al. 2025); NaN where they weren't matched, for there are more than
    /// 4,096 or only the rest was asked for.
    /// </summary>
    public double PwMcc { get; init; } = double.NaN;

    /// <summary>The share of these matches that are between features of one number.</summary>
    public double MatchedToOwnNumber { get; init; } = double.NaN;

    /// <summary>Number of features alive in both.</summary>
    public double Alive { get; init; } = double.NaN;
}
