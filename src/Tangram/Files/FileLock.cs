namespace Tangram;

/// <summary>A file that one process at a time has open: what it stands for is then that one's alone. The system lets go when a process dies; the file stays.</summary>
internal static class FileLock
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(0.02);

    /// <summary>Waits for the file, makes it where it isn't there, and holds it for as long as the stream lives.</summary>
    /// <param name="path">In a folder that is there.</param>
    /// <param name="waiting">Called once where another process has it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="IOException">The file can't be made or opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of a permission.</exception>
    public static FileStream Hold(string path, Action? waiting = null, CancellationToken cancellation = default)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (IOException exception) when (IsHeld(exception))
            {
                waiting?.Invoke();
                waiting = null;
                if (cancellation.WaitHandle.WaitOne(s_lookAgain))
                    cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Whether a file couldn't be opened because another process has it open; any other reason, such as a read-only disk, doesn't pass by waiting.</summary>
    private static bool IsHeld(IOException exception)
    {
        const int SharingViolation = 32, LockViolation = 33, TryAgainOnLinux = 11, TryAgainOnMac = 35;
        return OperatingSystem.IsWindows() ? (exception.HResult & 0xFFFF) is SharingViolation or LockViolation
            : exception.HResult == (OperatingSystem.IsMacOS() ? TryAgainOnMac : TryAgainOnLinux);
    }
}
