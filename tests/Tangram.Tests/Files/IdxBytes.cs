using System.Buffers.Binary;
using System.IO.Compression;

namespace Tangram.Tests;

/// <summary>Bytes of IDX files.</summary>
internal static class IdxBytes
{
    public static byte[] Header(params int[] shape)
    {
        var header = new byte[4 + (4 * shape.Length)];
        (header[2], header[3]) = (0x08, (byte)shape.Length);
        for (int dimension = 0; dimension < shape.Length; dimension++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * dimension)), shape[dimension]);
        return header;
    }

    /// <summary>Pixels count up from 0.</summary>
    public static byte[] Images(int count, int height, int width) =>
        [.. Header(count, height, width), .. Enumerable.Range(0, count * height * width).Select(value => (byte)value)];

    public static byte[] Labels(params byte[] labels) => [.. Header(labels.Length), .. labels];

    public static byte[] Zip(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
            zip.Write(bytes);
        return buffer.ToArray();
    }
}
