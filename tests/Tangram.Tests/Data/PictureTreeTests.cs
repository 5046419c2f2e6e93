namespace Tangram.Tests;

/// <summary>How a folder of pictures is understood.</summary>
[Collection(EnvironmentCollection.Name)]
public sealed class PictureTreeTests : IDisposable
{
    private readonly PictureSet _set = new();

    public void Dispose() => _set.Dispose();

    [Fact]
    public void Links_to_folders_above_and_between_folders_multiply_nothing()
    {
        if (OperatingSystem.IsWindows())
            return;
        for (int picture = 0; picture < 8; picture++)
            _set.Add($"{(picture % 2 == 0 ? "a" : "b")}/{picture}.png", picture);
        _set.Link("a/up", "..");
        _set.Link("b/self", ".");
        _set.Link("a/other", "../b");
        _set.Link("b/other", "../a");
        List<string> told = [];
        ImageSet images = _set.Open(told: told);
        Assert.Equal((8, "a b"), (images.Count, string.Join(' ', images.ClassNames)));
        Assert.Equal(8, PictureSet.Pixels(images).Select(pixels => pixels[0]).Distinct().Count());
        Assert.Contains($"4 links lead to what '{_set.Path}' holds already, and aren't followed.", told, StringComparer.Ordinal);
    }

    [Fact]
    public void A_file_and_a_folder_that_are_only_linked_count_once()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var store = new TemporaryFolder();
        for (int picture = 0; picture < 4; picture++)
        {
            _set.Add($"train/{(picture % 2 == 0 ? "a" : "b")}/{picture}.png", picture);
            File.Copy(_set.File($"train/{(picture % 2 == 0 ? "a" : "b")}/{picture}.png"), store.File($"{picture}.png"));
        }
        _set.Link("test", store.Path);
        _set.Link("train/a/first.png", store.File("0.png"));
        _set.Link("train/leak", store.Path);
        // What lies in the split's folder itself comes first, then links in the order of their names.
        Assert.Equal((4, 4), (_set.Open("test").Count, _set.Open("train").Count));
    }

    [Theory]
    [InlineData("train", "val", "test")]
    [InlineData("training", "validation", "testing")]
    [InlineData("Train", "Valid", "Test")]
    [InlineData("data/train", "data/val", "data/test")]
    public void Folders_named_as_splits_are_splits(string train, string validation, string test)
    {
        for (int picture = 0; picture < 12; picture++)
            _set.Add($"{(picture < 6 ? train : picture < 9 ? validation : test)}/{(picture % 3 == 0 ? "y" : "x")}/{picture:D2}.png", picture);
        ImageSet[] splits = [.. new[] { null, "fit", "validation", "test" }.Select(split => _set.Open(split))];
        Assert.Equal([6, 6, 3, 3], splits.Select(split => split.Count));
        Assert.All(splits, split => Assert.Equal(["x", "y"], split.ClassNames));
        var (learned, heldOut) = DataCatalog.OpenForTraining(_set.Path, "validation", PictureSet.Options);
        Assert.Equal((6, 3), (learned.Count, heldOut.Count));
    }

    [Fact]
    public void A_set_with_validation_and_without_test_images_holds_test_images_back_from_train()
    {
        for (int picture = 0; picture < 24; picture++)
            _set.Add($"{(picture < 20 ? "train" : "val")}/{(picture % 2 == 0 ? "x" : "y")}/{picture:D2}.png", picture);
        Assert.Equal([17, 3, 4], new[] { "train", "test", "validation" }.Select(split => _set.Open(split).Count));
        Assert.Contains("no split 'all'", Assert.Throws<InputException>(() => _set.Open("all")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_without_one_of_the_classes_keeps_their_numbers()
    {
        foreach (var (name, number) in new[] { ("train/cat/1.png", 1), ("train/dog/2.png", 2), ("test/dog/3.png", 3) })
            _set.Add(name, number);
        ImageSet test = _set.Open("test");
        Assert.Equal("dog", test.ClassNames[test.Label(0)]);
        Assert.Equal(["cat", "dog"], test.ClassNames);
    }

    [Fact]
    public void Classes_are_in_the_order_in_which_people_count()
    {
        foreach (string name in new[] { "10", "2", "1", "b", "a10", "a9" })
            _set.Add($"pictures/{name}/{name}.png", name.Length);
        ImageSet images = _set.Open();
        Assert.Equal(["1", "2", "10", "a9", "a10", "b"], images.ClassNames);
    }

    [Fact]
    public void Pictures_beside_the_folders_of_splits_are_told_of()
    {
        foreach (string name in new[] { "train/x/1.png", "train/y/2.png", "test/x/3.png", "more/4.png", "5.png" })
            _set.Add(name, name[^5]);
        List<string> told = [];
        Assert.Equal(2, _set.Open(told: told).Count);
        Assert.Contains(told, line => line.Contains("1 picture in 'more', beside the folders of splits", StringComparison.Ordinal));
        Assert.Contains(told, line => line.Contains("1 picture beside the folders of splits", StringComparison.Ordinal));
        _set.Add("Training/x/6.png", 6);
        Assert.Contains("several folders for the train images", Assert.Throws<InputException>(() => _set.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_that_end_in_what_is_not_read_are_counted_and_named()
    {
        _set.Add("a/1.png", 1);
        _set.Add("b/2.png", 2);
        foreach (string name in new[] { "a/1.HEIC", "a/2.heic", "b/drawing.svg", "b/old.tga", "b/notes.txt", "b/.hidden.svg", "__MACOSX/b/x.svg" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_set.File(name))!);
            File.WriteAllText(_set.File(name), "no matter");
        }
        List<string> told = [];
        Assert.Equal(["a", "b"], _set.Open(told: told).ClassNames);
        Assert.Contains("4 pictures can't be used:", told, StringComparer.Ordinal);
        Assert.Contains("  2 end in .heic, which isn't read ('a/1.HEIC', 'a/2.heic'); convert them to PNG or JPEG.", told, StringComparer.Ordinal);
        Assert.Contains("  1 ends in .svg, which isn't read ('b/drawing.svg'); convert it to PNG or JPEG.", told, StringComparer.Ordinal);
    }

    [Fact]
    public void A_stray_picture_does_not_hide_idx_files_nor_they_it()
    {
        _set.Add("preview.png", 1);
        File.WriteAllBytes(_set.File("letters-images-idx3-ubyte"), IdxBytes.Images(20, 2, 2));
        Assert.Contains("'letters-images-idx3-ubyte'", Assert.Throws<InputException>(() => _set.Open()).Message, StringComparison.Ordinal);
        File.Move(_set.File("letters-images-idx3-ubyte"), _set.File("train-images.idx3-ubyte"));
        List<string> told = [];
        Assert.Equal(20, _set.Open(told: told).Count);
        Assert.Contains($"'{_set.Path}' is read as its IDX files; 1 picture beside them isn't used.", told, StringComparer.Ordinal);
    }

    [Fact]
    public void What_lies_here_by_a_sets_name_is_told_of()
    {
        string here = Environment.CurrentDirectory;
        // A path that exists relative to wherever tests run, for one moment.
        string folder = Path.Combine(here, "sample");
        Directory.CreateDirectory(folder);
        try
        {
            Assert.Contains("is the set of that name", Assert.Single(ImageSet.Open("sample").Found.Notes), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder);
        }
        Assert.Empty(ImageSet.Open("sample").Found.Notes);
    }
}
