namespace Tangram.Tests;

[Collection(EnvironmentCollection.Name)]
public sealed class PictureFolderTests : IDisposable
{
    private const int Size = 8;
    private static readonly DataOptions Options = new() { Size = Size };

    private readonly TemporaryFolder _cache = new(), _folder = new();
    private readonly string? _oldCache = Environment.GetEnvironmentVariable("TANGRAM_CACHE");
    private readonly List<string> _reports = [];

    public PictureFolderTests() => Environment.SetEnvironmentVariable("TANGRAM_CACHE", _cache.Path);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TANGRAM_CACHE", _oldCache);
        _cache.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Sub_folders_are_classes_in_order_of_their_names()
    {
        byte[] first = Add("cats/b.png", 1), second = Add("cats/deep/er/a.png", 2), third = Add("dogs/c.PNG", 3);
        Add("dogs/.hidden.png", 4);
        File.WriteAllText(Full("dogs/notes.txt"), "no picture");
        ImageSet images = Open();
        Assert.Equal(new ImageShape(Size, Size, 3), images.Shape);
        Assert.Equal(["cats", "dogs"], images.ClassNames);
        Assert.Equal([0, 0, 1], Enumerable.Range(0, images.Count).Select(images.Label));
        Assert.Equal([first, second, third], Pixels(images));
    }

    [Fact]
    public void Pictures_without_sub_folders_have_no_labels()
    {
        Add("a.png", 1);
        Add("b.png", 2);
        Assert.False(Open().HasLabels);
    }

    [Fact]
    public void Pictures_beside_sub_folders_are_a_class_of_their_own()
    {
        Add("a.png", 1);
        Add("cats/b.png", 2);
        ImageSet images = Open();
        Assert.Equal([".", "cats"], images.ClassNames);
        Assert.Equal([0, 1], Enumerable.Range(0, images.Count).Select(images.Label));
    }

    [Fact]
    public void Train_and_test_folders_are_splits()
    {
        byte[][] train = [.. Enumerable.Range(0, 20).Select(index => Add($"train/{(index % 2 == 0 ? "x" : "y")}/{index:D2}.png", index))];
        byte[] test = Add("test/y/other.png", 99);
        Assert.Equal(train.OrderBy(pixels => pixels[0]), Pixels(Open()).OrderBy(pixels => pixels[0]));
        Assert.Equal([test], Pixels(Open("test")));
        Assert.Equal((18, 2), (Open("fit").Count, Open("validation").Count));
        Assert.Contains("no split 'all'", Assert.Throws<InputException>(() => Open("all")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_used_is_skipped_counted_and_listed()
    {
        byte[] good = Add("good.png", 1);
        File.WriteAllText(Full("text.png"), "not a picture");
        File.WriteAllBytes(Full("empty.png"), []);
        File.WriteAllBytes(Full("cut.png"), File.ReadAllBytes(Full("good.png"))[..^20]);
        Add("deep/small.png", 3, 1);
        for (int opening = 0; opening < 2; opening++)
        {
            // The second time nothing is decoded, and the same is said.
            _reports.Clear();
            ImageSet images = ImageSet.Open(_folder.Path, null, Options, new Opening(new Direct(_reports.Add)));
            Assert.Equal([good], Pixels(images));
            Assert.Equal(opening == 0, _reports.Any(report => report.StartsWith("Decoding", StringComparison.Ordinal)));
            Assert.Contains("4 pictures can't be used:", _reports, StringComparer.Ordinal);
            foreach (string name in new[] { "text.png", "empty.png", "cut.png", "deep/small.png" })
                Assert.Single(_reports, report => report.Contains($"'{Full(name)}'", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_folder_with_none_that_can_be_used_is_refused_and_nothing_is_left()
    {
        File.WriteAllText(Full("a.png"), "not a picture");
        string message = Assert.Throws<InputException>(() => Open()).Message;
        Assert.Contains("None of the 1 picture", message, StringComparison.Ordinal);
        Assert.Contains(Full("a.png"), message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_cache.Path, "pictures")));
    }

    [Fact]
    public void Pictures_are_decoded_once_until_what_is_in_a_file_or_an_option_changes()
    {
        byte[] old = Add("a.png", 1);
        Assert.Equal([old], Pixels(Open()));
        (DateTime time, long length) = (File.GetLastWriteTimeUtc(Full("a.png")), new FileInfo(Full("a.png")).Length);
        File.SetLastWriteTimeUtc(Full("a.png"), time.AddDays(1));
        Assert.Equal([old], Pixels(Open()));
        Assert.Single(Directory.GetDirectories(Path.Combine(_cache.Path, "pictures")));
        byte[] other = Add("a.png", 2);
        File.SetLastWriteTimeUtc(Full("a.png"), time.AddDays(1)); // as if nothing had happened, as archives and copies make them
        Assert.Equal(length, new FileInfo(Full("a.png")).Length);
        Assert.Equal([other], Pixels(Open()));
        Assert.Equal(new ImageShape(4, 4, 1), ImageSet.Open(_folder.Path, null, new DataOptions { Size = 4, Channels = 1 }).Shape);
        Assert.Equal(3, Directory.GetDirectories(Path.Combine(_cache.Path, "pictures")).Length);
    }

    [Fact]
    public void The_same_pictures_elsewhere_have_the_same_fingerprint()
    {
        Add("x/a.png", 1);
        Add("y/b.png", 2);
        using var elsewhere = new TemporaryFolder();
        foreach (string name in new[] { "x/a.png", "y/b.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(elsewhere.File(name))!);
            File.Copy(Full(name), elsewhere.File(name));
            File.SetLastWriteTimeUtc(elsewhere.File(name), DateTime.UtcNow.AddDays(-1));
        }
        ImageSet first = Open(), second = ImageSet.Open(elsewhere.Path, null, Options);
        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Add("x/a.png", 3);
        File.SetLastWriteTimeUtc(Full("x/a.png"), DateTime.UtcNow.AddDays(-2));
        Assert.NotEqual(first.Fingerprint, Open().Fingerprint, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(SplitBy.File)]
    [InlineData(SplitBy.Folder)]
    public void What_belongs_together_is_held_back_together(SplitBy splitBy)
    {
        const int Folders = 12, PerFolder = 3, Crops = 5;
        for (int index = 0; index < Folders * PerFolder; index++)
            Add($"scene{index / PerFolder:D2}/{index % PerFolder}.png", index, Size * 3);
        DataOptions options = Options with { Crops = Crops, SplitBy = splitBy };
        ImageSet[] parts = [.. new[] { "fit", "validation", "test" }.Select(split => ImageSet.Open(_folder.Path, split, options))];
        Assert.Equal(Folders * PerFolder * Crops, parts.Sum(part => part.Count));
        int[][] groups = [.. parts.Select(part => Enumerable.Range(0, part.Count).Select(part.Group).Distinct().ToArray())];
        Assert.Equal(splitBy == SplitBy.File ? Folders * PerFolder : Folders, groups.Sum(group => group.Length));
        Assert.Equal(groups.Sum(group => group.Length), groups.SelectMany(group => group).Distinct().Count());
        int together = splitBy == SplitBy.File ? Crops : PerFolder * Crops;
        Assert.All(parts, part => Assert.Equal(0, part.Count % together));
        Assert.InRange(parts[2].Count, 0.15 * Folders * PerFolder * Crops, (0.15 * Folders * PerFolder * Crops) + together);
    }

    [Fact]
    public void A_build_that_is_cancelled_leaves_nothing_and_the_next_is_whole()
    {
        for (int index = 0; index < 300; index++)
            Add($"{index:D3}.png", index);
        using var stop = new CancellationTokenSource();
        var progress = new Direct(_ => stop.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(() => ImageSet.Open(_folder.Path, null, Options, new Opening(progress, stop.Token)));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_cache.Path, "pictures")));
        Assert.Equal(300, Open().Count);
    }

    [Fact]
    public void What_a_killed_process_leaves_is_not_taken_for_a_set()
    {
        byte[] pixels = Add("a.png", 1);
        Open();
        string packed = Assert.Single(Directory.GetDirectories(Path.Combine(_cache.Path, "pictures")));
        Directory.Move(packed, packed + ".tmp-0123");
        File.Delete(Path.Combine(packed + ".tmp-0123", "index.json"));
        Assert.Equal([pixels], Pixels(Open()));
        File.Delete(Path.Combine(packed, "index.json"));
        Assert.Equal([pixels], Pixels(Open()));
    }

    [Fact]
    public void Pixels_cut_short_are_refused_with_the_remedy()
    {
        Add("a.png", 1);
        Open();
        string packed = Assert.Single(Directory.GetDirectories(Path.Combine(_cache.Path, "pictures")));
        using (var stream = new FileStream(Path.Combine(packed, "pixels.npy"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(stream.Length - 1);
        Assert.Contains($"delete the folder '{packed}'", Assert.Throws<InputException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Packed_pixels_are_an_array_that_numpy_reads()
    {
        byte[] first = Add("a.png", 1), second = Add("b.png", 2);
        Open();
        byte[] file = File.ReadAllBytes(Assert.Single(Directory.GetFiles(_cache.Path, "pixels.npy", SearchOption.AllDirectories)));
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 8, 8), }"u8], file[..75]);
        Assert.Equal((byte)'\n', file[127]);
        Assert.Equal([.. first, .. second], file[128..]);
    }

    [Theory]
    [InlineData("no colour", "white")]
    [InlineData("no colour", "#12345")]
    [InlineData("no colour", "#12345g")]
    public void Options_out_of_range_are_refused(string named, string background)
    {
        Add("a.png", 1);
        Assert.Contains(named, Assert.Throws<InputException>(() => ImageSet.Open(_folder.Path, null, new DataOptions { Background = background })).Message, StringComparison.Ordinal);
        foreach (DataOptions options in new DataOptions[] { new() { Size = 1 }, new() { Channels = 2 }, new() { Crops = -2 }, new() { ShorterSide = 63 }, new() { Fit = (Fit)9 }, new() { SplitBy = (SplitBy)9 } })
            Assert.EndsWith(".", Assert.Throws<InputException>(() => ImageSet.Open(_folder.Path, null, options)).Message, StringComparison.Ordinal);
    }

    private string Full(string name) => Path.Combine(_folder.Path, name.Replace('/', Path.DirectorySeparatorChar));

    private ImageSet Open(string? split = null) => ImageSet.Open(_folder.Path, split, Options);

    /// <summary>Writes a colour picture whose first byte is its number; returns its planar pixels.</summary>
    private byte[] Add(string name, int number, int size = Size)
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * size * size).Select(index => (byte)(number + (index * 7)))];
        string path = Full(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        PngFile.Write(path, pixels, size, size, 3);
        return pixels;
    }

    private static byte[][] Pixels(ImageSet images)
    {
        var values = new float[images.Shape.Length];
        return [.. Enumerable.Range(0, images.Count).Select(index =>
        {
            images.CopyTo(index, values);
            return Array.ConvertAll(values, value => (byte)MathF.Round(value * 255));
        })];
    }

    private sealed class Direct(Action<string> handle) : IProgress<string>
    {
        public void Report(string value) => handle(value);
    }
}
