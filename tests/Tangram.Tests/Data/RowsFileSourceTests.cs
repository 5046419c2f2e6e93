namespace Tangram.Tests;

public sealed class RowsFileSourceTests : IDisposable
{
    private const int Rows = 101, Width = 37;

    /// <summary>Of either sign, of many sizes, and exact in float16 and bfloat16.</summary>
    private static readonly float[] Values = [.. Enumerable.Range(0, Rows * Width).Select(index => ((index * 37 % 255) - 127) * MathF.ScaleB(1, (index % 11) - 9))];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<f4", "rows.npy")]
    [InlineData("<f2", "rows.npy")]
    [InlineData("<f4", "ROWS.NPY")]
    [InlineData("F32", "rows.safetensors")]
    [InlineData("F16", "rows.safetensors")]
    [InlineData("BF16", "rows.SafeTensors")]
    public void Values_are_those_that_were_written(string type, string name)
    {
        ImageSet set = ImageSet.Open(WriteRows(name, type));
        Assert.Equal((Rows, ImageShape.Row(Width), false), (set.Count, set.Shape, set.HasLabels));
        Assert.Equal(Values, AllOf(set));
        var part = new float[5];
        set.CopyTo(Rows - 1, Width - 5, part);
        Assert.Equal(Values[^5..], part);
    }

    [Fact]
    public void A_set_from_a_file_is_the_same_as_one_from_memory()
    {
        Assert.Equal(ImageSet.FromRows("memory", Width, Values).Fingerprint, ImageSet.Open(WriteRows("rows.npy", "<f4")).Fingerprint);
        Assert.Equal(ImageSet.Open(_folder.File("rows.npy")).Fingerprint, ImageSet.Open(WriteRows("rows.safetensors", "F32")).Fingerprint);
        Assert.NotEqual(ImageSet.Open(_folder.File("rows.npy")).Fingerprint, ImageSet.Open(WriteRows("half.npy", "<f2")).Fingerprint, StringComparer.Ordinal);
    }

    [Fact]
    public void Validation_and_test_are_held_back()
    {
        string path = WriteRows("rows.npy", "<f4");
        ImageSet all = ImageSet.Open(path), train = ImageSet.Open(path, "train"), test = ImageSet.Open(path, "test");
        ImageSet fit = ImageSet.Open(path, "fit"), validation = ImageSet.Open(path, "validation");
        Assert.Equal((101, 86, 15, 77, 9), (all.Count, train.Count, test.Count, fit.Count, validation.Count));
        Assert.Equal($"{path}:test", test.Name);
        Assert.Equal(Keys(all), Keys(train, test), StringComparer.Ordinal);
        Assert.Equal(Keys(train), Keys(fit, validation), StringComparer.Ordinal);
        var (learned, heldOut) = DataCatalog.OpenForTraining(path);
        Assert.Equal((train.Fingerprint, test.Fingerprint), (learned.Fingerprint, heldOut.Fingerprint));
        Assert.Equal(new DataOrigin(Path.GetFullPath(path), "test"), heldOut.Origin);
        Assert.Throws<InputException>(() => ImageSet.Open(path, "tests"));
    }

    [Theory]
    [InlineData("I32")]
    [InlineData("I64")]
    public void Labels_lie_beside_the_rows(string type)
    {
        byte[] labels = type == "I32" ? TensorBytes.Bytes(2, 0, 1) : TensorBytes.Bytes(2L, 0, 1);
        ImageSet set = ImageSet.Open(Write("rows.safetensors", TensorBytes.Of(("labels", type, [3], labels), ("x", "F32", [3, 2], TensorBytes.Bytes(1f, 2, 3, 4, 5, 6)))));
        Assert.Equal([2, 0, 1], Enumerable.Range(0, 3).Select(set.Label));
        Assert.Equal(["0", "1", "2"], set.ClassNames);
        Assert.Equal([1, 2, 3, 4, 5, 6], AllOf(set));
    }

    [Theory]
    [InlineData("I32", new long[] { 2 }, "2 labels for 3 rows")]
    [InlineData("I64", new long[] { 4 }, "4 labels for 3 rows")]
    [InlineData("I64", new long[] { 3, 1 }, "I64 [3, 1]")]
    [InlineData("F32", new long[] { 3 }, "F32 [3]")]
    [InlineData("U8", new long[] { 3 }, "U8 [3]")]
    public void Labels_of_another_number_or_kind_are_refused(string type, long[] shape, string problem)
    {
        byte[] labels = new byte[shape.Aggregate(1L, (a, b) => a * b) * type switch { "U8" => 1, "I64" => 8, _ => 4 }];
        Refused("rows.safetensors", TensorBytes.Of(("x", "F32", [3, 2], new byte[24]), ("labels", type, shape, labels)), problem);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 32)] // 0 in its lower half
    public void Labels_that_are_no_classes_are_refused(long label) =>
        Refused("rows.safetensors", TensorBytes.Of(("x", "F32", [1, 2], new byte[8]), ("labels", "I64", [1], TensorBytes.Bytes(label))), "label outside");

    [Fact]
    public void The_tensor_is_the_one_named_else_the_only_one_that_can_be()
    {
        string path = Write("rows.safetensors", TensorBytes.Of(("bias", "F32", [2], new byte[8]), ("a", "F16", [2, 1], TensorBytes.Bytes((Half)1, (Half)2)),
            ("ids", "I64", [2, 2], new byte[32]), ("b", "F32", [1, 2], TensorBytes.Bytes(3f, 4f))));
        Assert.Equal([3, 4], AllOf(ImageSet.Open(path, options: new DataOptions { Tensor = "b" })));
        ImageSet named = ImageSet.Open(path, options: new DataOptions { Tensor = "a", Size = 8 });
        Assert.Equal([1, 2], AllOf(named));
        Assert.Equal(new DataOptions { Tensor = "a" }, named.Origin!.Options); // the size has no say

        foreach (string? tensor in new[] { null, "ids", "nothing", "" })
        {
            string message = Assert.Throws<InputException>(() => ImageSet.Open(path, options: new DataOptions { Tensor = tensor })).Message;
            foreach (string part in new[] { path, "'a' (F16 [2, 1])", "'b' (F32 [1, 2])" })
                Assert.Contains(part, message, StringComparison.Ordinal);
            Assert.DoesNotContain("bias", message, StringComparison.Ordinal);
        }
        Assert.Contains("1 dimension", Assert.Throws<InputException>(() => ImageSet.Open(path, options: new DataOptions { Tensor = "bias" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_rows_says_what_it_has()
    {
        Refused("codes.safetensors", TensorBytes.Of(("indptr", "I64", [2], new byte[16]), ("values", "F32", [2], new byte[8])), "'indptr' (I64 [2]), 'values' (F32 [2])");
        Refused("none.safetensors", TensorBytes.Of(), "no tensor at all");
        Refused("many.safetensors", TensorBytes.Of([.. Enumerable.Range(0, 100).Select(number => ($"x{number}", "F32", new long[] { 1, 1 }, new byte[4]))]), "and 92 more");
        Refused("double.safetensors", TensorBytes.Of(("x", "F64", [2, 2], new byte[32])), "F64 [2, 2]");
    }

    [Theory]
    [InlineData("<f8", new long[] { 2, 3 }, "astype('<f4')")]
    [InlineData("<i4", new long[] { 2, 3 }, "astype('<f4')")]
    [InlineData("<c8", new long[] { 2, 3 }, "astype('<f4')")]
    [InlineData(">f4", new long[] { 2, 3 }, "big-endian")]
    [InlineData(">f8", new long[] { 2, 3 }, "astype('<f4')")]
    [InlineData("|O", new long[] { 2, 3 }, "astype('<f4')")]
    [InlineData("<f4", new long[] { }, "0 dimensions")]
    [InlineData("<f4", new long[] { 6 }, "1 dimension [6]")]
    [InlineData("<f4", new long[] { 1, 2, 3 }, "3 dimensions [1, 2, 3]")]
    [InlineData("<f4", new long[] { 0, 3 }, "no values")]
    [InlineData("<f4", new long[] { 3, 0 }, "no values")]
    [InlineData("<f4", new long[] { 2, 4 }, "truncated")]
    [InlineData("<f4", new long[] { 2, 2 }, "longer")]
    [InlineData("<f2", new long[] { 2, 3 }, "longer")]
    [InlineData("<f4", new long[] { 1, 3_000_000_000 }, "more values")]
    [InlineData("<f4", new long[] { 3_000_000_000, 1 }, "truncated")]
    [InlineData("<f4", new long[] { long.MaxValue, 2_000_000_000 }, "truncated")]
    [InlineData("|u1", new long[] { 4, 6 }, "astype('<f4')")]
    [InlineData("|u1", new long[] { 1, 2, 3, 2, 2 }, "5 dimensions")]
    [InlineData("|u1", new long[] { 1, 2, 4, 3 }, "transpose(0, 3, 1, 2)")]
    [InlineData("|u1", new long[] { 1, 4, 3, 2 }, "1 or 3 channels")]
    [InlineData("|u1", new long[] { 0, 28, 28 }, "no values")]
    [InlineData("|u1", new long[] { 1, 3, 100_000, 100_000 }, "more values")]
    public void Arrays_that_arent_rows_are_refused_with_the_remedy(string type, long[] shape, string problem) =>
        Refused("rows.npy", NpyBytes.Of(NpyBytes.Header(type, shape), new byte[24]), problem);

    [Fact]
    public void Columns_first_records_names_and_broken_files_are_refused()
    {
        Refused("rows.npy", NpyBytes.Of("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", new byte[24]), "ascontiguousarray");
        Refused("rows.npy", NpyBytes.Of("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3), }", new byte[24]), "fields");
        Refused("rows.npy", NpyBytes.Of("{'descr': '<f4'}", new byte[24]), "broken");
        Refused("rows.npy", [], "is empty, or no regular file");
        Refused("rows.safetensors", [], "is empty, or no regular file");
        Refused("rows.safetensors", TensorBytes.Of(("x", "F32", [2, 3], new byte[24]))[..^1], "not a whole safetensors file");
        Refused("rows.safetensors", TensorBytes.Of(("x", "F31", [2, 3], new byte[24])), "is of type 'F31', which the format doesn't have");
        Refused("rows.safetensors", TensorBytes.Of(("x", "F32", [2, 0], [])), "no values");
        Refused("rows.safetensors", TensorBytes.Of(("x", "BF16", [0, 2], [])), "no values");
        string path = Write("whole.npy", NpyBytes.Array("<f4", new float[6], 2, 3));
        Assert.Contains("leave out the tensor 'x'", Assert.Throws<InputException>(() => ImageSet.Open(path, options: new DataOptions { Tensor = "x" })).Message, StringComparison.Ordinal);
        Assert.Contains("nothing.npy", Assert.Throws<InputException>(() => ImageSet.Open(_folder.File("nothing.npy"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<f4", "rows.npy")]
    [InlineData("<f2", "rows.npy")]
    [InlineData("BF16", "rows.safetensors")]
    public void Values_that_arent_finite_are_named(string type, string name)
    {
        foreach (float broken in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            float[] values = [.. Values];
            values[(97 * Width) + 5] = broken;
            values[^1] = float.NaN;
            string path = WriteRows(name, type, values), message = Assert.Throws<InputException>(() => ImageSet.Open(path)).Message;
            Assert.Contains(path, message, StringComparison.Ordinal);
            Assert.Contains("row 97, value 5", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(new long[] { 4, 3, 2 }, 2, 3, 1)]
    [InlineData(new long[] { 4, 1, 3, 2 }, 2, 3, 1)]
    [InlineData(new long[] { 2, 3, 2, 2 }, 2, 2, 3)]
    public void Bytes_of_three_or_four_dimensions_are_images(long[] shape, int width, int height, int channels)
    {
        byte[] pixels = [.. Enumerable.Range(0, 24).Select(value => (byte)(value * 11))];
        ImageSet set = ImageSet.Open(Write("images.npy", NpyBytes.Array("|u1", pixels, shape)));
        Assert.Equal(((int)shape[0], new ImageShape(width, height, channels)), (set.Count, set.Shape));
        Assert.Equal(pixels.Select(pixel => pixel / 255f), AllOf(set));
        Assert.Equal(ImageSet.FromBytes("memory", set.Shape, pixels).Fingerprint, set.Fingerprint);
    }

    [Fact]
    public void A_set_of_more_than_two_to_the_31_values_is_read_where_it_is_asked()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the file would not be sparse");
        const int Images = 2200, Side = 1000;
        string path = Write("large.npy", NpyBytes.Of(NpyBytes.Header("|u1", Images, Side, Side), []));
        long start = NpyFile.ReadHeader(path).Start;
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(start + ((long)Images * Side * Side));
            file.Position = start + (2199L * Side * Side) + 7;
            file.WriteByte(51);
        }
        ImageSet set = ImageSet.Open(path);
        Assert.Equal(Images, set.Count);
        var image = new float[Side * Side];
        set.CopyTo(2199, image);
        Assert.Equal(7, Array.FindIndex(image, value => value != 0));
        Assert.Equal(0.2f, image[7]);
        set.CopyTo(2198, image);
        Assert.DoesNotContain(image, value => value != 0);
        set.Subset("part", [5, 2199]).CopyTo(1, image);
        Assert.Equal(0.2f, image[7]);
    }

    private static float[] AllOf(ImageSet set)
    {
        var values = new float[set.Count * set.Shape.Length];
        for (int index = 0; index < set.Count; index++)
            set.CopyTo(index, values.AsSpan(index * set.Shape.Length));
        return values;
    }

    private static IEnumerable<string> Keys(params ImageSet[] sets) => sets.SelectMany(set => Enumerable.Range(0, set.Count).Select(index => set.Subset("one", [index]).Fingerprint))
        .Order(StringComparer.Ordinal);

    private string WriteRows(string name, string type, float[]? values = null)
    {
        values ??= Values;
        byte[] bytes = type switch
        {
            "<f4" or "F32" => TensorBytes.Bytes(values),
            "BF16" => TensorBytes.Bytes(Array.ConvertAll(values, value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))),
            _ => TensorBytes.Bytes(Array.ConvertAll(values, value => (Half)value)),
        };
        return Write(name, type[0] == '<' ? NpyBytes.Of(NpyBytes.Header(type, Rows, Width), bytes) : TensorBytes.Of(("rows", type, [Rows, Width], bytes)));
    }

    private void Refused(string name, byte[] bytes, string problem)
    {
        string path = Write(name, bytes), message = Assert.Throws<InputException>(() => ImageSet.Open(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private string Write(string name, byte[] bytes)
    {
        string path = _folder.File(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
