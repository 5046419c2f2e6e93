using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Tangram;

/// <summary>XXH128 of files, about as fast as they can be read: tells contents apart and finds damage; it guards against nobody.</summary>
internal static class FileHash
{
    private const int Piece = 1 << 22, SmallPiece = 1 << 16, HashBytes = 16;

    /// <summary>Of a whole file, by one thread. A file without a byte is none that could be read: what a pipe or a device has, isn't its own.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string Of(string path, CancellationToken cancellation)
    {
        // Looked at before it is opened: opening a pipe waits for who writes into it.
        if (new FileInfo(path).Length == 0 && new FileInfo(path).LinkTarget is null)
            throw new IOException("it is empty, or no regular file");
        using SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete, options: FileOptions.SequentialScan);
        var hash = new XxHash128();
        Span<byte> room = stackalloc byte[SmallPiece];
        for (long position = 0, read; (read = RandomAccess.Read(file, room, position)) > 0; position += read)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.Append(room[..(int)read]);
        }
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>Of a file from a byte on, by all processors: of pieces, then of the pieces' hashes.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static string OfPieces(string path, long start, CancellationToken cancellation)
    {
        using SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        long length = Math.Max(0, RandomAccess.GetLength(file) - start);
        var hashes = new byte[checked((int)((length + Piece - 1) / Piece) * HashBytes)];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        Parallel.For(0, hashes.Length / HashBytes, parallel, () => new byte[Piece], (piece, _, room) =>
        {
            long position = start + ((long)piece * Piece);
            Span<byte> part = room.AsSpan(0, (int)Math.Min(Piece, start + length - position));
            for (int done = 0, read; done < part.Length; done += read)
            {
                read = RandomAccess.Read(file, part[done..], position + done);
                if (read == 0)
                    throw new IOException($"'{path}' was cut short while it was read; run the command again.");
            }
            XxHash128.Hash(part, hashes.AsSpan(piece * HashBytes, HashBytes));
            return room;
        }, _ => { });
        return Convert.ToHexStringLower(XxHash128.Hash(hashes));
    }
}
