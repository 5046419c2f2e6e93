using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Tangram;

/// <summary>
/// 128 bits of any amount of numbers in memory, at about the speed at which memory gives them: XXH128 of pieces, which several threads share, then of the pieces' hashes. It
/// tells contents apart and finds damage; it guards against nobody.
/// </summary>
internal sealed class ContentDigest
{
    private const int PieceBytes = 1 << 20, HashBytes = 16;
    private readonly List<Action<XxHash128>> _pieces = [];

    public ContentDigest Add(string text)
    {
        _pieces.Add(hash => hash.Append(Encoding.UTF8.GetBytes(text)));
        return this;
    }

    public ContentDigest Add<T>(ReadOnlyMemory<T> values) where T : unmanaged
    {
        Add($"{values.Length}");
        int piece = PieceBytes / Marshal.SizeOf<T>();
        for (int start = 0; start < values.Length; start += piece)
        {
            ReadOnlyMemory<T> part = values.Slice(start, Math.Min(piece, values.Length - start));
            _pieces.Add(hash => hash.Append(MemoryMarshal.AsBytes(part.Span)));
        }
        return this;
    }

    public ContentDigest Add(FloatMatrix matrix)
    {
        Add($"{matrix.Rows} {matrix.Columns}");
        int piece = Math.Max(1, PieceBytes / sizeof(float) / Math.Max(1, matrix.Columns));
        for (int start = 0; start < matrix.Rows; start += piece)
        {
            int first = start, end = Math.Min(start + piece, matrix.Rows);
            _pieces.Add(hash =>
            {
                for (int row = first; row < end; row++)
                    hash.Append(MemoryMarshal.AsBytes(matrix.Row(row)));
            });
        }
        return this;
    }

    /// <returns>32 hexadecimal digits; the same whatever the number of threads.</returns>
    public string Compute(Workers workers)
    {
        var hashes = new byte[_pieces.Count * HashBytes];
        workers.Run(_pieces.Count, (_, piece) =>
        {
            var hash = new XxHash128();
            _pieces[piece](hash);
            hash.GetCurrentHash(hashes.AsSpan(piece * HashBytes, HashBytes));
        });
        return Convert.ToHexStringLower(XxHash128.Hash(hashes));
    }
}
