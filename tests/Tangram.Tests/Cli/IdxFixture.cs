using System.Buffers.Binary;

namespace Tangram.Tests;

/// <summary>Small IDX files, whole and broken.</summary>
internal static class IdxFixture
{
    /// <summary>Images of <paramref name="size"/>×<paramref name="size"/> with a gradient each.</summary>
    public static string Images(string path, int count, int size)
    {
        byte[] pixels = [.. Enumerable.Range(0, count * size * size).Select(index => (byte)((index * 7) + (index / (size * size) * 31)))];
        return Write(path, [count, size, size], pixels);
    }

    public static string Labels(string path, int count) => Write(path, [count], [.. Enumerable.Range(0, count).Select(index => (byte)(index % 10))]);

    public static string CutShort(string path, int bytes)
    {
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^bytes]);
        return path;
    }

    private static string Write(string path, int[] shape, byte[] values)
    {
        var file = new byte[4 + (4 * shape.Length)];
        (file[2], file[3]) = (8, (byte)shape.Length);
        for (int dimension = 0; dimension < shape.Length; dimension++)
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * dimension)), shape[dimension]);
        File.WriteAllBytes(path, [.. file, .. values]);
        return path;
    }
}
