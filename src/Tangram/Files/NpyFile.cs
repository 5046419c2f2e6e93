using System.Runtime.InteropServices;
using System.Text;

namespace Tangram;

/// <summary>NumPy's .npy format, version 1.0: written, not read. Source: NumPy enhancement proposal 1.</summary>
internal static class NpyFile
{
    /// <summary>Bytes of the header that is written here, a multiple of 64 as the format asks; long enough for any shape.</summary>
    public const int FixedHeaderLength = 128;

    private const int PrefixLength = 10; // magic, version, header length

    /// <summary>Writes a float32 matrix [rows, columns], one row at a time from <paramref name="fillRow"/>.</summary>
    public static void WriteFloats(string path, long rows, int columns, Action<long, Span<float>> fillRow) => WriteFloats(path, [rows, columns], fillRow);

    /// <summary>Writes a float32 array of any shape, what lies along its first axis one at a time.</summary>
    public static void WriteFloats(string path, long[] shape, Action<long, Span<float>> fillRow) => AtomicFile.Write(path, stream =>
    {
        WriteHeader(stream, "<f4", shape);
        var row = new float[shape.Skip(1).Aggregate(1L, (product, extent) => product * extent)];
        for (long index = 0; index < shape[0]; index++)
        {
            Array.Clear(row);
            fillRow(index, row);
            stream.Write(MemoryMarshal.AsBytes(row.AsSpan()));
        }
    });

    /// <summary>Writes the <see cref="FixedHeaderLength"/> bytes before values of a type such as <c>&lt;f4</c>, row-major.</summary>
    public static void WriteHeader(Stream stream, string type, params ReadOnlySpan<long> shape)
    {
        string description = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape.ToArray())}), }}";
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, FixedHeaderLength - PrefixLength, 0]);
        stream.Write(Encoding.ASCII.GetBytes(description.PadRight(FixedHeaderLength - PrefixLength - 1) + "\n"));
    }
}
