using System.Buffers.Binary;
using System.Runtime.InteropServices;

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
