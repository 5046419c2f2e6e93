using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Tangram.Tests;

/// <summary>Bytes of .npy files, whole and broken.</summary>
internal static class NpyBytes
{
    /// <summary>A file of the version with this header, padded as NumPy does, and these values.</summary>
    public static byte[] Of(string header, ReadOnlySpan<byte> values, byte version = 1)
    {
        int lengthBytes = version == 1 ? 2 : 4, prefix = 8 + lengthBytes, padding = 63 - ((prefix + Encoding.UTF8.GetByteCount(header)) % 64);
        byte[] text = Encoding.UTF8.GetBytes(header + new string(' ', padding) + "\n"), length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length[..lengthBytes], .. text, .. values];
    }

    public static string Header(string type, params long[] shape) =>
        $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}{(shape.Length == 1 ? "," : "")}), }}";

    public static byte[] Array<T>(string type, T[] values, params long[] shape) where T : unmanaged =>
        Of(Header(type, shape), MemoryMarshal.AsBytes<T>(values));
}
