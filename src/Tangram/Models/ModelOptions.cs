namespace Tangram;

/// <summary>What a model is, apart from its numbers: pre = x Wᵀ → rule → z; x̂ = z W (tied weights, no biases).</summary>
public sealed record ModelOptions
{
    /// <summary>The shape of the images; its length is D.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>Number of features, F.</summary>
    public int Features { get; init; } = 1024;

    /// <summary>How codes become sparse.</summary>
    public SparsityRule Rule { get; init; } = new SparsityRule.TopK(50);

    /// <summary>Number of autoencoders in the ensemble.</summary>
    public int Members { get; init; } = 5;

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
        if (Features < 1)
            throw new InputException($"{Features} features can't be learned; give at least 1.");
        if (Members < 1)
            throw new InputException($"An ensemble of {Members} members can't be trained; give at least 1.");
        if (Rule is null)
            throw new InputException("A model needs a rule that makes codes sparse; choose TopK.");
        if (Rule is SparsityRule.TopK { K: var k } && (k < 1 || k > Features))
            throw new InputException($"k = {k} is impossible with {Features} features; choose k from 1 to {Features}.");
    }
}
