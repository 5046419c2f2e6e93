namespace Tangram;

/// <summary>What a member of an ensemble learns.</summary>
internal enum Parameter
{
    /// <summary>W [F, D].</summary>
    Encoder,

    /// <summary>W_dec [F, D], where it isn't W.</summary>
    Decoder,

    /// <summary>b_enc [F].</summary>
    EncoderBias,

    /// <summary>b_pre [D].</summary>
    PreBias,
}
