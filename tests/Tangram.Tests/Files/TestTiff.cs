using System.Buffers.Binary;

namespace Tangram.Tests;

/// <summary>Writes TIFF files of any kind of numbers, plainly: little-endian, one strip, not compressed.</summary>
internal sealed record TestTiff(int Width, int Height, int Photometric, int Samples, int Bits, int SampleFormat = TiffTags.Unsigned)
{
    /// <summary>What the tag says of the samples after the colours; null: there is no tag.</summary>
    public ushort[]? Extra { get; init; }

    public string Description { get; init; } = "";

    /// <summary>A file of a page for each block of values.</summary>
    public byte[] Encode(params byte[][] pages)
    {
        using var file = new MemoryStream();
        file.Write("II*\0"u8);
        long link = file.Position;
        Write(file, 0, 4);
        foreach (byte[] page in pages)
        {
            long data = Append(file, page), bits = Append(file, Shorts(Bits)), formats = Append(file, Shorts(SampleFormat));
            long extra = Append(file, [.. (Extra ?? []).SelectMany(value => BitConverter.GetBytes(value))]), description = Append(file, [.. Description.Select(letter => (byte)letter), 0]);
            var tags = new List<(int Tag, int Type, int Count, long Value)>
            {
                (256, 4, 1, Width), (257, 4, 1, Height), Short(258, Samples, bits, Bits), (259, 3, 1, 1), (262, 3, 1, Photometric), (270, 2, Description.Length + 1, description), (273, 4, 1, data),
                (277, 3, 1, Samples), (278, 4, 1, Height), (279, 4, 1, page.Length),
            };
            if (Extra is not null)
                tags.Add(Short(338, Extra.Length, extra, Extra.FirstOrDefault(), Extra.ElementAtOrDefault(1)));
            tags.Add(Short(339, Samples, formats, SampleFormat));
            tags.RemoveAll(tag => tag is { Tag: 270, Count: < 5 });
            long directory = file.Position;
            file.Position = link;
            Write(file, directory, 4);
            file.Position = directory;
            Write(file, tags.Count, 2);
            foreach (var (tag, type, count, value) in tags)
            {
                Write(file, tag, 2);
                Write(file, type, 2);
                Write(file, count, 4);
                Write(file, value, 4);
            }
            link = file.Position;
            Write(file, 0, 4);
        }
        return file.ToArray();
    }

    /// <summary>Numbers of 2 bytes stand in the tag itself where they have room, and otherwise where it points.</summary>
    private static (int Tag, int Type, int Count, long Value) Short(int tag, int count, long elsewhere, int first, int? second = null) =>
        (tag, 3, count, count > 2 ? elsewhere : count == 2 ? first | ((second ?? first) << 16) : first);

    private byte[] Shorts(int value) => [.. Enumerable.Repeat(value, Samples).SelectMany(one => BitConverter.GetBytes((ushort)one))];

    private static long Append(MemoryStream file, byte[] bytes)
    {
        if (file.Position % 2 != 0)
            file.WriteByte(0);
        long at = file.Position;
        file.Write(bytes);
        if (file.Position % 2 != 0)
            file.WriteByte(0);
        return at;
    }

    private static void Write(MemoryStream file, long value, int bytes)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, value);
        file.Write(number[..bytes]);
    }
}
