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
    private const int FirstPiece = 16 << 20;

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
            using var unzipped = new GZipStream(file, CompressionMode.Decompress);
            return Read(unzipped, path, dimensions);
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

    /// <summary>Reads from a stream; <paramref name="name"/> is for messages.</summary>
    public static (int[] Shape, byte[] Values) Read(Stream stream, string name, int dimensions)
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
        return (shape, ReadValues(stream, name, header.Length, (int)count));
    }

    private static byte[] ReadValues(Stream stream, string name, int headerLength, int count)
    {
        // A header may promise gigabytes that aren't there: check a plain file's length before allocating, and let a zipped one's values grow as they come.
        if (stream.CanSeek && stream.Length != headerLength + (long)count)
            throw Truncated(name, headerLength + (long)count, stream.Length);
        var values = new byte[stream.CanSeek ? count : Math.Min(count, FirstPiece)];
        int got = stream.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        while (got == values.Length && got < count)
        {
            Array.Resize(ref values, (int)Math.Min(count, 2L * got));
            got += stream.ReadAtLeast(values.AsSpan(got), values.Length - got, throwOnEndOfStream: false);
        }
        if (got < count || stream.ReadByte() >= 0)
            throw Truncated(name, headerLength + (long)count, got < count ? headerLength + (long)got : headerLength + (long)count + 1);
        return values;
    }

    private static InputException Truncated(string name, long expected, long actual) => actual < expected
        ? new($"'{name}' is truncated: its header promises {expected:N0} bytes, it has {actual:N0}; fetch it again.")
        : new($"'{name}' is longer than its header says ({expected:N0} bytes); fetch it again.");

    private static string Expected(int dimensions) => dimensions == 1 ? "labels have one" : "images have three: number, rows, columns";
}
