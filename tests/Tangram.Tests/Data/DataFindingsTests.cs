namespace Tangram.Tests;

public sealed class DataFindingsTests : IDisposable
{
    private const int Width = 3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_that_are_there_twice_are_counted_within_and_across_splits()
    {
        ImageSet learned = Rows(1, 2, 2, 2, 3), heldOut = Rows(2, 2, 3, 4, 4, 5);
        DataFindings found = DataFindings.Of(learned, heldOut, TestContext.Current.CancellationToken);
        Assert.Equal((3, 2, 2), (found.HeldOutLearned, found.LearnedRepeated, found.HeldOutRepeated));
        Assert.Equal(
        [
            "3 of the 6 held-out rows are also among those learned from: held-out scores are better than they would be on new rows.",
            "2 of the 5 rows learned from repeat others: they count more in training.",
            "2 of the 6 held-out rows repeat others: they count more in held-out scores.",
        ], found.Lines(learned, heldOut));
        Assert.Empty(DataFindings.Of(Rows(1, 2), Rows(3), TestContext.Current.CancellationToken).Lines(learned, heldOut));
    }

    [Fact]
    public void A_set_is_not_compared_with_itself_nor_with_another_kind()
    {
        ImageSet rows = Rows(1, 1, 2);
        DataFindings itself = DataFindings.Of(rows, rows, TestContext.Current.CancellationToken);
        Assert.Equal((0, 1, 0), (itself.HeldOutLearned, itself.LearnedRepeated, itself.HeldOutRepeated));
        ImageSet bytes = ImageSet.FromBytes("bytes", new ImageShape(2, 2, 1), new byte[4]), others = ImageSet.FromBytes("others", new ImageShape(4, 1, 1), new byte[4]);
        Assert.Equal(0, DataFindings.Of(bytes, others, TestContext.Current.CancellationToken).HeldOutLearned);
    }

    [Fact]
    public void Stores_in_files_are_compared_as_those_in_memory()
    {
        string path = _folder.File("rows.npy");
        float[] rows = [.. Enumerable.Range(0, 300).SelectMany(row => Enumerable.Repeat((float)(row / 2), Width))];
        NpyFile.WriteFloats(path, 300, Width, (row, values) => rows.AsSpan((int)row * Width, Width).CopyTo(values));
        var (train, test) = DataCatalog.OpenForTraining(path);
        DataFindings found = DataFindings.Of(train, test, TestContext.Current.CancellationToken);
        var learned = Enumerable.Range(0, train.Count).Select(row => First(train, row)).ToHashSet();
        Assert.Equal(Enumerable.Range(0, test.Count).Count(row => learned.Contains(First(test, row))), found.HeldOutLearned);
        Assert.True(found.HeldOutLearned > 30);
    }

    [Fact]
    public void A_name_that_the_tool_prints_is_one_that_it_takes()
    {
        string path = _folder.File("rows.npy");
        NpyFile.WriteFloats(path, 40, Width, (row, values) => values.Fill(row));
        ImageSet test = ImageSet.Open(path, "test");
        Assert.Equal($"{path}:test", test.Name);
        Assert.Equal(test.Fingerprint, ImageSet.Open(test.Name).Fingerprint);
        Assert.Equal(test.Fingerprint, ImageSet.Open(test.Name, "test").Fingerprint);
        Assert.Contains("contradict", Assert.Throws<InputException>(() => ImageSet.Open(test.Name, "train")).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => ImageSet.Open(path + ":other"));
        if (OperatingSystem.IsWindows())
            return; // no such names there
        File.WriteAllBytes(path + ":test", IdxBytes.Images(7, 2, 2));
        Assert.Equal(7, ImageSet.Open(path + ":test").Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_exported_can_be_opened_again(bool labelled)
    {
        byte[] pixels = [.. Enumerable.Range(0, 5 * 12).Select(index => (byte)(index * 4))];
        int[] labels = [2, 0, 1, 2, 2];
        ImageSet images = ImageSet.FromBytes("images", new ImageShape(2, 2, 3), pixels, labelled ? labels : default(ReadOnlyMemory<int>?));
        string path = _folder.File("images.npy");
        Assert.Equal(labelled ? _folder.File("images.labels.npy") : null, images.SaveNpy(path, TestContext.Current.CancellationToken));
        ImageSet again = ImageSet.Open(path);
        Assert.Equal((5, images.Shape, labelled), (again.Count, again.Shape, again.HasLabels));
        var (values, expected) = (new float[12], new float[12]);
        for (int image = 0; image < 5; image++)
        {
            images.CopyTo(image, expected);
            again.CopyTo(image, values);
            Assert.Equal(expected, values);
            if (labelled)
                Assert.Equal(labels[image], again.Label(image));
        }
    }

    [Fact]
    public void Labels_of_other_images_and_floats_that_are_no_pixels_are_refused()
    {
        string path = _folder.File("images.npy");
        ImageSet images = ImageSet.FromBytes("images", new ImageShape(2, 2, 1), new byte[12], new[] { 0, 1, 0 });
        images.SaveNpy(path, TestContext.Current.CancellationToken);
        Assert.Contains("images.labels.npy", Assert.Throws<InputException>(() =>
            ImageSet.FromBytes("bare", new ImageShape(2, 2, 1), new byte[12]).SaveNpy(path, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        NpyFile.WriteFloats(path, [2, 1, 2, 2], (_, row) => row.Clear());
        Assert.Contains("[3] labels for the 2 images", Assert.Throws<InputException>(() => ImageSet.Open(path)).Message, StringComparison.Ordinal);
        File.Delete(LabelsFile.PathOf(path));
        NpyFile.WriteFloats(path, [2, 1, 2, 2], (index, row) => row.Fill(index * 255f));
        Assert.Contains("image 1 has a value outside 0 … 1", Assert.Throws<InputException>(() => ImageSet.Open(path)).Message, StringComparison.Ordinal);
    }

    private static ImageSet Rows(params float[] firsts) =>
        ImageSet.FromRows("rows", Width, firsts.SelectMany(first => Enumerable.Repeat(first, Width)).ToArray());

    private static float First(ImageSet images, int row)
    {
        var values = new float[Width];
        images.CopyTo(row, values);
        return values[0];
    }
}
