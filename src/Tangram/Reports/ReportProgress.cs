namespace Tangram;

/// <summary>What a report is being made of.</summary>
/// <param name="Activity">What is being measured or drawn.</param>
/// <param name="Step">Steps done before it.</param>
/// <param name="Steps">Steps in all.</param>
public sealed record ReportProgress(string Activity, int Step, int Steps);

/// <summary>Counts a report's steps, and stops between them.</summary>
internal sealed class ReportSteps(int count, IProgress<ReportProgress>? progress, CancellationToken cancellation)
{
    /// <summary>Those of the report of a run's own images.</summary>
    public const int Usual = 10;

    private int _done;

    public CancellationToken Cancellation => cancellation;

    /// <summary>A step begins.</summary>
    /// <exception cref="OperationCanceledException">The report shall stop.</exception>
    public void Next(string activity)
    {
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new ReportProgress(activity, _done, count));
        _done++;
    }
}
