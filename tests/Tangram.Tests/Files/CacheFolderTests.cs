namespace Tangram.Tests;

public sealed class CacheFolderTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_folder_appears_whole_and_its_parents_are_made()
    {
        string folder = Path.Combine(_root.File("cache"), "set");
        CacheFolder.Fill(folder, IsWhole, temporary =>
        {
            Assert.False(Directory.Exists(folder));
            File.WriteAllText(Path.Combine(temporary, "a"), "1");
        });
        Assert.Equal("1", File.ReadAllText(Path.Combine(folder, "a")));
        Assert.Equal([folder], Directory.GetFileSystemEntries(_root.File("cache")));
    }

    [Fact]
    public void A_failure_leaves_nothing()
    {
        Assert.Throws<InputException>(() => CacheFolder.Fill(_root.File("set"), IsWhole, temporary =>
        {
            File.WriteAllText(Path.Combine(temporary, "a"), "half");
            throw new InputException("no network");
        }));
        Assert.Empty(Directory.GetFileSystemEntries(_root.Path));
    }

    [Fact]
    public void Of_two_that_fill_at_once_one_whole_folder_stays()
    {
        string folder = _root.File("set");
        using var bothInside = new Barrier(2);
        var failures = new Exception?[2];
        void Fill(int who) => CacheFolder.Fill(folder, IsWhole, temporary =>
        {
            File.WriteAllText(Path.Combine(temporary, "a"), $"{who}");
            bothInside.SignalAndWait(TestContext.Current.CancellationToken);
            File.WriteAllText(Path.Combine(temporary, "b"), $"{who}");
        });
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(who => new Thread(() => failures[who] = Record.Exception(() => Fill(who))))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.All(failures, Assert.Null);
        Assert.Equal([folder], Directory.GetFileSystemEntries(_root.Path));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "a")), File.ReadAllText(Path.Combine(folder, "b")));
    }

    [Fact]
    public void Leftovers_of_days_ago_are_removed_and_younger_ones_kept()
    {
        string old = _root.File("set.tmp-old"), young = _root.File("set.tmp-young"), other = _root.File("other-set");
        foreach (string folder in new[] { old, young, other })
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "a"), "half");
        }
        Directory.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));
        Directory.SetLastWriteTimeUtc(other, DateTime.UtcNow.AddDays(-2));
        CacheFolder.Fill(_root.File("set"), IsWhole, _ => { });
        Assert.Equal([other, _root.File("set"), young], Directory.GetDirectories(_root.Path).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void Many_that_start_at_once_may_remove_the_same_leftover()
    {
        for (int round = 0; round < 20; round++)
        {
            string old = _root.File($"set{round}.tmp-old");
            Directory.CreateDirectory(old);
            for (int file = 0; file < 20; file++)
                File.WriteAllText(Path.Combine(old, $"{file}"), "half");
            Directory.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));
            using var start = new Barrier(3);
            var failures = new Exception?[3];
            Thread[] threads = [.. Enumerable.Range(0, 3).Select(who => new Thread(() => failures[who] = Record.Exception(() =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                CacheFolder.Fill(_root.File($"set{round}"), IsWhole, temporary => File.WriteAllText(Path.Combine(temporary, "a"), ""));
            })))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.All(failures, Assert.Null);
            Assert.False(Directory.Exists(old));
        }
    }

    [Fact]
    public void An_incomplete_folder_is_replaced_and_a_whole_one_of_another_process_stays()
    {
        string folder = _root.File("set");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "half"), "old");
        CacheFolder.Fill(folder, IsWhole, temporary => File.WriteAllText(Path.Combine(temporary, "a"), "new"));
        Assert.Equal([Path.Combine(folder, "a")], Directory.GetFileSystemEntries(folder));
        CacheFolder.Fill(folder, IsWhole, temporary => File.WriteAllText(Path.Combine(temporary, "a"), "newer"));
        Assert.Equal("new", File.ReadAllText(Path.Combine(folder, "a")));
        Assert.Equal([folder], Directory.GetFileSystemEntries(_root.Path));
    }

    [Fact]
    public void A_failure_keeps_an_incomplete_folder()
    {
        string folder = _root.File("set");
        Directory.CreateDirectory(folder);
        Assert.Throws<InputException>(() => CacheFolder.Fill(folder, IsWhole, _ => throw new InputException("no network")));
        Assert.Equal([folder], Directory.GetFileSystemEntries(_root.Path));
    }

    [Fact]
    public void A_disk_that_fills_up_says_what_to_set()
    {
        var exception = Assert.Throws<IOException>(() => CacheFolder.Fill(_root.File("set"), IsWhole, _ => throw new IOException("No space left on device.")));
        Assert.Equal($"Can't use the cache folder '{_root.Path}': No space left on device; set TANGRAM_CACHE to another one.", exception.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_root.Path));
    }

    [Fact]
    public void A_cache_in_which_nothing_can_be_made_says_what_to_set()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's");
        var exception = Assert.Throws<IOException>(() => CacheFolder.Fill("/proc/set", IsWhole, _ => { }));
        Assert.Contains("'/proc'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("TANGRAM_CACHE", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_that_cant_be_used_says_what_to_set()
    {
        File.WriteAllText(_root.File("file"), "not a folder");
        var exception = Assert.Throws<IOException>(() => CacheFolder.Fill(Path.Combine(_root.File("file"), "set"), IsWhole, _ => { }));
        Assert.Contains("TANGRAM_CACHE", exception.Message, StringComparison.Ordinal);
    }

    private static bool IsWhole(string folder) => File.Exists(Path.Combine(folder, "a"));
}
