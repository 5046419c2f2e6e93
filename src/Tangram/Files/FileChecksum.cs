using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Tangram;

/// <summary>
/// The checksum that a safetensors file has of itself, in its metadata: XXH128 of all its bytes, zeros in the place of the checksum's own digits. It finds damage; it guards
/// against nobody.
/// </summary>
internal static class FileChecksum
{
    /// <summary>The metadata that it stands in.</summary>
    public const string Key = "checksum";

    private const string Prefix = "xxh128:";
    private const int Digits = 32, Block = 1 << 20;

    /// <summary>What stands there while the file is written.</summary>
    public static string Blank { get; } = Prefix + new string('0', Digits);

    /// <summary>What stands there in a file; null in one of an earlier version. Where a name is damaged, its value still tells.</summary>
    public static string? In(IReadOnlyDictionary<string, string> metadata) =>
        metadata.GetValueOrDefault(Key) ?? metadata.Values.FirstOrDefault(value => value.StartsWith(Prefix, StringComparison.Ordinal));

    /// <summary>Lets a file be written that has a <see cref="Blank"/> in its header, and then fills in the checksum.</summary>
    /// <param name="file">An empty one; it can be moved in.</param>
    /// <param name="header">What it begins with, 8 bytes of its length left out.</param>
    /// <param name="write">Writes all of it.</param>
    public static void Write(Stream file, byte[] header, Action<Stream> write)
    {
        using var hashed = new HashedStream(file);
        write(hashed);
        file.Position = sizeof(long) + PlaceIn(header);
        file.Write(Encoding.ASCII.GetBytes(hashed.Hash()));
    }

    /// <summary>Reads a file whole, and says whether it has the checksum that stands in it.</summary>
    /// <param name="file">The file, moved to its beginning.</param>
    /// <param name="told">What stands in its metadata.</param>
    public static bool IsRight(Stream file, string told)
    {
        var buffer = new byte[Block];
        file.Position = 0;
        file.ReadExactly(buffer, 0, sizeof(long));
        byte[] header = new byte[BinaryPrimitives.ReadInt64LittleEndian(buffer)];
        file.ReadExactly(header);
        int place = PlaceIn(header);
        if (place < 0)
            return false;
        header.AsSpan(place, Digits).Fill((byte)'0');
        var hash = new XxHash128();
        hash.Append(buffer.AsSpan(0, sizeof(long)));
        hash.Append(header);
        for (int read = file.Read(buffer); read > 0; read = file.Read(buffer))
            hash.Append(buffer.AsSpan(0, read));
        return told == Prefix + Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>Where the digits begin in a header; −1 where there are none.</summary>
    private static int PlaceIn(ReadOnlySpan<byte> header)
    {
        ReadOnlySpan<byte> before = "\"checksum\":\"xxh128:"u8;
        int place = header.IndexOf(before);
        return place < 0 || place + before.Length + Digits > header.Length ? -1 : place + before.Length;
    }

    /// <summary>Hashes what is written.</summary>
    private sealed class HashedStream(Stream inner) : Stream
    {
        private readonly XxHash128 _hash = new();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public string Hash() => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _hash.Append(buffer);
            inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
