using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tangram.Tests;

/// <summary>Writes PNGs of every kind, plainly: no filters, one IDAT.</summary>
internal static class TestPng
{
    public const int Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, RgbAlpha = 6;

    private static readonly (int Left, int Top, int Across, int Down)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static int Channels(int colourType) => colourType switch { Grey or Palette => 1, GreyAlpha => 2, Rgb => 3, _ => 4 };

    /// <summary>Of the values of the samples, by x, y and channel, with chunks between the header and the pixels.</summary>
    public static byte[] Encode(int width, int height, int colourType, int depth, bool interlace, Func<int, int, int, int> sample,
        params (string Type, byte[] Data)[] extra)
    {
        using var rows = new MemoryStream();
        foreach (var pass in interlace ? Passes : [(0, 0, 1, 1)])
            WritePass(rows, width, height, colourType, depth, sample, pass);
        return Encode(width, height, colourType, depth, interlace, rows.ToArray(), extra);
    }

    /// <summary>Of the bytes that are deflated, right or wrong.</summary>
    public static byte[] Encode(int width, int height, int colourType, int depth, bool interlace, byte[] rows, params (string Type, byte[] Data)[] extra)
    {
        using var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(rows);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colourType, (byte)(interlace ? 1 : 0));
        return [0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR", header), .. extra.SelectMany(chunk => Chunk(chunk.Type, chunk.Data)),
            .. Chunk("IDAT", deflated.ToArray()), .. Chunk("IEND", [])];
    }

    private static void WritePass(MemoryStream rows, int width, int height, int colourType, int depth, Func<int, int, int, int> sample,
        (int Left, int Top, int Across, int Down) pass)
    {
        for (int y = pass.Top; y < height && pass.Left < width; y += pass.Down)
        {
            rows.WriteByte(0);
            int pending = 0, bits = 0;
            for (int x = pass.Left; x < width; x += pass.Across)
            {
                for (int channel = 0; channel < Channels(colourType); channel++)
                {
                    int value = sample(x, y, channel);
                    if (depth == 16)
                        rows.WriteByte((byte)(value >> 8));
                    (pending, bits) = depth >= 8 ? (value & 255, 8) : ((pending << depth) | value, bits + depth);
                    if (bits == 8)
                    {
                        rows.WriteByte((byte)pending);
                        (pending, bits) = (0, 0);
                    }
                }
            }
            if (bits > 0)
                rows.WriteByte((byte)(pending << (8 - bits)));
        }
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data], chunk = [0, 0, 0, 0, .. body, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        uint crc = uint.MaxValue;
        foreach (byte value in body)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), ~crc);
        return chunk;
    }
}
