using System.Buffers.Binary;
using System.IO.Compression;

namespace Tangram;

/// <summary>What matters of a PNG for who decodes it.</summary>
/// <param name="IsManaged">Whether it has a colour profile, or an EXIF block, which may turn it.</param>
/// <param name="RowBytes">What its rows inflate to.</param>
internal readonly record struct PngContent(bool IsManaged, long RowBytes);

/// <summary>
/// What StbImageSharp doesn't check of a PNG: that the file is whole (chunks, their checksums, the end chunk, the checksum of the deflated rows), and that
/// the rows inflate to what the header says. It would take damaged rows as they are, and inflate a small file to gigabytes.
/// Source: Portable Network Graphics (PNG) Specification, W3C 2003.
/// </summary>
internal static class PngStructure
{
    private const int HeaderLength = 13;

    /// <summary>Some encoders write a little more than the rows; decoders ignore it.</summary>
    private const int SurplusBytes = 1 << 16;

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOfByte)];

    /// <summary>Column and row of the first pixel, and the distances, of Adam7's passes.</summary>
    private static readonly (int Left, int Top, int Across, int Down)[] InterlacePasses =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <exception cref="InputException">The header claims too many pixels, or bytes.</exception>
    /// <exception cref="InvalidDataException">The file is damaged; the message is a clause that says how.</exception>
    public static PngContent Check(byte[] file, PictureSource source)
    {
        using var deflated = new MemoryStream();
        long rowBytes = 0;
        bool managed = false;
        for (int position = Signature.Length; ;)
        {
            if (file.Length - position < 12)
                throw new InvalidDataException("it ends before its end chunk");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(position));
            if (length > file.Length - position - 12)
                throw new InvalidDataException("it ends inside a chunk");
            ReadOnlySpan<byte> type = file.AsSpan(position + 4, 4), data = file.AsSpan(position + 8, (int)length);
            // Decoders skip the chunks whose name begins in lower case, so damage there does no harm; these count.
            bool manages = type.SequenceEqual("iCCP"u8) || type.SequenceEqual("eXIf"u8);
            bool used = char.IsAsciiLetterUpper((char)type[0]) || manages || type.SequenceEqual("tRNS"u8);
            managed |= manages;
            if (used && Crc(file.AsSpan(position + 4, (int)length + 4)) != BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(position + 8 + (int)length)))
                throw new InvalidDataException("the checksum of a chunk is wrong");
            bool header = type.SequenceEqual("IHDR"u8);
            if (header != (position == Signature.Length))
                throw new InvalidDataException("its header isn't where it belongs");
            if (header)
                rowBytes = RowBytes(data, file.Length, source);
            else if (type.SequenceEqual("IDAT"u8))
                deflated.Write(data);
            else if (type.SequenceEqual("IEND"u8))
                break;
            position += 12 + (int)length;
        }
        deflated.Position = 0;
        CheckRows(deflated, rowBytes);
        return new PngContent(managed, rowBytes);
    }

    /// <summary>How many bytes the rows must inflate to.</summary>
    private static long RowBytes(ReadOnlySpan<byte> header, long fileBytes, PictureSource source)
    {
        if (header.Length != HeaderLength)
            throw new InvalidDataException("its header has the wrong length");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(header), height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        int channels = header[9] switch { 0 or 3 => 1, 4 => 2, 2 => 3, 6 => 4, _ => throw new InvalidDataException("its colour type is unknown") };
        if (header[8] is not (1 or 2 or 4 or 8 or 16))
            throw new InvalidDataException("its bit depth is unknown");
        long bitsPerPixel = channels * header[8];
        source.CheckSize(width, height, (bitsPerPixel + 7) / 8, fileBytes);
        if (header[12] == 0)
            return height * RowLength(width);
        long sum = 0;
        foreach (var (left, top, across, down) in InterlacePasses)
        {
            long columns = (width - left + across - 1) / across, rows = (height - top + down - 1) / down;
            sum += columns > 0 && rows > 0 ? rows * RowLength(columns) : 0;
        }
        return sum;

        long RowLength(long columns) => 1 + (((columns * bitsPerPixel) + 7) / 8); // a byte for the row's filter
    }

    private static void CheckRows(MemoryStream deflated, long expected)
    {
        using var rows = new ZLibStream(deflated, CompressionMode.Decompress);
        Span<byte> buffer = stackalloc byte[1 << 14];
        long count = 0;
        for (int read; (read = rows.Read(buffer)) > 0;)
        {
            count += read;
            if (count > expected + SurplusBytes)
                throw new InvalidDataException("it has more pixels than its header says");
        }
        if (count < expected)
            throw new InvalidDataException("it has fewer pixels than its header says");
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint CrcOfByte(int value)
    {
        uint crc = (uint)value;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        return crc;
    }
}
