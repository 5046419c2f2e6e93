using System.Runtime.InteropServices;

namespace Tangram.Tests;

/// <summary>Numbers that stay in their file.</summary>
public sealed class FileValuesTests : IDisposable
{
    /// <summary>Before the numbers, so that none begins where its size would have it.</summary>
    private const int Offset = 13;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Types => [.. Enum.GetNames<ValueType>()];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Types))]
    public void Any_span_is_read_across_the_chunks(string name)
    {
        const int Count = 40_000;
        ValueType type = Enum.Parse<ValueType>(name);
        var (file, expected) = Make(type, Count);
        Assert.Equal((type, (long)Count, ValueStore.SizeOf(type), null), (file.Type, file.Count, file.ValueBytes, file.Digest));
        foreach (int length in new[] { 0, 1, 37, 4096, 8191, 8192, 8193, 16383, 16384, 16385, 32769, Count })
        {
            foreach (int start in new[] { 0, 1, 8191, 16384, 16385, Count - length }.Where(start => start + length <= Count))
            {
                var values = new float[length];
                file.CopyTo(start, values);
                Assert.True(expected.AsSpan(start, length).SequenceEqual(values), $"{start} + {length}");
                byte[] bytes = new byte[length * file.ValueBytes];
                file.CopyBytes(start, bytes);
                Assert.True(File.ReadAllBytes(_folder.File("values")).AsSpan(Offset + (start * file.ValueBytes), bytes.Length).SequenceEqual(bytes));
            }
        }
    }

    [Fact]
    public void Every_half_and_every_bfloat16_is_itself()
    {
        ushort[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)];
        var values = new float[all.Length];
        Write(MemoryMarshal.AsBytes<ushort>(all));
        foreach (ValueType type in new[] { ValueType.Half, ValueType.BFloat16 })
        {
            new FileValues(_folder.File("values"), type, Offset, all.Length).CopyTo(0, values);
            for (int bits = 0; bits < all.Length; bits++)
            {
                float expected = type == ValueType.Half ? (float)BitConverter.UInt16BitsToHalf(all[bits]) : BitConverter.UInt32BitsToSingle((uint)bits << 16);
                Assert.True(float.IsNaN(expected) ? float.IsNaN(values[bits]) : BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(values[bits]), $"{type} {bits:x4}");
            }
        }
    }

    [Fact]
    public void What_lies_beyond_the_numbers_isnt_read()
    {
        Write(new byte[100]);
        var file = new FileValues(_folder.File("values"), ValueType.Single, Offset, 10);
        file.CopyTo(8, new float[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CopyTo(9, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CopyTo(-1, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CopyBytes(0, new byte[44]));
        Assert.Throws<InputException>(() => new FileValues(_folder.File("nothing"), ValueType.Single, 0, 1));
    }

    [Theory, MemberData(nameof(Types))]
    public void A_file_cut_short_while_it_is_open_is_an_error_that_names_it(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody cut an open file");
        var (file, _) = Make(Enum.Parse<ValueType>(name), 20_000);
        string path = _folder.File("values");
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            stream.SetLength(Offset + (10_000 * file.ValueBytes) - 1);
        file.CopyTo(0, new float[9_999]);
        foreach (var (start, length) in new[] { (0, 10_000), (9_999, 1), (15_000, 5_000) })
            Assert.Contains(path, Assert.Throws<IOException>(() => file.CopyTo(start, new float[length])).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Types))]
    public void Many_threads_read_at_once(string name)
    {
        const int Length = 777;
        var (file, expected) = Make(Enum.Parse<ValueType>(name), 60_000);
        Parallel.For(0, 2_000, number =>
        {
            int start = (int)new CounterRandom(3, RandomPurpose.Shuffle).Below(expected.Length - Length, (ulong)number);
            var values = new float[Length];
            file.CopyTo(start, values);
            Assert.True(expected.AsSpan(start, Length).SequenceEqual(values));
        });
    }

    [Fact]
    public void The_first_number_that_isnt_finite_is_found_wherever_it_is()
    {
        foreach (int place in new[] { 0, 65_535, 65_536, 150_000 })
        {
            var rows = new float[150_001];
            rows[place] = float.NegativeInfinity;
            rows[^1] = float.NaN;
            Write(MemoryMarshal.AsBytes<float>(rows));
            Assert.Equal(place, new FileValues(_folder.File("values"), ValueType.Single, Offset, rows.Length).FirstOutside(float.MinValue, float.MaxValue, TestContext.Current.CancellationToken));
        }
        Assert.Equal(-1, Make(ValueType.Half, 150_001).File.FirstOutside(float.MinValue, float.MaxValue, TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(Types))]
    public void Places_beyond_two_to_the_31_are_reached(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the file would not be sparse");
        ValueType type = Enum.Parse<ValueType>(name);
        const long Count = (1L << 31) + 1000, Place = (1L << 31) + 990;
        string path = _folder.File("large");
        using (FileStream stream = File.Create(path))
        {
            stream.SetLength(Offset + (Count * ValueStore.SizeOf(type)));
            stream.Position = Offset + (Place * ValueStore.SizeOf(type));
            stream.Write(Bytes(type, 3).AsSpan(^ValueStore.SizeOf(type)..));
        }
        var file = new FileValues(path, type, Offset, Count);
        var values = new float[1000];
        file.CopyTo(Count - 1000, values);
        Assert.Equal(990, Array.FindIndex(values, value => value != 0));
        Assert.Equal(Numbers(type, 3)[^1], values[990]);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CopyTo(Count - 999, new float[1000]));
    }

    private (FileValues File, float[] Expected) Make(ValueType type, int count)
    {
        Write(Bytes(type, count));
        return (new FileValues(_folder.File("values"), type, Offset, count), Numbers(type, count));
    }

    /// <summary>Exact in each type; none is 0 but a byte.</summary>
    private static float[] Numbers(ValueType type, int count) =>
        [.. Enumerable.Range(0, count).Select(index => type == ValueType.Byte ? (byte)index / 255f : (index % 79 + 1) * (index % 3 - 1.5f) / 4)];

    private static byte[] Bytes(ValueType type, int count) => type switch
    {
        ValueType.Byte => [.. Enumerable.Range(0, count).Select(index => (byte)index)],
        ValueType.Single => TensorBytes.Bytes(Numbers(type, count)),
        ValueType.Half => TensorBytes.Bytes(Array.ConvertAll(Numbers(type, count), value => (Half)value)),
        _ => TensorBytes.Bytes(Array.ConvertAll(Numbers(type, count), value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))),
    };

    /// <summary>With something before and after.</summary>
    private void Write(ReadOnlySpan<byte> values)
    {
        byte[] around = [.. Enumerable.Repeat((byte)0xEE, Offset)];
        File.WriteAllBytes(_folder.File("values"), [.. around, .. values, .. around]);
    }
}
