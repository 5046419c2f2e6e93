using System.Runtime.InteropServices;
using System.Text;

namespace Tangram;

/// <summary>NumPy's .npy format, version 1.0: written, not read. Source: NumPy enhancement proposal 1.</summary>
internal static class NpyFile
{
    private const int HeaderAlignment = 64;

    /// <summary>Writes a float32 matrix [rows, columns], one row at a time from <paramref name="fillRow"/>.</summary>
    public static void WriteFloats(string path, long rows, int columns, Action<long, Span<float>> fillRow) => AtomicFile.Write(path, stream =>
    {
        string description = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        const int PrefixLength = 10; // magic, version, header length
        int padding = HeaderAlignment - ((PrefixLength + description.Length + 1) % HeaderAlignment);
        string header = description + new string(' ', padding) + "\n";
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header));
        var row = new float[columns];
        for (long index = 0; index < rows; index++)
        {
            Array.Clear(row);
            fillRow(index, row);
            stream.Write(MemoryMarshal.AsBytes(row.AsSpan()));
        }
    });
}
