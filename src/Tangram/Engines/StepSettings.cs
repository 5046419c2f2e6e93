namespace Tangram;

/// <summary>What may change from step to step; what isn't given is off, and b_enc learns at the rate.</summary>
/// <param name="LearningRate">Adam's rate.</param>
/// <param name="Consistency">λ, the weight of the consistency term.</param>
internal readonly record struct StepSettings(double LearningRate, double Consistency)
{
    /// <summary>b_enc's rate as a share of <see cref="LearningRate"/>.</summary>
    public double EncoderBiasRate { get; init; } = 1;

    /// <summary>α, the weight of the auxiliary term.</summary>
    public double Auxiliary { get; init; }

    /// <summary>Features that were active in none of this many steps make up the auxiliary reconstruction.</summary>
    public int DeadAfter { get; init; }

    /// <summary>Gradients of a member are scaled down to this norm; 0: never.</summary>
    public double MaximumNorm { get; init; }

    /// <summary>β of the average of the parameters: average ← β_t·average + (1 − β_t)·value, β_t = min(β, 1 − 1/t), t counted from a row's birth.</summary>
    public double AverageDecay { get; init; }
}

/// <summary>What a session makes room for beside the model.</summary>
/// <param name="AuxiliaryK">The most activations per image of the auxiliary reconstruction.</param>
/// <param name="Averages">Whether averages of the parameters are kept.</param>
internal readonly record struct SessionExtras(int AuxiliaryK = 0, bool Averages = false);

/// <summary>A step's losses, before its update.</summary>
/// <param name="Reconstruction">Per member, mean over images and pixels of (x − x̂)².</param>
/// <param name="Consistency">½ Σ_a mean_{b≠a} mean_{i,f} (z_a − z_b)²; 0 with one member.</param>
/// <param name="Auxiliary">Per member, mean over images and pixels of (x − x̂ − x̂_aux)²; 0 where no feature is dead.</param>
internal sealed record StepLosses(double[] Reconstruction, double Consistency, double[] Auxiliary)
{
    /// <summary>L = Σ_a (reconstruction_a + α · auxiliary_a) + λ · consistency.</summary>
    public double Total(StepSettings settings) => Reconstruction.Sum() + (settings.Auxiliary * Auxiliary.Sum()) + (settings.Consistency * Consistency);
}
