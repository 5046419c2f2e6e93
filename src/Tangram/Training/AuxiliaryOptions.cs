namespace Tangram;

/// <summary>
/// The auxiliary term: features that have long been inactive rebuild together what the code leaves over, and so find something to stand for. Source: Gao et al.,
/// "Scaling and evaluating sparse autoencoders", 2024, appendix A.2.
/// </summary>
public sealed record AuxiliaryOptions
{
    /// <summary>α, the weight of the term; 0: there is none. The source: 1/32.</summary>
    public double Weight { get; init; }

    /// <summary>The most activations per image of the auxiliary reconstruction; no more than there are features are used.</summary>
    public int K { get; init; } = 64;

    /// <summary>A feature that was active in none of this many steps takes part.</summary>
    public int DeadAfter { get; init; } = 100;
}
