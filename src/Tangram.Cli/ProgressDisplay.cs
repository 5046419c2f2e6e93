using System.Diagnostics;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary>Where some work stands: what is being done, and how much of it.</summary>
internal readonly record struct Standing(string Description, long Done, long Total, string Unit);

/// <summary>A bar for work that is waited for; where there is no terminal, a line now and then for those who wait long.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan s_logInterval = TimeSpan.FromSeconds(10);

    /// <param name="terminal">Where to show it.</param>
    /// <param name="start">What is said before the first report.</param>
    /// <param name="describe">What a report says.</param>
    /// <param name="work">What is waited for.</param>
    public static TResult Show<TProgress, TResult>(Terminal terminal, string start, Func<TProgress, Standing> describe, Func<IProgress<TProgress>, TResult> work)
    {
        if (!terminal.IsLive)
        {
            long logged = Stopwatch.GetTimestamp();
            return work(new Direct<TProgress>(progress =>
            {
                if (Stopwatch.GetElapsedTime(logged) < s_logInterval)
                    return;
                logged = Stopwatch.GetTimestamp();
                var (description, done, total, unit) = describe(progress);
                terminal.Log($"{description} ({done:N0} of {total:N0} {unit})");
            }));
        }
        return terminal.Error.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new PercentageColumn(), new ProgressBarColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(start.EscapeMarkup());
                return work(new Direct<TProgress>(progress =>
                {
                    var (description, done, total, _) = describe(progress);
                    (task.MaxValue, task.Value, task.Description) = (total, done, description.EscapeMarkup());
                }));
            });
    }
}
