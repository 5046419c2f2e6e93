using System.Diagnostics;

namespace Tangram;

/// <summary>Where the building of an index stands.</summary>
/// <param name="Activity">What is being done: encoding, indexing, or waiting for another process that builds the same.</param>
/// <param name="Images">Images encoded.</param>
/// <param name="TotalImages">Images in all.</param>
/// <param name="ImagesPerSecond">Since the beginning.</param>
/// <param name="Remaining">Estimated time left of the encoding.</param>
public sealed record IndexProgress(string Activity, int Images, int TotalImages, double ImagesPerSecond, TimeSpan Remaining);

/// <summary>Counts images that several threads encode, and reports a few times a second, one report at a time.</summary>
internal sealed class IndexProgressCounter(int total, IProgress<IndexProgress>? progress)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(0.2);
    private readonly Lock _one = new();
    private readonly long _begun = Stopwatch.GetTimestamp();
    private long _reported = Stopwatch.GetTimestamp();
    private int _encoded;

    public void Encoded(int more)
    {
        int encoded = Interlocked.Add(ref _encoded, more);
        if (progress is null || !_one.TryEnter())
            return;
        try
        {
            if (Stopwatch.GetElapsedTime(_reported) < s_interval)
                return;
            _reported = Stopwatch.GetTimestamp();
            double rate = encoded / Stopwatch.GetElapsedTime(_begun).TotalSeconds;
            progress.Report(new IndexProgress("encoding", encoded, total, rate, TimeSpan.FromSeconds((total - encoded) / rate)));
        }
        finally
        {
            _one.Exit();
        }
    }

    public void Say(string activity)
    {
        int encoded = Volatile.Read(ref _encoded);
        progress?.Report(new IndexProgress(activity, encoded, total, encoded / Stopwatch.GetElapsedTime(_begun).TotalSeconds, TimeSpan.Zero));
    }
}
