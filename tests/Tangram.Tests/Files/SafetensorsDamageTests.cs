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
