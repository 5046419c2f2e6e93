namespace Tangram;

/// <summary>One member of an ensemble: a dictionary of F features, the rows of W [F, D], and the rule that makes codes sparse. Immutable and thread-safe.</summary>
public sealed class SparseAutoencoder
{
    internal SparseAutoencoder(ModelOptions options, FloatMatrix encoder)
    {
        (Options, Encoder) = (options, encoder);
    }

    /// <summary>What the model is.</summary>
    public ModelOptions Options { get; }

    internal FloatMatrix Encoder { get; }

    /// <summary>A copy of one row of the encoder matrix, D weights: a word of the dictionary, to be shown as an image of <see cref="ModelOptions.Shape"/>.</summary>
    public float[] Feature(int feature)
    {
        float[] row = Encoder.Row(feature).ToArray();
        GC.KeepAlive(Encoder);
        return row;
    }
}
