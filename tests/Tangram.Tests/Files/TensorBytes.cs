using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Tangram.Tests;

/// <summary>Bytes of safetensors files as others write them, with any type.</summary>
internal static class TensorBytes
{
    public static byte[] Of(params (string Name, string Type, long[] Shape, byte[] Values)[] tensors)
    {
        long offset = 0;
        var entries = new List<string>();
        foreach (var (name, type, shape, values) in tensors)
            entries.Add($"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{offset},{offset += values.Length}]}}");
        byte[] header = Encoding.UTF8.GetBytes($"{{{string.Join(',', entries)}}}"), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. tensors.SelectMany(tensor => tensor.Values)];
    }

    public static byte[] Bytes<T>(params T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
