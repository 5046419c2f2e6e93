using System.Text.Json.Serialization;

namespace Tangram;

/// <summary>Which pre-activations of an image become its code.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "rule")]
[JsonDerivedType(typeof(TopK), "topk")]
public abstract record SparsityRule
{
    private SparsityRule() { }

    /// <summary>Keeps the K largest pre-activations and sets the rest to 0; among equals the lowest index wins.</summary>
    /// <param name="K">Number kept, 1 … F.</param>
    /// <param name="Rectified">
    /// Whether of these only the positive ones are kept (ReLU before TopK; Gao et al., "Scaling and evaluating sparse autoencoders", 2024, footnote 5), so that a code
    /// may have fewer than K activations. Else they are kept as they are, negative ones too.
    /// </param>
    public sealed record TopK(int K, bool Rectified = false) : SparsityRule;
}
