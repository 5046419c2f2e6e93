using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Tangram;

/// <summary>
/// What codes depend on, in 128 bits: an autoencoder's options and all of its weights (XXH128, which reads weights about as fast as memory gives them; it tells models apart, and
/// guards against nobody). Taken from the weights in memory, not from a file's date, so that it can't be out of date.
/// </summary>
internal static class ModelFingerprint
{
    /// <returns>32 hexadecimal digits.</returns>
    public static string Of(SparseAutoencoder autoencoder)
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes(TangramJson.Serialize(autoencoder.Options)));
        Append(hash, autoencoder.Encoder);
        if (autoencoder.Options.Untied)
            Append(hash, autoencoder.Decoder);
        hash.Append(MemoryMarshal.AsBytes(autoencoder.EncoderBias.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(autoencoder.PreBias.AsSpan()));
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static void Append(XxHash128 hash, FloatMatrix matrix)
    {
        for (int row = 0; row < matrix.Rows; row++)
            hash.Append(MemoryMarshal.AsBytes(matrix.Row(row)));
        GC.KeepAlive(matrix);
    }
}
