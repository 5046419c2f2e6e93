using System.Buffers.Binary;
using System.IO.Compression;

namespace Tangram;

/// <summary>
/// An IDX file of unsigned bytes, plain or gzipped: two zero bytes, type 0x08, number of dimensions, the dimensions as big-endian int32, then the values,
/// row-major. Source: LeCun, Cortes, Burges, "The MNIST database".
/// </summary>
internal static class IdxFile
{
    private const byte UnsignedByte = 0x08;
    private const long MaximumBytes = int.MaxValue - 64; // one managed array holds the values

    /// <summary>Deflate makes at most so many bytes of one: a pair of bits stands for 258. Source: RFC 1951.</summary>
    private const int MostInflated = 1032;

    /// <exception cref="InputException">Not IDX of unsigned bytes with <paramref name="dimensions"/> dimensions, or the file's length is wrong.</exception>
    public static (int[] Shape, byte[] Values) Read(string path, int dimensions)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            bool zipped = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            if (!zipped)
                return Read(file, path, dimensions);
            using var unzipped = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            return Read(unzipped, path, dimensions, expected => CheckZipped(file, path, expected));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"There is no file '{path}'.", exception);
        }
        catch (InvalidDataException exception)
        {
            throw new InputException($"'{path}' is a broken gzip file; fetch it again.", exception);
        }
    }

    /// <summary>Reads from a stream that tells its length, or whose header can be trusted; <paramref name="name"/> is for messages.</summary>
    public static (int[] Shape, byte[] Values) Read(Stream stream, string name, int dimensions) => Read(stream, name, dimensions, expected =>
    {
        if (stream.CanSeek && stream.Length != expected)
            throw Truncated(name, expected, stream.Length);
    });

    /// <param name="stream">The file's bytes, unzipped.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="dimensions">1 for labels, 3 for images.</param>
    /// <param name="check">Given the length that the header promises, throws unless the file keeps it: a header may promise gigabytes, and nothing is allocated before.</param>
    private static (int[] Shape, byte[] Values) Read(Stream stream, string name, int dimensions, Action<long> check)
    {
        Span<byte> header = stackalloc byte[4 + (4 * dimensions)];
        int got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (got < 4 || header[0] != 0 || header[1] != 0 || header[2] != UnsignedByte)
            throw new InputException($"'{name}' is not an IDX file of bytes.");
        if (header[3] != dimensions)
            throw new InputException($"'{name}' is an IDX file with {header[3]} dimensions, not {dimensions}; {Expected(dimensions)}.");
        if (got < header.Length)
            throw Truncated(name, header.Length, got);
        var shape = new int[dimensions];
        long count = 1;
        for (int dimension = 0; dimension < dimensions; dimension++)
        {
            shape[dimension] = BinaryPrimitives.ReadInt32BigEndian(header[(4 + (4 * dimension))..]);
            if (shape[dimension] < 1)
                throw new InputException($"'{name}' holds no {(dimension == 0 ? "images" : "pixels")} (dimensions {string.Join("×", shape)}).");
            count = shape[dimension] > MaximumBytes / count ? long.MaxValue : count * shape[dimension];
            if (count > MaximumBytes)
                throw new InputException($"'{name}' claims more than {MaximumBytes} bytes of values; split it into several files.");
        }
        long expected = header.Length + count;
        check(expected);
        var values = new byte[count];
        got = stream.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        if (got < count || stream.ReadByte() >= 0)
            throw Truncated(name, expected, got < count ? (long)header.Length + got : expected + 1);
        return (shape, values);
    }

    private static void CheckZipped(FileStream file, string path, long expected)
    {
        if (expected / MostInflated > file.Length)
            throw new InputException($"'{path}' is truncated: its header promises {expected:N0} bytes, more than can be in a gzip file of {file.Length:N0}; fetch it again.");
        long position = file.Position;
        // A gzip file ends with the length of what was zipped, modulo 2³². If that isn't the promise, it may have several parts: then it is unzipped for its length alone.
        Span<byte> trailer = stackalloc byte[sizeof(uint)];
        file.Position = Math.Max(0, file.Length - trailer.Length);
        if (file.ReadAtLeast(trailer, trailer.Length, throwOnEndOfStream: false) < trailer.Length || BinaryPrimitives.ReadUInt32LittleEndian(trailer) != (uint)expected)
        {
            file.Position = 0;
            using var unzipped = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            Span<byte> piece = stackalloc byte[1 << 14];
            long length = 0;
            for (int read; length <= expected && (read = unzipped.Read(piece)) > 0;)
                length += read;
            if (length != expected)
                throw Truncated(path, expected, length);
        }
        file.Position = position;
    }

    private static InputException Truncated(string name, long expected, long actual) => actual < expected
        ? new($"'{name}' is truncated: its header promises {expected:N0} bytes, it has {actual:N0}; fetch it again.")
        : new($"'{name}' is longer than its header says ({expected:N0} bytes); fetch it again.");

    private static string Expected(int dimensions) => dimensions == 1 ? "labels have one" : "images have three: number, rows, columns";
}
