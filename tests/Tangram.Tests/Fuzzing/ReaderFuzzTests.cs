using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetVips;

namespace Tangram.Tests;

/// <summary>Damaged files of every format are opened with what their headers say, or refused; see <see cref="Fuzzer"/>.</summary>
public sealed class ReaderFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Idx() => new Fuzzer("idx", [IdxBytes.Images(5, 4, 3), IdxBytes.Images(1, 1, 1), IdxBytes.Labels(1, 2, 3)], file =>
    {
        CheckIdx("images", file, file);
        CheckIdx("images.gz", IdxBytes.Zip(file), file);
    }).Run();

    /// <summary>Damage of the zipped bytes themselves.</summary>
    [Fact]
    public void Gzip() => new Fuzzer("gzip", [IdxBytes.Zip(IdxBytes.Images(40, 8, 8)), [.. IdxBytes.Zip(IdxBytes.Header(2, 2, 2)), .. IdxBytes.Zip(new byte[8])]], file =>
    {
        File.WriteAllBytes(_folder.File("images.gz"), file);
        var (shape, values) = IdxFile.Read(_folder.File("images.gz"), dimensions: 3);
        Assert.Equal(shape.Aggregate(1, (product, extent) => product * extent), values.Length);
    }).Run();

    [Fact]
    public void Npy() => new Fuzzer("npy",
    [
        NpyBytes.Array("<f4", Enumerable.Range(0, 12).Select(value => (float)value).ToArray(), 4, 3),
        NpyBytes.Of(NpyBytes.Header("<f2", 3, 5), MemoryMarshal.AsBytes<Half>([.. Enumerable.Range(0, 15).Select(value => (Half)value)]), version: 2),
        NpyBytes.Array("|u1", Enumerable.Range(0, 60).Select(value => (byte)value).ToArray(), 5, 3, 2, 2),
    ], file =>
    {
        string path = _folder.File("rows.npy");
        File.WriteAllBytes(path, file);
        ImageSet set = ImageSet.Open(path);
        NpyHeader header = NpyFile.ReadHeader(path);
        Assert.Equal(header.Shape[0], set.Count);
        Assert.Equal(header.Shape.Aggregate(1L, (product, extent) => product * extent), (long)set.Count * set.Shape.Length);
        Assert.Equal(file.Length, header.Start + ((long)set.Count * set.Shape.Length * (header.Type[^1] - '0')));
        ReadAll(set);
    }).Run();

    [Fact]
    public void Safetensors()
    {
        string path = _folder.File("rows.safetensors");
        new SafetensorsWriter().Metadata("key", "value").Add<float>("rows", Enumerable.Range(0, 12).Select(value => (float)value).ToArray().AsMemory(), 3)
            .Add<int>("labels", new[] { 0, 1, 1, 0 }).Add<long>("more", new long[] { 7 }).WriteTo(path);
        new Fuzzer("safetensors", [File.ReadAllBytes(path)], file =>
        {
            File.WriteAllBytes(path, file);
            using (SafetensorsFile tensors = SafetensorsFile.Open(path))
            {
                // Each byte belongs to one tensor.
                var places = tensors.Names.Select(tensors.Place).ToArray();
                long header = BinaryPrimitives.ReadInt64LittleEndian(file);
                Assert.Equal(file.Length - 8 - header, places.Sum(place => place.Shape.Aggregate((long)BitsOf(place.Type), (bits, extent) => bits * extent) / 8));
            }
            ReadAll(ImageSet.Open(path));
        }).Run();

        // F32, BF16, F8_E4M3
        static int BitsOf(string type) => type == "BOOL" ? 8 : int.Parse(string.Concat(type.SkipWhile(char.IsLetter).TakeWhile(char.IsDigit)));
    }

    /// <summary>With the checksums that a damaged chunk should have, so that what is behind them is tried too.</summary>
    [Fact]
    public void Png()
    {
        int Sample(int x, int y, int channel) => (x * 31) + (y * 7) + (channel * 3);
        byte[] exif = [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        byte[] profile = [.. "P3"u8, 0, 0, 0x78, 0x9C, 3, 0, 0, 0, 0, 1];
        Pictures("png",
        [
            TestPng.Encode(5, 4, TestPng.Rgb, 8, false, Sample), TestPng.Encode(9, 3, TestPng.Palette, 4, true, Sample, ("PLTE", new byte[48]), ("tRNS", [1, 2, 3])),
            TestPng.Encode(3, 3, TestPng.GreyAlpha, 16, false, Sample, ("eXIf", exif)), TestPng.Encode(7, 2, TestPng.Grey, 1, false, Sample, ("iCCP", profile)),
        ], WithChecksums);
    }

    [Fact]
    public void Bitmap() => Pictures("bmp", [.. new[] { 24, 32, 8 }.Select(bits => TestBitmap(5, 3, bits))]);

    [Fact]
    public void Jpeg()
    {
        using Image small = Noise();
        Pictures("jpeg", [small.JpegsaveBuffer(), small.JpegsaveBuffer(interlace: true), small.ExtractBand(0).JpegsaveBuffer(q: 20)]);
    }

    [Fact]
    public void WebP()
    {
        using Image small = Noise();
        Pictures("webp", [small.WebpsaveBuffer(), small.WebpsaveBuffer(lossless: true), small.Bandjoin(77).WebpsaveBuffer()]);
    }

    [Fact]
    public void Gif()
    {
        using Image small = Noise();
        using Image both = Image.Arrayjoin([small, small], across: 1).Mutate(image => image.Set(GValue.GIntType, "page-height", small.Height));
        Pictures("gif", [small.GifsaveBuffer(), both.GifsaveBuffer()]);
    }

    [Fact]
    public void Tiff()
    {
        using Image small = Noise();
        Pictures("tiff",
        [
            small.TiffsaveBuffer(), small.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw, bigtiff: true),
            small.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate, tile: true, tileWidth: 16, tileHeight: 16),
            new TestTiff(2, 2, TiffTags.BlackIsZero, 1, 32, TiffTags.Floating).Encode(MemoryMarshal.AsBytes<float>(new[] { 0f, 1, 0.5f, 0.25f }).ToArray()),
            new TestTiff(2, 1, TiffTags.Rgb, 4, 8) { Extra = [TiffTags.AssociatedAlpha] }.Encode([1, 2, 3, 4, 5, 6, 7, 8], [8, 7, 6, 5, 4, 3, 2, 1]),
        ]);
    }

    /// <summary>What a picture's samples may take is bounded by <see cref="PictureSource.CheckSize"/>; grey ones become four bytes each.</summary>
    private static void Pictures(string reader, IReadOnlyList<byte[]> whole, Func<byte[], byte[]>? mend = null)
    {
        var fuzzer = new Fuzzer(reader, whole, file =>
        {
            Picture picture = PictureFile.Read(mend?.Invoke(file) ?? file, new PictureSource("The file"));
            Assert.Equal(4L * picture.Width * picture.Height, picture.Rgba.Length);
            Assert.InRange(picture.Pages, 1, int.MaxValue);
        })
        { Cases = 200, FreeBytes = 160 << 20, BytesPerByte = 4096 };
        fuzzer.Run();
    }

    private static byte[] WithChecksums(byte[] png)
    {
        byte[] mended = [.. png];
        for (int at = 8; at <= mended.Length - 12;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(mended.AsSpan(at));
            if (length > mended.Length - at - 12)
                break;
            TestPng.Chunk(System.Text.Encoding.Latin1.GetString(mended, at + 4, 4), mended[(at + 8)..(at + 8 + (int)length)]).CopyTo(mended, at);
            at += 12 + (int)length;
        }
        return mended;
    }

    private static byte[] TestBitmap(int width, int height, int bits)
    {
        int row = ((width * bits) + 31) / 32 * 4, palette = bits == 8 ? 1024 : 0;
        var file = new byte[54 + palette + (row * height)];
        "BM"u8.CopyTo(file);
        BitConverter.TryWriteBytes(file.AsSpan(2), file.Length);
        BitConverter.TryWriteBytes(file.AsSpan(10), 54 + palette);
        (file[14], file[18], file[22], file[26], file[28]) = (40, (byte)width, (byte)height, 1, (byte)bits);
        return file;
    }

    private static Image Noise()
    {
        byte[] pixels = [.. Enumerable.Range(0, 19 * 11 * 3).Select(index => (byte)(index * index * 37))];
        return Image.NewFromMemory(pixels, 19, 11, 3, Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private static void ReadAll(ImageSet set)
    {
        var row = new float[set.Shape.Length];
        for (int index = 0; index < set.Count; index++)
            set.CopyTo(index, row);
    }

    /// <summary>What comes out of a file is what it is: its header's shape and all that follows.</summary>
    private void CheckIdx(string name, byte[] file, byte[] plain)
    {
        string path = _folder.File(name);
        File.WriteAllBytes(path, file);
        int dimensions = plain.Length > 3 && plain[3] == 1 ? 1 : 3;
        var (shape, values) = IdxFile.Read(path, dimensions);
        for (int dimension = 0; dimension < dimensions; dimension++)
            Assert.Equal(BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(4 + (4 * dimension))), shape[dimension]);
        Assert.Equal(plain[(4 + (4 * dimensions))..], values);
    }
}
