namespace Tangram.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_written_and_replaced_whole()
    {
        string path = _folder.File("file");
        AtomicFile.WriteText(path, "a first, longer text");
        AtomicFile.WriteText(path, "second");
        Assert.Equal("second", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void The_old_file_is_in_place_until_the_new_one_is_whole()
    {
        string path = _folder.File("file");
        AtomicFile.WriteText(path, "old");
        AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(path));
        });
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void An_exception_while_writing_leaves_nothing()
    {
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_folder.File("file"), stream =>
        {
            stream.Write(new byte[100_000]);
            throw new InvalidOperationException("stop");
        }));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void An_exception_while_writing_keeps_the_old_file()
    {
        string path = _folder.File("file");
        AtomicFile.WriteText(path, "old");
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new OperationCanceledException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void What_the_disk_refuses_names_the_file()
    {
        string inMissingFolder = Path.Combine(_folder.File("absent"), "file");
        Assert.Equal($"Can't write '{inMissingFolder}': there is no folder '{_folder.File("absent")}'; make it, or choose another.",
            Assert.Throws<IOException>(() => AtomicFile.WriteText(inMissingFolder, "text")).Message);

        string folder = Directory.CreateDirectory(_folder.File("folder")).FullName;
        Assert.DoesNotContain(".tmp-", Assert.Throws<IOException>(() => AtomicFile.WriteText(folder, "text")).Message, StringComparison.Ordinal);
        Directory.Delete(folder);

        string full = _folder.File("full");
        var exception = Assert.Throws<IOException>(() => AtomicFile.Write(full, _ => throw new IOException("No space left on device")));
        Assert.Contains(full, exception.Message, StringComparison.Ordinal);
        Assert.Contains("No space left on device", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void No_two_writes_share_a_name_and_none_can_be_guessed()
    {
        string path = _folder.File("file");
        string[] names = [.. Enumerable.Range(0, 100).Select(_ => AtomicFile.TemporaryName(path))];
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, name => Assert.Matches(@"file\.tmp-[0-9a-f]{16}$", name));
        AtomicFile.Write(path, outer =>
        {
            outer.Write("outer"u8);
            AtomicFile.WriteText(path, "inner"); // as another process with the same number may do meanwhile
            Assert.Equal("inner", File.ReadAllText(path));
        });
        Assert.Equal("outer", File.ReadAllText(path));
    }

    [Fact]
    public void A_link_that_somebody_laid_is_not_followed()
    {
        if (OperatingSystem.IsWindows())
            return; // links take a privilege there
        string precious = _folder.File("precious"), path = _folder.File("file");
        File.WriteAllText(precious, "mine");
        foreach (string name in new[] { path, $"{path}.tmp-{Environment.ProcessId}", $"{path}.tmp-1" })
            File.CreateSymbolicLink(name, precious);
        AtomicFile.WriteText(path, "new");
        Assert.Equal("mine", File.ReadAllText(precious));
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Null(new FileInfo(path).LinkTarget); // what is renamed into place takes the link's place
        AtomicFile.DeleteLeftovers(_folder.Path);
        Assert.Equal<string>([path, precious], Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal("mine", File.ReadAllText(precious));
    }

    [Fact]
    public void A_file_that_is_being_written_is_no_leftover()
    {
        string path = _folder.File("file");
        AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            AtomicFile.DeleteLeftovers(_folder.Path);
        });
        Assert.Equal("half", File.ReadAllText(path));
    }

    [Fact]
    public void Leftovers_of_killed_processes_are_deleted_and_nothing_else()
    {
        File.WriteAllText(_folder.File("model.safetensors.tmp-123"), "half");
        File.WriteAllText(_folder.File("model.safetensors"), "whole");
        AtomicFile.DeleteLeftovers(_folder.Path);
        Assert.Equal([_folder.File("model.safetensors")], Directory.GetFiles(_folder.Path));
    }
}
