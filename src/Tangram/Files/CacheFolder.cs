namespace Tangram;

/// <summary>Where fetched and decoded data is kept: <c>$TANGRAM_CACHE</c>, else <c>$XDG_CACHE_HOME/tangram</c>, else the platform's own place.</summary>
internal static class CacheFolder
{
    /// <summary>A temporary folder older than this was left by a process that died.</summary>
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public static string Root()
    {
        if (Environment.GetEnvironmentVariable("TANGRAM_CACHE") is { Length: > 0 } own)
            return Path.GetFullPath(own);
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "tangram", "cache");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
            return Path.Combine(home, "Library", "Caches", "tangram");
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
            ? Path.Combine(xdg, "tangram")
            : Path.Combine(home, ".cache", "tangram");
    }

    /// <summary>
    /// Fills a folder of the cache all or nothing: <paramref name="fill"/> works in a temporary folder, which is renamed into place when whole. When another
    /// process was faster, its folder stays and ours is dropped; a folder that <paramref name="isWhole"/> denies is replaced.
    /// </summary>
    /// <exception cref="IOException">The cache can't be written; says what to set.</exception>
    public static void Fill(string folder, Func<string, bool> isWhole, Action<string> fill)
    {
        string parent = Path.GetDirectoryName(folder)!, temporary = TemporaryName(folder);
        try
        {
            Make(parent);
            DeleteLeftovers(parent);
            Make(temporary);
            fill(temporary);
            Protect(temporary);
            MoveIntoPlace(temporary, folder, isWhole);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Can't use the cache folder '{parent}': {exception.Message.TrimEnd('.')}; set TANGRAM_CACHE to another one.", exception);
        }
        finally
        {
            TryDelete(temporary);
        }
    }

    /// <summary>What only a seal without a secret vouches for must not be writable by others: not the folder, not those above it in the cache, not its files.</summary>
    /// <param name="folder">A folder of the cache.</param>
    /// <param name="files">Names of files in it.</param>
    /// <exception cref="InputException">Others can write there.</exception>
    public static void CheckIsOurs(string folder, params IEnumerable<string> files)
    {
        if (OperatingSystem.IsWindows())
            return; // the profile's folders are the user's own there
        string root = Root();
        IEnumerable<string> paths = [folder, .. files.Select(file => Path.Combine(folder, file))];
        for (string? at = folder; at is not null && at != root; at = Path.GetDirectoryName(at))
            paths = paths.Append(Path.GetDirectoryName(at)!);
        foreach (string open in paths)
        {
            if ((File.GetUnixFileMode(open) & Others) == UnixFileMode.None)
                continue;
            throw new InputException($"Others than you can write into '{open}', so what the cache holds can't be trusted; run 'chmod -R go-w {root}' if you know them, or set TANGRAM_CACHE to a folder of your own.");
        }
    }

    /// <summary>Makes a folder into which others can't write, whatever the system's habit.</summary>
    private static void Make(string folder)
    {
        const UnixFileMode ReadByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, ReadByAll);
    }

    private static void Protect(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (string path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            UnixFileMode mode = File.GetUnixFileMode(path);
            if ((mode & Others) != UnixFileMode.None)
                File.SetUnixFileMode(path, mode & ~Others);
        }
    }

    private static string TemporaryName(string folder) => $"{folder}.tmp-{Guid.NewGuid():N}";

    private static void MoveIntoPlace(string temporary, string folder, Func<string, bool> isWhole)
    {
        if (Directory.Exists(folder) && !isWhole(folder))
        {
            // Aside in one step, so that nobody finds it half deleted; what stays of it is a leftover.
            string aside = TemporaryName(folder);
            Directory.Move(folder, aside);
            TryDelete(aside);
        }
        try
        {
            Directory.Move(temporary, folder);
        }
        catch (IOException) when (Directory.Exists(folder) && isWhole(folder))
        {
            // Another process renamed its folder first; both hold the same checked files.
        }
    }

    private static void DeleteLeftovers(string parent)
    {
        foreach (string leftover in Directory.EnumerateDirectories(parent, "*.tmp-*"))
        {
            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(leftover) > LeftoverAge)
                TryDelete(leftover);
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process may be deleting it at the same time; whatever stays costs space, not correctness.
        }
    }
}
