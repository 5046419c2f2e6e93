namespace Tangram;

/// <summary>
/// What a model is, apart from its numbers: pre = (x − b_pre) Wᵀ + b_enc → rule → z; x̂ = z W_dec + b_pre. Unless asked for, there are no biases and the weights are
/// tied, W_dec = W.
/// </summary>
public sealed record ModelOptions
{
    /// <summary>Far beyond what a machine can train, and small enough that products of a few of these numbers fit 64 bits, and padded ones 32.</summary>
    internal const int MaximumFeatures = 1 << 24, MaximumMembers = 1024;

    /// <summary>The shape of the images; its length is D.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>Number of features, F.</summary>
    public int Features { get; init; } = 1024;

    /// <summary>How codes become sparse.</summary>
    public SparsityRule Rule { get; init; } = new SparsityRule.TopK(50);

    /// <summary>Number of autoencoders in the ensemble.</summary>
    public int Members { get; init; } = 5;

    /// <summary>
    /// Whether the decoder has weights of its own, W_dec [F, D]; else W_dec = W. Source: Bricken et al., "Towards Monosemanticity", 2023.
    /// </summary>
    public bool Untied { get; init; }

    /// <summary>
    /// Whether there is a b_pre [D], learned, subtracted from images and added to reconstructions. Source: Bricken et al. 2023; Gao et al., "Scaling and evaluating
    /// sparse autoencoders", 2024, equation 1.
    /// </summary>
    public bool PreBias { get; init; }

    /// <summary>Whether there is a b_enc [F], learned, added to pre-activations.</summary>
    public bool EncoderBias { get; init; }

    /// <summary>
    /// Whether the rows of W_dec have length 1: the gradient loses its part along the row, and the row is brought back to length 1 after each step, so that a
    /// feature's strength is in its activations alone. Source: Bricken et al. 2023, appendix; Gao et al. 2024, appendix A.
    /// </summary>
    public bool UnitRows { get; init; }

    /// <summary>Whether a code holds what is positive only, and may have fewer activations than <see cref="MaximumNonZeros"/>.</summary>
    internal bool IsRectified => Rule is SparsityRule.TopK { Rectified: true };

    /// <summary>The most non-zeros that a code can have.</summary>
    internal int MaximumNonZeros => Rule switch
    {
        SparsityRule.TopK topK => topK.K,
        _ => Features,
    };

    /// <exception cref="InputException">An option is out of range.</exception>
    internal void Check()
    {
        if (!Shape.IsPossible)
            throw new InputException($"Images of {Shape.Width}×{Shape.Height}×{Shape.Channels} can't be learned; every extent must be positive, and their product below 2³¹.");
        if (Features is < 1 or > MaximumFeatures)
            throw new InputException($"{Features} features can't be learned; give 1 … {MaximumFeatures}.");
        if (Members is < 1 or > MaximumMembers)
            throw new InputException($"An ensemble of {Members} members can't be trained; give 1 … {MaximumMembers}.");
        if (Rule is null)
            throw new InputException("A model needs a rule that makes codes sparse; choose TopK.");
        if (Rule is SparsityRule.TopK { K: var k } && (k < 1 || k > Features))
            throw new InputException($"k = {k} is impossible with {Features} features; choose k from 1 to {Features}.");
    }
}
