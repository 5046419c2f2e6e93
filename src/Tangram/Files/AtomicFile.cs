namespace Tangram;

/// <summary>Writes a file beside its place, flushes it to the disk, and renames it into place: readers see the old file or the whole new one.</summary>
internal static class AtomicFile
{
    /// <summary>Writes <paramref name="path"/> by way of <c>path.tmp-PID</c>; a failure leaves neither.</summary>
    /// <exception cref="IOException">The disk is full, read-only, or otherwise fails; the message names <paramref name="path"/>.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.tmp-{Environment.ProcessId}";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception)
        {
            TryDelete(temporary);
            if (exception is DirectoryNotFoundException)
                throw new IOException($"Can't write '{path}': there is no folder '{Path.GetDirectoryName(path)}'; make it, or choose another.", exception);
            if (exception is IOException or UnauthorizedAccessException)
                throw new IOException($"Can't write '{path}': {exception.Message.Replace(temporary, path, StringComparison.Ordinal).TrimEnd('.')}; free some space or choose another folder.", exception);
            throw;
        }
    }

    public static void WriteText(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    });

    /// <summary>Deletes what killed processes left half-written in a folder: files named by <see cref="Write"/> that nobody will rename any more.</summary>
    public static void DeleteLeftovers(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*.tmp-*"))
            TryDelete(path);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The original failure is what the user must see; a leftover with a temporary name harms nobody.
        }
    }
}
