using Spectre.Console;

namespace Tangram.Cli;

/// <summary>A bar for the steps of a report, where there is a terminal.</summary>
internal static class ReportDisplay
{
    public static RunReport Show(Terminal terminal, Func<IProgress<ReportProgress>?, RunReport> report) => !terminal.IsLive
        ? report(null)
        : terminal.Error.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("report");
                return report(new Direct<ReportProgress>(progress =>
                {
                    (task.MaxValue, task.Value) = (progress.Steps, progress.Step);
                    task.Description = $"report: {progress.Activity}";
                }));
            });
}
