namespace Tangram;

/// <summary>
/// What codes depend on: an autoencoder's options and all of its weights. Taken from the weights in memory that will encode, not from a file's date, so that it can't be out of
/// date.
/// </summary>
internal static class ModelFingerprint
{
    /// <returns>32 hexadecimal digits.</returns>
    public static string Of(SparseAutoencoder autoencoder, Workers workers)
    {
        ContentDigest digest = new ContentDigest().Add(TangramJson.Serialize(autoencoder.Options)).Add(autoencoder.Encoder);
        if (autoencoder.Options.Untied)
            digest.Add(autoencoder.Decoder);
        digest.Add<float>(autoencoder.EncoderBias).Add<float>(autoencoder.PreBias);
        string fingerprint = digest.Compute(workers);
        GC.KeepAlive(autoencoder);
        return fingerprint;
    }
}
