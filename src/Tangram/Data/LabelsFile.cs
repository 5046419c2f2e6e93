using System.Runtime.InteropServices;

namespace Tangram;

/// <summary>Labels of an .npy file's images, in a file beside it: <c>x.labels.npy</c> for <c>x.npy</c>, int32 or int64 [N].</summary>
internal static class LabelsFile
{
    public static string PathOf(string images) => $"{images[..^Path.GetExtension(images).Length]}.labels.npy";

    /// <summary>The labels of <paramref name="count"/> images; null where there is no such file.</summary>
    /// <exception cref="InputException">The file is broken, of another type, or for another number of images.</exception>
    public static ReadOnlyMemory<int>? Read(string images, long count)
    {
        string path = PathOf(images);
        if (!File.Exists(path))
            return null;
        NpyHeader header = NpyFile.ReadHeader(path);
        int bytes = header.Type switch
        {
            "<i4" => sizeof(int),
            "<i8" => sizeof(long),
            _ => throw new InputException($"'{path}' holds {(header.Type.Length == 0 ? "records" : header.Type)}, and labels are int32 or int64; save it again with labels.astype('<i4'), or give it another name."),
        };
        if (header.Shape.Length != 1 || header.Shape[0] != count)
            throw new InputException($"'{path}' holds [{string.Join(", ", header.Shape)}] labels for the {count:N0} images or rows of '{images}'; give the labels that belong to them, or give it another name.");
        NpyFile.CheckLength(path, header, bytes);
        byte[] values = File.ReadAllBytes(path)[(int)header.Start..];
        // ImageSet refuses what is no class; until then no label may turn into another.
        return bytes == sizeof(int) ? MemoryMarshal.Cast<byte, int>(values).ToArray()
            : Array.ConvertAll(MemoryMarshal.Cast<byte, long>(values).ToArray(), label => (int)Math.Clamp(label, -1, int.MaxValue));
    }

    /// <summary>Writes the labels of a set beside the file of its images.</summary>
    public static string Write(string images, ImageSet set)
    {
        string path = PathOf(images);
        int[] labels = [.. Enumerable.Range(0, set.Count).Select(set.Label)];
        AtomicFile.Write(path, stream =>
        {
            NpyFile.WriteHeader(stream, "<i4", labels.Length);
            stream.Write(MemoryMarshal.AsBytes(labels.AsSpan()));
        });
        return path;
    }
}
