namespace Tangram.Cli;

/// <summary>The steps of a report while it is made.</summary>
internal static class ReportDisplay
{
    public static RunReport Show(Terminal terminal, Func<IProgress<ReportProgress>, RunReport> report) =>
        ProgressDisplay.Show(terminal, "report", progress => new Standing($"report: {progress.Activity}", progress.Step, progress.Steps, "steps"), report);
}
