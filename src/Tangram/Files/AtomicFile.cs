using System.Security.Cryptography;

namespace Tangram;

/// <summary>Writes a file beside its place, flushes it to the disk, and renames it into place: readers see the old file or the whole new one.</summary>
internal static class AtomicFile
{
    private const string Mark = ".tmp-";

    /// <summary>
    /// A name beside a path that nobody can know before: two processes never share one, though both be number 1 in their containers, and nobody can have laid a link there.
    /// </summary>
    public static string TemporaryName(string path) => $"{path}{Mark}{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    /// <summary>Writes <paramref name="path"/> by way of its <see cref="TemporaryName"/>; a failure leaves neither.</summary>
    /// <exception cref="IOException">The disk is full, read-only, or otherwise fails; the message names <paramref name="path"/>.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = TemporaryName(path);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
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

    /// <summary>
    /// Deletes what killed processes left half-written in a folder: files named by <see cref="Write"/> that nobody will rename any more. One that is being written stays: its writer has it locked.
    /// </summary>
    public static void DeleteLeftovers(string folder)
    {
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles($"*{Mark}*"))
        {
            if (file.LinkTarget is not null || !IsInUse(file.FullName))
                TryDelete(file.FullName);
        }
    }

    private static bool IsInUse(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false; // who may not read it may still delete it
        }
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
