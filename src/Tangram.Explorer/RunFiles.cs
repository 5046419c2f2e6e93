namespace Tangram.Explorer;

/// <summary>A run's files as they were when it was opened. What the server holds stays as it was; but the folder may have become another run's, and then its notes must not be mixed.</summary>
internal sealed class RunFiles
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(1);

    private readonly (string Path, DateTime Written, long Length)[] _files;
    private long _looked = Environment.TickCount64;
    private volatile string? _changed;

    private RunFiles((string Path, DateTime Written, long Length)[] files) => _files = files;

    public static RunFiles Of(string run)
    {
        string[] paths = File.Exists(run) ? [run] : [Path.Combine(run, "run.json"), Path.Combine(run, "model.safetensors")];
        return new RunFiles([.. paths.Where(File.Exists).Select(State)]);
    }

    /// <exception cref="RunChangedException">A file was deleted or written since. Looks at most once a second.</exception>
    public void Check()
    {
        long now = Environment.TickCount64;
        if (_changed is null && now - Interlocked.Read(ref _looked) >= s_lookAgain.TotalMilliseconds)
        {
            Interlocked.Exchange(ref _looked, now);
            _changed = _files.Where(file => State(file.Path) != file).Select(file => Path.GetFileName(file.Path)).FirstOrDefault();
        }
        if (_changed is { } name)
            throw new RunChangedException($"The run on disk is no longer the one that was opened ({name} has changed); start 'tangram explore' again.");
    }

    /// <summary>A missing file has a time and the length −1.</summary>
    private static (string Path, DateTime Written, long Length) State(string path)
    {
        var file = new FileInfo(path);
        return (path, file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
    }
}
