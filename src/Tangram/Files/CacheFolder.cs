namespace Tangram;

/// <summary>Where fetched and decoded data is kept: <c>$TANGRAM_CACHE</c>, else <c>$XDG_CACHE_HOME/tangram</c>, else the platform's own place.</summary>
internal static class CacheFolder
{
    /// <summary>A temporary folder older than this was left by a process that died.</summary>
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

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
            Directory.CreateDirectory(parent);
            DeleteLeftovers(parent);
            Directory.CreateDirectory(temporary);
            fill(temporary);
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
