namespace Tangram.Tests;

/// <summary>What is kept of decoded pictures is theirs alone, whole, and nobody else's work.</summary>
[Collection(EnvironmentCollection.Name)]
public sealed class PictureCacheTests : IDisposable
{
    private readonly PictureSet _set = new();

    public void Dispose() => _set.Dispose();

    [Fact]
    public void Two_folders_of_equal_names_sizes_and_times_have_their_own_pixels()
    {
        using var other = new TemporaryFolder();
        var time = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        byte[] first = _set.Add("a.png", 1);
        File.Copy(_set.File("a.png"), other.File("a.png"));
        byte[] second = _set.Add("a.png", 2);
        foreach (string path in new[] { _set.File("a.png"), other.File("a.png") })
            File.SetLastWriteTimeUtc(path, time);
        Assert.Equal(new FileInfo(_set.File("a.png")).Length, new FileInfo(other.File("a.png")).Length);
        Assert.Equal([second], PictureSet.Pixels(_set.Open()));
        Assert.Equal([first], PictureSet.Pixels(ImageSet.Open(other.Path, null, PictureSet.Options)));
    }

    [Theory]
    [InlineData("pixels.npy", 200)]
    [InlineData("pixels.npy", 40)]
    [InlineData("index.json", -3)]
    [InlineData("index.json", 60)]
    public void A_changed_byte_is_refused_with_the_remedy(string file, int place)
    {
        _set.Add("a.png", 1);
        _set.Open();
        string path = Path.Combine(_set.Packed, file);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[place < 0 ? bytes.Length + place : place] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains($"is damaged; delete the folder '{_set.Packed}'", Assert.Throws<InputException>(() => _set.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pixels_that_belong_to_another_index_are_refused()
    {
        _set.Add("a.png", 1);
        _set.Open();
        byte[] index = File.ReadAllBytes(Path.Combine(_set.Packed, "index.json"));
        string first = _set.Packed;
        _set.Add("a.png", 2);
        _set.Open();
        string second = Directory.GetDirectories(Path.GetDirectoryName(first)!).Single(folder => folder != first);
        File.WriteAllBytes(Path.Combine(second, "index.json"), index);
        Assert.Contains("is damaged", Assert.Throws<InputException>(() => _set.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_could_not_be_read_is_looked_at_again()
    {
        if (OperatingSystem.IsWindows())
            return; // links need a right there
        byte[] here = _set.Add("a.png", 1), late = _set.Add("late", 2);
        _set.Link("b.png", "elsewhere");
        List<string> told = [];
        Assert.Equal([here], PictureSet.Pixels(_set.Open(told: told)));
        Assert.Contains($"  '{_set.File("b.png")}' is a link to a file that isn't there.", told, StringComparer.Ordinal);
        File.Move(_set.File("late"), _set.File("elsewhere"));
        Assert.Equal([here, late], PictureSet.Pixels(_set.Open()));
    }

    [Fact]
    public void A_cache_that_others_can_write_into_is_not_trusted()
    {
        if (OperatingSystem.IsWindows())
            return;
        _set.Add("a.png", 1);
        _set.Open();
        foreach (string path in new[] { _set.Cache, Path.Combine(_set.Cache, "pictures"), _set.Packed, Path.Combine(_set.Packed, "pixels.npy"), Path.Combine(_set.Packed, "index.json") })
        {
            UnixFileMode mode = File.GetUnixFileMode(path);
            File.SetUnixFileMode(path, mode | UnixFileMode.GroupWrite);
            Assert.Contains($"write into '{path}'", Assert.Throws<InputException>(() => _set.Open()).Message, StringComparison.Ordinal);
            File.SetUnixFileMode(path, mode);
        }
        Assert.Equal(1, _set.Open().Count);
    }

    [Fact]
    public void A_pipe_and_an_empty_file_are_not_waited_for()
    {
        if (OperatingSystem.IsWindows())
            return;
        byte[] picture = _set.Add("a.png", 1);
        Assert.Equal(0, ChildProcess.Run("mkfifo", _set.Path, TestContext.Current.CancellationToken, "pipe.png")!.Value.ExitCode);
        List<string> told = [];
        Assert.Equal([picture], PictureSet.Pixels(_set.Open(told: told)));
        Assert.Contains($"  '{_set.File("pipe.png")}' can't be read (it is empty, or no regular file).", told, StringComparer.Ordinal);
        Assert.Contains("no regular file", Assert.Throws<InputException>(() => ImageSet.Open(_set.File("pipe.png"))).Message, StringComparison.Ordinal);
    }
}
