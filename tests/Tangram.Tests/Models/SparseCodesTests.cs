namespace Tangram.Tests;

public sealed class SparseCodesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_are_found_by_their_starts()
    {
        SparseCodes codes = Three();
        Assert.Equal((3, 5, 4L), (codes.Count, codes.Features, codes.NonZeros));
        Assert.Equal([0, 4], codes[0].Features.ToArray());
        Assert.Equal([1, -2f], codes[0].Activations.ToArray());
        Assert.True(codes[1].Features.IsEmpty);
        Assert.Equal([2, 3], codes[2].Features.ToArray());
        Assert.Equal(0, new SparseCodes(5, [0], [], []).Count);
    }

    [Theory]
    [InlineData(new long[0], new int[0], 0)]
    [InlineData(new long[] { 0, 1 }, new int[0], 0)]
    [InlineData(new long[] { 1, 1 }, new[] { 0 }, 1)]
    [InlineData(new long[] { 0, 1 }, new[] { 0, 1 }, 2)]
    [InlineData(new long[] { 0, 2 }, new[] { 0, 1 }, 1)]
    [InlineData(new long[] { 0, 2 }, new[] { 1, 0 }, 2)]
    [InlineData(new long[] { 0, 2 }, new[] { 1, 1 }, 2)]
    [InlineData(new long[] { 0, 1 }, new[] { 5 }, 1)]
    [InlineData(new long[] { 0, 1 }, new[] { -1 }, 1)]
    [InlineData(new long[] { 0, 2, 1, 2 }, new[] { 0, 1 }, 2)]
    [InlineData(new long[] { 0, long.MaxValue, 1 }, new[] { 0 }, 1)]
    [InlineData(new long[] { 0, -1, 1 }, new[] { 0 }, 1)]
    public void What_isnt_a_csr_matrix_is_refused(long[] rowStart, int[] feature, int values) =>
        Assert.Throws<InputException>(() => new SparseCodes(5, rowStart, feature, new float[values]));

    [Fact]
    public void Saved_as_safetensors_they_are_csr_with_labels()
    {
        string path = _folder.File("codes.safetensors");
        Three().Save(path, ImageSet.FromRows("rows", 1, new float[3], new[] { 2, 0, 1 }));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal([0, 2, 2, 4], file.Read<long>("indptr"));
        Assert.Equal([0, 4, 2, 3], file.Read<int>("indices"));
        Assert.Equal([1, -2, 3, 4f], file.Read<float>("values"));
        Assert.Equal([2, 0, 1], file.Read<int>("labels"));
        Assert.Equal("5", file.Metadata["features"]);
    }

    [Fact]
    public void Saved_without_labels_they_have_none()
    {
        string path = _folder.File("codes.SafeTensors");
        foreach (ImageSet? unlabelled in new[] { null, ImageSet.FromRows("rows", 1, new float[3]) })
        {
            Three().Save(path, unlabelled);
            using SafetensorsFile file = SafetensorsFile.Open(path);
            Assert.False(file.Contains("labels"));
        }
    }

    [Fact]
    public void Labels_of_another_number_of_images_are_refused()
    {
        ImageSet other = ImageSet.FromRows("other", 1, new float[2], new[] { 0, 1 });
        Assert.Throws<InputException>(() => Three().Save(_folder.File("codes.safetensors"), other));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Saved_as_npy_they_are_dense()
    {
        string path = _folder.File("codes.npy");
        Three().Save(path);
        byte[] file = File.ReadAllBytes(path);
        float[] dense = [.. Enumerable.Range(0, 15).Select(index => BitConverter.ToSingle(file, file.Length - 60 + (4 * index)))];
        Assert.Equal([1, 0, 0, 0, -2, 0, 0, 0, 0, 0, 0, 0, 3, 4, 0], dense);
    }

    [Fact]
    public void Another_ending_is_refused()
    {
        foreach (string name in new[] { "codes.csv", "codes", "codes.npy.zip" })
            Assert.Contains(name, Assert.Throws<InputException>(() => Three().Save(_folder.File(name))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static SparseCodes Three() => new(5, [0, 2, 2, 4], [0, 4, 2, 3], [1, -2, 3, 4]);
}
