using System.CommandLine;

namespace Tangram.Cli;

/// <summary><c>tangram report RUN</c>.</summary>
internal static class ReportVerb
{
    public static Command Create(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a finished run." };
        var data = new Option<string?>("--data") { Description = "The images the run was evaluated on, when they aren't where they were.", HelpName = "DATA" };
        var png = new Option<bool>("--png") { Description = "Also write figures as PNG, with rsvg-convert or chromium." };
        Option<int> threads = Common.Threads();
        Option<bool> json = Common.Json();
        var command = new Verb("report", "Draw a run's figures and write its report.", "tangram report runs/mnist --png") { run, data, png, threads, json };
        command.SetAction((parsed, cancellation) =>
        {
            Common.CheckThreads(parsed.GetValue(threads));
            using Run opened = Run.Open(parsed.GetValue(run)!);
            DataRecord test = opened.Record.Test;
            string source = parsed.GetValue(data) ?? test.Source
                ?? throw new InputException($"'{opened.Folder}' was evaluated on images that came from no file; write its report where they are.");
            Common.Fetch(source, test.Options, terminal, cancellation);
            ImageSet images = DataCatalog.OpenUnlessNamed(source, test.Split, test.Options);
            ImageSet? learned = opened.Record.Train.Split is { } split ? DataCatalog.OpenUnlessNamed(source, split, test.Options) : null;
            RunReport report = opened.Report(images, learned, parsed.GetValue(threads), cancellation);
            if (parsed.GetValue(png))
                report = report with { Figures = [.. report.Figures, .. SvgRasterizer.ToPng(report.Figures, terminal.Log, cancellation)] };
            if (parsed.GetValue(json))
                terminal.WriteJson(report);
            else
                terminal.WriteLine($"{report.Page} and {report.Figures.Count} figures in {Path.GetDirectoryName(report.Figures[0])}");
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }
}
