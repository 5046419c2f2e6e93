using System.Buffers.Binary;
using System.Text;

namespace Tangram.Tests;

/// <summary>Whatever is wrong with a file, the user is told which file, and nothing but <see cref="InputException"/> gets out.</summary>
public sealed class SafetensorsDamageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Damaged => _folder.File("damaged.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"__metadata__\":3}")]
    [InlineData("{\"__metadata__\":{\"a\":1}}")]
    [InlineData("{\"v\":7}")]
    [InlineData("{\"v\":{}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[2]}}")]
    [InlineData("{\"v\":{\"dtype\":3,\"shape\":[2],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,1e300]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[8,0]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[3000000000,3000000000],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}")]
    [InlineData("{\"v\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807],\"data_offsets\":[1,-9223372036854775808]}}")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}")]
    public void A_broken_header_is_refused_and_the_file_named(string header)
    {
        Write(Encoding.UTF8.GetBytes(header), new byte[8]);
        var exception = Assert.Throws<InputException>(() => SafetensorsFile.Open(Damaged).Dispose());
        Assert.Contains(Damaged, exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Each would be opened by a reader that looks at its tensors one by one.</summary>
    [Theory]
    [InlineData("""{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "'v' stands in its header twice")]
    [InlineData("""{"rows":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"labels":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}}""", "tensors 'rows' and 'labels' overlap")]
    [InlineData("""{"b":{"dtype":"U8","shape":[6],"data_offsets":[2,8]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "tensors 'a' and 'b' overlap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", "the 2 bytes before tensor 'b' belong to none")]
    [InlineData("""{"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", "the 4 bytes before tensor 'b' belong to none")]
    [InlineData("""{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}""", "its last 3 bytes belong to no tensor")]
    [InlineData("{}", "its last 8 bytes belong to no tensor")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", "it ends 1 bytes before the end of tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "tensor 'a' is F32 [3], which isn't the 8 bytes that it has")]
    [InlineData("""{"a":{"dtype":"F4","shape":[15],"data_offsets":[0,8]}}""", "tensor 'a' is F4 [15], which isn't the 8 bytes that it has")]
    [InlineData("""{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", "tensor 'a' is of type 'F31', which the format doesn't have")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}}""", "the dtype of tensor 'a' can't be read or stands there twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}""", "tensor 'a' is without dtype, shape or two data_offsets")]
    [InlineData("""{"a":null}""", "what its header says of tensor 'a' is null, not names with values")]
    [InlineData("""{"__metadata__":{"format":null},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "its metadata 'format' is null, and metadata are texts")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "its metadata have 'a' twice")]
    [InlineData("[]", "its header is a list, not names with values")]
    [InlineData("{]", "its header isn't JSON")]
    public void A_layout_that_is_not_strict_is_refused_and_its_fault_named(string header, string fault)
    {
        Write(Encoding.UTF8.GetBytes(header), new byte[8]);
        Assert.Equal($"'{Damaged}' is not a whole safetensors file: {fault}; write it again.", Assert.Throws<InputException>(() => SafetensorsFile.Open(Damaged).Dispose()).Message);
    }

    [Theory]
    [InlineData("""{"__metadata__":null,"a":{"dtype":"F8_E4M3","shape":[2,4],"data_offsets":[0,8]}}""", "F8_E4M3")]
    [InlineData("""{"empty":{"dtype":"F32","shape":[0,9],"data_offsets":[8,8]},"a":{"dtype":"F4","shape":[2,8],"data_offsets":[0,8]}}""", "F4")]
    [InlineData("""{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8],"a later version's":1}}""", "C64")]
    public void Types_that_are_never_read_and_no_metadata_are_no_damage(string header, string type)
    {
        Write(Encoding.UTF8.GetBytes(header), new byte[8]);
        using SafetensorsFile file = SafetensorsFile.Open(Damaged);
        Assert.Equal(type, file.Place("a").Type);
        Assert.Empty(file.Metadata);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_wrong_header_length_is_refused_and_the_file_named(long length)
    {
        Write("{}"u8.ToArray(), [], length);
        var exception = Assert.Throws<InputException>(() => SafetensorsFile.Open(Damaged).Dispose());
        Assert.Contains(Damaged, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_another_name_type_or_shape_are_refused_and_the_file_named()
    {
        WriteSmall();
        using SafetensorsFile file = SafetensorsFile.Open(Damaged);
        using FloatMatrix square = new(2, 2), wide = new(2, 4), tall = new(3, 3);
        foreach (Action read in new Action[]
        {
            () => file.Read<int>("absent"), () => file.Shape("absent"), () => file.Read("absent", square),
            () => file.Read<float>("ints"), () => file.Read<long>("ints"), () => file.Read<float>("matrix"),
            () => file.Read("ints", square), () => file.Read("matrix", wide), () => file.Read("matrix", tall),
        })
        {
            var exception = Assert.Throws<InputException>(read);
            Assert.Contains(Damaged, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        string path = _folder.File("absent.safetensors");
        Assert.Contains(path, Assert.Throws<InputException>(() => SafetensorsFile.Open(path).Dispose()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] whole = WriteSmall();
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Damaged, whole[..length]);
            var exception = Assert.Throws<InputException>(ReadSmall);
            Assert.Contains(Damaged, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Flipped_bits_give_a_valid_read_or_a_refusal()
    {
        byte[] whole = WriteSmall();
        var random = new CounterRandom(1, RandomPurpose.Shuffle);
        int refused = 0;
        for (ulong trial = 0; trial < 1000; trial++)
        {
            byte[] damaged = [.. whole];
            int flips = 1 + random.Below(3, trial * 10);
            for (int flip = 0; flip < flips; flip++)
                damaged[random.Below(damaged.Length, (trial * 10) + 1 + (ulong)flip)] ^= (byte)(1 << random.Below(8, (trial * 10) + 5 + (ulong)flip));
            File.WriteAllBytes(Damaged, damaged);
            Exception? exception = Record.Exception(ReadSmall);
            Assert.True(exception is null or InputException, $"trial {trial}: {exception}");
            refused += exception is null ? 0 : 1;
        }
        // Most of the file is its header's JSON, some is values, in which any bit is valid.
        Assert.InRange(refused, 250, 999);
    }

    private byte[] WriteSmall()
    {
        using var matrix = new FloatMatrix(2, 3);
        matrix.Row(1)[2] = 5;
        new SafetensorsWriter().Metadata("key", "value").Add("matrix", matrix).Add<int>("ints", new[] { 1, 2, 3 }).WriteTo(Damaged);
        return File.ReadAllBytes(Damaged);
    }

    private void ReadSmall()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Damaged);
        using var matrix = new FloatMatrix(2, 3);
        file.Read("matrix", matrix);
        file.Read<int>("ints");
    }

    private void Write(byte[] header, byte[] data, long? length = null)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, length ?? header.Length);
        File.WriteAllBytes(Damaged, [.. prefix, .. header, .. data]);
    }
}
