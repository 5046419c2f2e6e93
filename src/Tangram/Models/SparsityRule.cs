using System.Text.Json.Serialization;

namespace Tangram;

/// <summary>Which pre-activations of an image become its code.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "rule")]
[JsonDerivedType(typeof(TopK), "topk")]
public abstract record SparsityRule
{
    private SparsityRule() { }

    /// <summary>Keeps the K largest pre-activations as they are, negative ones too, and sets the rest to 0; among equals the lowest index wins.</summary>
    /// <param name="K">Number kept, 1 … F.</param>
    public sealed record TopK(int K) : SparsityRule;
}
