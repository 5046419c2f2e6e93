namespace Tangram;

/// <summary>A file below a folder.</summary>
/// <param name="Name">Its path in the folder, with slashes.</param>
/// <param name="Path">Where it is.</param>
internal sealed record FoundFile(string Name, string Path);

/// <summary>
/// All files below a folder, in the order of their names: each real folder and each real file once, however many links lead to it; what lies there itself comes before what is
/// linked. Hidden files and folders are passed over.
/// </summary>
internal sealed class FolderWalk
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private readonly RealPaths _real = new();
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal), _files = new(StringComparer.Ordinal);
    private readonly List<(FileSystemInfo Link, string Name)> _links = [];
    private readonly List<FoundFile> _found = [];
    private readonly Func<string, bool> _isWanted;
    private readonly CancellationToken _cancellation;

    private FolderWalk(Func<string, bool> isWanted, CancellationToken cancellation) => (_isWanted, _cancellation) = (isWanted, cancellation);

    /// <summary>The files, by ordinal order of their names.</summary>
    public IReadOnlyList<FoundFile> Files { get; private set; } = [];

    /// <summary>Links that lead nowhere, and folders that can't be listed, with the reason.</summary>
    public List<(FoundFile File, string Reason)> Unreadable { get; } = [];

    /// <summary>Links to what had been found before.</summary>
    public int RepeatedLinks { get; private set; }

    /// <param name="folder">Where to begin.</param>
    /// <param name="isWanted">Which files are, by their names' endings, in lower case.</param>
    /// <param name="cancellation">Stops the walk.</param>
    public static FolderWalk Through(string folder, Func<string, bool> isWanted, CancellationToken cancellation)
    {
        var walk = new FolderWalk(isWanted, cancellation);
        walk.Enter(folder, walk._real.Of(folder) ?? Path.GetFullPath(folder), "");
        // Only now, so that a folder is found where it lies rather than where a link happens to be; and in order of names, so that which of two links counts depends on
        // nothing else. Links in linked folders are the next round's.
        for (int next = 0; next < walk._links.Count;)
        {
            int end = walk._links.Count;
            walk._links.Sort(next, end - next, Comparer<(FileSystemInfo Link, string Name)>.Create((one, other) => string.CompareOrdinal(one.Name, other.Name)));
            while (next < end)
                walk.Follow(walk._links[next].Link, walk._links[next++].Name);
        }
        walk.Files = [.. walk._found.OrderBy(file => file.Name, StringComparer.Ordinal)];
        return walk;
    }

    private void Enter(string folder, string real, string prefix)
    {
        if (!_folders.Add(real))
        {
            RepeatedLinks++;
            return;
        }
        FileSystemInfo[] entries;
        try
        {
            entries = [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && prefix.Length > 0)
        {
            Unreadable.Add((new FoundFile(prefix.TrimEnd('/'), folder), $"'{folder}' can't be listed; give yourself the right to read it."));
            return;
        }
        foreach (FileSystemInfo entry in entries)
        {
            _cancellation.ThrowIfCancellationRequested();
            if (IsHidden(entry))
                continue;
            string name = prefix + entry.Name;
            if (entry.LinkTarget is not null)
                _links.Add((entry, name));
            else if (entry is DirectoryInfo)
                Enter(entry.FullName, Path.Combine(real, entry.Name), name + "/");
            else if (_isWanted(entry.Extension.ToLowerInvariant()) && _files.Add(Path.Combine(real, entry.Name)))
                _found.Add(new FoundFile(name, entry.FullName));
        }
    }

    private void Follow(FileSystemInfo link, string name)
    {
        _cancellation.ThrowIfCancellationRequested();
        string? real = _real.Of(link.FullName);
        if (real is not null && Directory.Exists(real))
            Enter(link.FullName, real, name + "/");
        else if (!_isWanted(link.Extension.ToLowerInvariant()))
            return;
        else if (real is null || !File.Exists(real))
            Unreadable.Add((new FoundFile(name, link.FullName), $"'{link.FullName}' is a link to a file that isn't there."));
        else if (_files.Add(real))
            _found.Add(new FoundFile(name, link.FullName));
        else
            RepeatedLinks++;
    }

    /// <summary>Also the folder that macOS puts into archives.</summary>
    private static bool IsHidden(FileSystemInfo entry) =>
        entry.Name.StartsWith('.') || entry.Name == "__MACOSX" || (OperatingSystem.IsWindows() && (entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) != FileAttributes.None);

    /// <summary>Paths without links in them.</summary>
    private sealed class RealPaths
    {
        private const int MostLinks = 40; // as many as systems follow

        private readonly Dictionary<string, string?> _folders = new(StringComparer.Ordinal);

        /// <returns>Null where links go in a circle; what isn't there may have a path.</returns>
        public string? Of(string path) => Of(Path.GetFullPath(path), 0);

        private string? Of(string path, int links)
        {
            if (links > MostLinks)
                return null;
            if (Path.GetDirectoryName(path) is not { } parent)
                return path;
            if (!_folders.TryGetValue(parent, out string? folder))
                _folders[parent] = folder = Of(Path.TrimEndingDirectorySeparator(parent), links);
            if (folder is null)
                return null;
            string own = Path.Combine(folder, Path.GetFileName(path));
            return new FileInfo(own).LinkTarget is { } target ? Of(Path.GetFullPath(Path.Combine(folder, target)), links + 1) : own;
        }
    }
}
