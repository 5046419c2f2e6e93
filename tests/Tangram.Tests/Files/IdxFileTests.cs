namespace Tangram.Tests;

public sealed class IdxFileTests : IDisposable
{
    private static readonly byte[] Whole = IdxBytes.Images(3, 2, 4);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain")]
    [InlineData("zipped.gz")]
    [InlineData("zipped-without-the-ending")]
    public void A_good_file_is_read(string name)
    {
        string path = Write(name, name.StartsWith("zipped", StringComparison.Ordinal) ? IdxBytes.Zip(Whole) : Whole);
        var (shape, values) = IdxFile.Read(path, dimensions: 3);
        Assert.Equal([3, 2, 4], shape);
        Assert.Equal(Enumerable.Range(0, 24).Select(value => (byte)value), values);
    }

    [Fact]
    public void A_zipped_file_too_large_for_the_first_piece_is_read_whole()
    {
        byte[] large = IdxBytes.Images(45_000, 28, 28); // 35 MB: the array grows twice
        var (shape, values) = IdxFile.Read(Write("large.gz", IdxBytes.Zip(large)), dimensions: 3);
        Assert.Equal([45_000, 28, 28], shape);
        Assert.True(values.AsSpan().SequenceEqual(large.AsSpan(16)));
    }

    /// <summary>Headers that promise 2 GB: no file of this length can hold so much; one of many parts is unzipped without being kept.</summary>
    [Fact]
    public void A_promise_that_a_zipped_file_does_not_keep_takes_no_memory()
    {
        byte[] header = IdxBytes.Header(2_600_000, 28, 28), kept = IdxBytes.Zip([.. header, .. new byte[1_000_000]]);
        byte[] longer = [.. kept, .. IdxBytes.Zip(System.Security.Cryptography.RandomNumberGenerator.GetBytes(2_000_000))];
        foreach (byte[] file in new[] { kept, longer })
        {
            string path = Write("promise.gz", file);
            long before = GC.GetAllocatedBytesForCurrentThread();
            AssertRefused(path);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
        Assert.Equal($"'{Write("promise.gz", kept)}' is truncated: its header promises 2,038,400,016 bytes, more than can be in a gzip file of {kept.Length:N0}; fetch it again.",
            Assert.Throws<InputException>(() => IdxFile.Read(_folder.File("promise.gz"), dimensions: 3)).Message);
    }

    [Fact]
    public void A_zipped_file_of_several_parts_is_read_whole()
    {
        byte[] file = [.. IdxBytes.Zip(Whole[..20]), .. IdxBytes.Zip(Whole[20..])];
        Assert.Equal(Whole[16..], IdxFile.Read(Write("parts.gz", file), dimensions: 3).Values);
    }

    [Fact]
    public void A_plain_file_cut_anywhere_is_refused()
    {
        for (int length = 0; length < Whole.Length; length++)
            AssertRefused(Write("cut", Whole[..length]));
    }

    [Fact]
    public void A_zipped_file_cut_anywhere_is_refused_or_whole()
    {
        byte[] zipped = IdxBytes.Zip(Whole);
        for (int length = 0; length < zipped.Length; length++)
        {
            string path = Write("cut.gz", zipped[..length]);
            // The last 8 bytes are gzip's own trailer, and deflate's end mark takes up to 2 before it: without them, all values are there.
            if (length < zipped.Length - 10)
                AssertRefused(path);
            else
                AssertRefusedOrWhole(path);
        }
    }

    [Fact]
    public void A_zipped_file_with_any_bit_flipped_is_refused_or_whole()
    {
        byte[] zipped = IdxBytes.Zip(Whole);
        for (int bit = 0; bit < zipped.Length * 8; bit++)
        {
            byte[] damaged = [.. zipped];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefusedOrWhole(Write("flipped.gz", damaged));
        }
    }

    [Fact]
    public void What_isnt_the_expected_file_is_refused()
    {
        AssertRefused(Write("long", [.. Whole, 0]));
        AssertRefused(Write("long.gz", IdxBytes.Zip([.. Whole, 0])));
        AssertRefused(Write("text", "no images here"u8.ToArray()));
        AssertRefused(Write("floats", [0, 0, 0x0D, 3, .. Whole[4..]]));
        AssertRefused(Write("magic", [1, 0, 8, 3, .. Whole[4..]]));
        AssertRefused(Write("broken.gz", [0x1f, 0x8b, .. "garbage that isn't deflate"u8]));
        AssertRefused(Write("labels", IdxBytes.Labels([1, 2, 3])));
        Assert.Throws<InputException>(() => IdxFile.Read(Write("images", Whole), dimensions: 1));
        AssertRefused(_folder.File("absent"));
        AssertRefused(Path.Combine(_folder.File("absent"), "too"));
    }

    [Fact]
    public void A_file_of_labels_has_one_dimension()
    {
        var (shape, values) = IdxFile.Read(Write("labels", IdxBytes.Labels([7, 2, 1])), dimensions: 1);
        Assert.Equal([3], shape);
        Assert.Equal([7, 2, 1], values);
    }

    [Theory]
    [InlineData(0, 2, 4)]
    [InlineData(3, 0, 4)]
    [InlineData(3, 2, -4)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(int.MaxValue, 1, 1)]
    [InlineData(1 << 16, 1 << 16, 1 << 16)]
    [InlineData(1_000_000_000, 1, 2)]
    public void Absurd_dimensions_are_refused_before_anything_is_allocated_for_them(int images, int height, int width)
    {
        byte[] absurd = [.. IdxBytes.Header(images, height, width), .. new byte[24]];
        string plain = Write("absurd", absurd), zipped = Write("absurd.gz", IdxBytes.Zip(absurd));
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(plain);
        AssertRefused(zipped);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    private static void AssertRefusedOrWhole(string path)
    {
        byte[]? values = null;
        Exception? exception = Record.Exception(() => values = IdxFile.Read(path, dimensions: 3).Values);
        if (exception is null)
            Assert.Equal(Whole[16..], values);
        else
            Assert.IsType<InputException>(exception);
    }

    private static void AssertRefused(string path)
    {
        var exception = Assert.Throws<InputException>(() => IdxFile.Read(path, dimensions: 3));
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    private string Write(string name, byte[] bytes)
    {
        string path = _folder.File(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
