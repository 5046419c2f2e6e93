using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>A member's numbers: W [F, D] and, where the model has them, W_dec [F, D], b_enc [F] and b_pre [D].</summary>
internal sealed record MemberWeights(FloatMatrix Encoder, FloatMatrix? Decoder = null, float[]? EncoderBias = null, float[]? PreBias = null);

/// <summary>One member of an ensemble: a dictionary of F features, and the rule that makes codes sparse. Immutable and thread-safe.</summary>
public sealed class SparseAutoencoder
{
    private readonly Lazy<float[]?> _offsets;

    internal SparseAutoencoder(ModelOptions options, MemberWeights weights)
    {
        (Options, Encoder, Decoder) = (options, weights.Encoder, weights.Decoder ?? weights.Encoder);
        (EncoderBias, PreBias) = (weights.EncoderBias, weights.PreBias);
        _offsets = new Lazy<float[]?>(Offsets);
    }

    /// <summary>What the model is.</summary>
    public ModelOptions Options { get; }

    /// <summary>W [F, D].</summary>
    internal FloatMatrix Encoder { get; }

    /// <summary>W_dec [F, D]; with tied weights the same matrix.</summary>
    internal FloatMatrix Decoder { get; }

    /// <summary>b_enc [F], or null.</summary>
    internal float[]? EncoderBias { get; }

    /// <summary>b_pre [D], or null.</summary>
    internal float[]? PreBias { get; }

    /// <summary>What is added to x Wᵀ: b_enc − W b_pre [F]; null without biases.</summary>
    internal float[]? PreActivationOffsets => _offsets.Value;

    /// <summary>
    /// A copy of one row of the decoder matrix, D weights: a word of the dictionary, to be shown as an image of <see cref="ModelOptions.Shape"/>. With tied weights
    /// it is also what the feature looks for.
    /// </summary>
    public float[] Feature(int feature) => Row(Decoder, feature);

    /// <summary>A copy of one row of the encoder matrix, D weights: what the feature looks for.</summary>
    internal float[] Detector(int feature) => Row(Encoder, feature);

    /// <summary>The same weights under another rule of selection.</summary>
    /// <exception cref="InputException">The rule is impossible with these features.</exception>
    internal SparseAutoencoder WithRule(SparsityRule rule)
    {
        ModelOptions options = Options with { Rule = rule };
        options.Check();
        return new SparseAutoencoder(options, new MemberWeights(Encoder, Options.Untied ? Decoder : null, EncoderBias, PreBias));
    }

    /// <summary>Frees the weights now; for autoencoders that nobody else can hold.</summary>
    internal void Free()
    {
        Encoder.Dispose();
        Decoder.Dispose();
    }

    private static float[] Row(FloatMatrix matrix, int feature)
    {
        float[] row = matrix.Row(feature).ToArray();
        GC.KeepAlive(matrix);
        return row;
    }

    private float[]? Offsets()
    {
        if (EncoderBias is null && PreBias is null)
            return null;
        var offsets = new float[Options.Features];
        for (int feature = 0; feature < offsets.Length; feature++)
            offsets[feature] = (float)Offset(EncoderBias?[feature] ?? 0, PreBias, Encoder.Row(feature));
        GC.KeepAlive(Encoder);
        return offsets;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first image waits for it
    private static double Offset(double offset, ReadOnlySpan<float> preBias, ReadOnlySpan<float> row)
    {
        for (int column = 0; column < preBias.Length; column++)
            offset -= (double)preBias[column] * row[column];
        return offset;
    }
}
