namespace Tangram.Tests;

public sealed class DataCatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_sample_has_2000_and_500_digits_of_every_class()
    {
        ImageSet train = ImageSet.Open("sample"), test = ImageSet.Open("sample:test");
        Assert.Equal(("sample:train", 2000), (train.Name, train.Count));
        Assert.Equal(("sample:test", 500), (test.Name, test.Count));
        Assert.Equal(new ImageShape(28, 28, 1), train.Shape);
        foreach (ImageSet set in new[] { train, test })
            Assert.Equal(10, Enumerable.Range(0, set.Count).Select(set.Label).Distinct().Count());
        Assert.Equal(test.Fingerprint, ImageSet.Open("sample", "test").Fingerprint);
        Assert.Equal(test.Fingerprint, ImageSet.Open("sample:test", "test").Fingerprint);
        Assert.Contains("sample", DataCatalog.List.Select(set => set.Name), StringComparer.Ordinal);
        DataCatalog.Get("sample", cancellation: TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Fit_and_validation_partition_train()
    {
        ImageSet train = ImageSet.Open("sample"), fit = ImageSet.Open("sample:fit"), validation = ImageSet.Open("sample:validation");
        Assert.Equal((1800, 200), (fit.Count, validation.Count));
        Assert.Equal(Keys(train).Order(StringComparer.Ordinal), Keys(fit).Concat(Keys(validation)).Order(StringComparer.Ordinal));
        Assert.Equal(fit.Fingerprint, ImageSet.Open("sample:fit").Fingerprint);
    }

    [Fact]
    public void Train_and_test_partition_a_file_without_test_images()
    {
        string path = Write("digits", IdxBytes.Images(100, 2, 2));
        ImageSet all = ImageSet.Open(path), train = ImageSet.Open(path, "train"), test = ImageSet.Open(path, "test");
        Assert.Equal((100, 85, 15), (all.Count, train.Count, test.Count));
        Assert.Equal(Keys(all).Order(StringComparer.Ordinal), Keys(train).Concat(Keys(test)).Order(StringComparer.Ordinal));
        ImageSet fit = ImageSet.Open(path, "fit"), validation = ImageSet.Open(path, "validation");
        Assert.Equal(Keys(train).Order(StringComparer.Ordinal), Keys(fit).Concat(Keys(validation)).Order(StringComparer.Ordinal));
        Assert.Equal(all.Fingerprint, ImageSet.Open(path, "all").Fingerprint);
    }

    [Fact]
    public void A_training_has_two_different_splits()
    {
        var (train, test) = DataCatalog.OpenForTraining("sample");
        Assert.Equal(("sample:train", "sample:test"), (train.Name, test.Name));
        var (fit, validation) = DataCatalog.OpenForTraining("sample", "validation");
        Assert.Equal(("sample:fit", "sample:validation"), (fit.Name, validation.Name));
        Assert.Throws<InputException>(() => DataCatalog.OpenForTraining("sample:test"));
        Assert.Throws<InputException>(() => DataCatalog.OpenForTraining("sample", "train"));
    }

    [Fact]
    public void Unknown_names_and_splits_and_contradictions_are_refused()
    {
        Assert.Contains("sample", Assert.Throws<InputException>(() => ImageSet.Open("nonsense")).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => DataCatalog.Get("nonsense", cancellation: TestContext.Current.CancellationToken));
        foreach (string split in new[] { "tests", "", "all" })
        {
            Assert.Throws<InputException>(() => ImageSet.Open("sample:" + split));
            Assert.Throws<InputException>(() => ImageSet.Open("sample", split));
        }
        Assert.Contains("contradict", Assert.Throws<InputException>(() => ImageSet.Open("sample:test", "train")).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => ImageSet.Open(""));
    }

    [Theory]
    [InlineData("digits-images-idx3-ubyte", "digits-labels-idx1-ubyte", false)]
    [InlineData("digits-images-idx3-ubyte.gz", "digits-labels-idx1-ubyte", false)]
    [InlineData("digits-images-idx3-ubyte", "digits-labels-idx1-ubyte.gz", false)]
    [InlineData("images", "labels", false)]
    [InlineData("shapes.idx3", "shapes.idx1", false)]
    [InlineData("with:colon-images", "with:colon-labels", true)]
    [InlineData("mnist-like:test-images", "mnist-like:test-labels", true)]
    public void An_idx_file_finds_its_labels_by_name(string images, string labels, bool hasColon)
    {
        if (hasColon && OperatingSystem.IsWindows())
            (images, labels) = (images.Replace(':', ';'), labels.Replace(':', ';')); // no file name can hold a colon there
        string path = Write(images, Zipped(images, IdxBytes.Images(3, 2, 2)));
        Write(labels, Zipped(labels, IdxBytes.Labels(2, 0, 1)));
        ImageSet set = ImageSet.Open(path);
        Assert.Equal(path, set.Name);
        Assert.Equal([2, 0, 1], Enumerable.Range(0, 3).Select(set.Label));
    }

    [Fact]
    public void An_idx_file_without_labels_beside_it_has_none()
    {
        Assert.False(ImageSet.Open(Write("digits-images", IdxBytes.Images(3, 2, 2))).HasLabels);
        Assert.False(ImageSet.Open(Write("anything", IdxBytes.Images(3, 2, 2))).HasLabels);
    }

    [Fact]
    public void Labels_of_another_number_or_kind_are_refused_and_named()
    {
        string path = Write("images", IdxBytes.Images(3, 2, 2)), labels = Write("labels", IdxBytes.Labels(1, 2));
        Assert.Contains(labels, Assert.Throws<InputException>(() => ImageSet.Open(path)).Message, StringComparison.Ordinal);
        Write("labels", IdxBytes.Images(3, 2, 2));
        Assert.Contains(labels, Assert.Throws<InputException>(() => ImageSet.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_images_cant_be_split()
    {
        string path = Write("images", IdxBytes.Images(3, 2, 2));
        Assert.Throws<InputException>(() => ImageSet.Open(path, "test"));
        Assert.Throws<InputException>(() => ImageSet.Open(path, "validation"));
    }

    [Fact]
    public void A_folder_of_files_named_as_mnists_is_a_set_with_both_splits()
    {
        Write(IdxFolderSource.TrainImages, IdxBytes.Images(4, 2, 2));
        Write(IdxFolderSource.TrainLabels, IdxBytes.Labels(0, 1, 0, 1));
        Write(IdxFolderSource.TestImages + ".gz", IdxBytes.Zip(IdxBytes.Images(2, 2, 2)));
        Write(IdxFolderSource.TestLabels + ".gz", IdxBytes.Zip(IdxBytes.Labels(1, 0)));
        Assert.Equal(4, ImageSet.Open(_folder.Path).Count);
        ImageSet test = ImageSet.Open(_folder.Path, "test");
        Assert.Equal([1, 0], Enumerable.Range(0, 2).Select(test.Label));

        File.Delete(_folder.File(IdxFolderSource.TestLabels + ".gz"));
        var exception = Assert.Throws<InputException>(() => ImageSet.Open(_folder.Path, "test"));
        Assert.Contains(IdxFolderSource.TestLabels, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_training_images_alone_is_a_set_of_which_some_are_held_back()
    {
        Write(IdxFolderSource.TrainImages, IdxBytes.Images(20, 2, 2));
        ImageSet all = ImageSet.Open(_folder.Path), train = ImageSet.Open(_folder.Path, "train"), test = ImageSet.Open(_folder.Path, "test");
        Assert.False(all.HasLabels);
        Assert.Equal((20, 17, 3), (all.Count, train.Count, test.Count));
    }

    [Fact]
    public void A_folder_may_have_test_images_and_no_labels()
    {
        Write(IdxFolderSource.TrainImages, IdxBytes.Images(4, 2, 2));
        Write(IdxFolderSource.TestImages, IdxBytes.Images(2, 2, 2));
        ImageSet train = ImageSet.Open(_folder.Path), test = ImageSet.Open(_folder.Path, "test");
        Assert.Equal((4, 2, false, false), (train.Count, test.Count, train.HasLabels, test.HasLabels));
    }

    [Fact]
    public void A_folder_without_images_says_what_is_missing()
    {
        string empty = Assert.Throws<InputException>(() => ImageSet.Open(_folder.Path)).Message;
        Assert.Contains("is empty", empty, StringComparison.Ordinal);
        Assert.All(IdxFolderSource.FileNames, name => Assert.Contains(name, empty, StringComparison.Ordinal));
        Write("notes.txt", [1]);
        Assert.Contains(_folder.Path, Assert.Throws<InputException>(() => ImageSet.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    private static byte[] Zipped(string name, byte[] bytes) => name.EndsWith(".gz", StringComparison.Ordinal) ? IdxBytes.Zip(bytes) : bytes;

    /// <summary>What each image is, so that sets can be compared whatever their order.</summary>
    private static IEnumerable<string> Keys(ImageSet set) => Enumerable.Range(0, set.Count).Select(index => set.Subset("one", [index]).Fingerprint);

    private string Write(string name, byte[] bytes)
    {
        string path = _folder.File(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
