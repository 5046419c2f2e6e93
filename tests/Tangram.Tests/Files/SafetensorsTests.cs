using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Tangram.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_written_is_read_back()
    {
        string path = _folder.File("all.safetensors");
        using var matrix = new FloatMatrix(3, 5);
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 5; column++)
                matrix.Row(row)[column] = (row * 10) + column + 0.5f;
        }
        int[] ints = [int.MinValue, -1, 0, int.MaxValue];
        long[] longs = [long.MinValue, 7, long.MaxValue];
        float[] floats = [float.NaN, -0f, float.Epsilon, float.MaxValue];
        double[] doubles = [Math.PI, double.NegativeInfinity];
        byte[] bytes = [0, 127, 255];
        new SafetensorsWriter().Metadata("note", "ein \"Wort\" \u00e4\u2260\n").Metadata("empty", "")
            .Add("matrix", matrix).Add<int>("ints", ints).Add<long>("longs", longs).Add<float>("floats", floats).Add<double>("doubles", doubles)
            .Add<byte>("bytes", bytes).Add<int>("nothing", Array.Empty<int>()).WriteTo(path);

        using SafetensorsFile file = SafetensorsFile.Open(path);
        using var read = new FloatMatrix(3, 5);
        file.Read("matrix", read);
        for (int row = 0; row < 3; row++)
            Assert.Equal(matrix.Row(row).ToArray(), read.Row(row).ToArray());
        Assert.Equal(ints, file.Read<int>("ints"));
        Assert.Equal(longs, file.Read<long>("longs"));
        Assert.Equal(floats.Select(BitConverter.SingleToInt32Bits), file.Read<float>("floats").Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(doubles, file.Read<double>("doubles"));
        Assert.Equal(bytes, file.Read<byte>("bytes"));
        Assert.Empty(file.Read<int>("nothing"));
        Assert.Equal([3, 5], file.Shape("matrix"));
        Assert.Equal("ein \"Wort\" \u00e4\u2260\n", file.Metadata["note"]);
        Assert.Equal("", file.Metadata["empty"]);
        Assert.True(file.Contains("longs"));
        Assert.False(file.Contains("long"));
    }

    [Fact]
    public void A_vector_of_more_than_one_piece_is_read_back()
    {
        string path = _folder.File("long.safetensors");
        int[] values = [.. Enumerable.Range(0, (2 * SafetensorsFile.Piece) + 3)];
        new SafetensorsWriter().Add<int>("values", values).WriteTo(path);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(values, file.Read<int>("values"));
    }

    [Fact]
    public void Tensors_start_at_a_multiple_of_64_bytes_whatever_the_length_of_the_header()
    {
        for (int extra = 0; extra < 70; extra++)
        {
            string path = _folder.File("aligned.safetensors");
            new SafetensorsWriter().Metadata("padding", new string('x', extra)).Add<int>("values", new[] { 1, 2, 3 }).WriteTo(path);
            byte[] file = File.ReadAllBytes(path);
            long header = BinaryPrimitives.ReadInt64LittleEndian(file);
            Assert.Equal(0, (8 + header) % 64);
            Assert.Equal(8 + header + 12, file.Length);
            using JsonDocument json = JsonDocument.Parse(file.AsMemory(8, (int)header));
            Assert.Equal("I32", json.RootElement.GetProperty("values").GetProperty("dtype").GetString());
        }
    }

    [Fact]
    public void A_file_made_by_the_definition_of_the_format_is_read()
    {
        string path = _folder.File("by-hand.safetensors");
        byte[] header = Encoding.UTF8.GetBytes(
            """{"b":{"dtype":"F32","shape":[2,2],"data_offsets":[4,20]},"a":{"data_offsets":[0,4],"shape":[1],"dtype":"I32"},"__metadata__":{"k":"v"}} """);
        using (FileStream stream = File.Create(path))
        {
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            stream.Write([42, 0, 0, 0]);
            // 1, -2, 0.5 and 0 as little-endian float32
            stream.Write([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F, 0, 0, 0, 0]);
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        using var matrix = new FloatMatrix(2, 2);
        file.Read("b", matrix);
        Assert.Equal([1f, -2f], matrix.Row(0).ToArray());
        Assert.Equal([0.5f, 0f], matrix.Row(1).ToArray());
        Assert.Equal([42], file.Read<int>("a"));
        Assert.Equal("v", file.Metadata["k"]);
    }

    [Fact]
    public void A_tensors_place_is_where_its_values_begin()
    {
        string path = _folder.File("places.safetensors");
        byte[] bytes = TensorBytes.Of(("a", "BF16", [3], [1, 2, 3, 4, 5, 6]), ("b", "F32", [1, 2], TensorBytes.Bytes(7f, 8f)));
        File.WriteAllBytes(path, bytes);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(["a", "b"], file.Names);
        var (type, shape, start) = file.Place("b");
        Assert.Equal(("F32", bytes.Length - 8L), (type, start));
        Assert.Equal([1, 2], shape);
        Assert.Equal(("BF16", bytes.Length - 14L), (file.Place("a").Type, file.Place("a").Start));
        Assert.Throws<InputException>(() => file.Place("c"));
    }
}
