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

    /// <summary>The correlation's distribution over images.</summary>
    public Quantiles PearsonPerImage { get; init; } = Quantiles.Of([]);

    /// <summary>The share of images whose correlation is above .9, among those that have one.</summary>
    public double PearsonAbove90 { get; init; }

    /// <summary>Images left out of <see cref="Pearson"/> because x or x̂ has no variance (mean over members at the top).</summary>
    public double ZeroVariance { get; init; }

    /// <summary>Fraction of variance unexplained: Σ‖x − x̂‖² / (Σ‖x‖² − ‖Σx‖²/N).</summary>
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

/// <summary>How alike the members of an ensemble are, averaged over the pairs of members.</summary>
/// <param name="CodeMse">Mean of (z_a − z_b)² over images and features.</param>
/// <param name="CodeCosine">Mean over images of the cosine between z_a and z_b.</param>
/// <param name="MatchedCosine">Mean cosine between the features f (rows of W_dec) of a and b, over features f alive in both; NaN when there are none.</param>
/// <param name="Alive">Mean number of features alive in both.</param>
public sealed record ConsistencyScores(double CodeMse, double CodeCosine, double MatchedCosine, double Alive);
