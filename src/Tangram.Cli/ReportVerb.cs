using System.CommandLine;

namespace Tangram.Cli;

/// <summary><c>tangram report RUN</c>.</summary>
internal static class ReportVerb
{
    public static Command Create(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a finished run." };
        var data = new Option<string?>("--data") { Description = "The images the run was evaluated on, when they aren't where they were; with --out any images.", HelpName = "DATA" };
        Option<string?> split = Common.Split();
        var folder = new Option<string?>("--out") { Description = "The folder for the report and its figures; needed for other images than those the run was evaluated on. [default: RUN]", HelpName = "FOLDER" };
        var png = new Option<bool>("--png") { Description = "Also write figures as PNG, with rsvg-convert or chromium." };
        Option<int> threads = Common.Threads();
        Option<bool> json = Common.Json();
        var command = new Verb("report", "Draw a run's figures and write its report.", "tangram report runs/mnist --png") { run, data, split, folder, png, threads, json };
        command.SetAction((parsed, cancellation) =>
        {
            Common.CheckThreads(parsed.GetValue(threads));
            using Run opened = Run.Open(parsed.GetValue(run)!);
            DataRecord test = opened.Record.Test;
            string source = parsed.GetValue(data) ?? test.Source
                ?? throw new InputException($"'{opened.Folder}' was evaluated on images that came from no file; write its report where they are.");
            ImageSet images = Common.OpenUnlessNamed(source, parsed.GetValue(split) ?? test.Split, test.Options, terminal, cancellation);
            ImageSet? learned = Learned(opened.Record.Train, source, cancellation);
            RunReport report = ReportDisplay.Show(terminal, progress =>
                opened.Report(images, learned, parsed.GetValue(folder), parsed.GetValue(threads), progress, cancellation));
            if (learned is null)
                terminal.Log($"The images that the run learned from ({opened.Record.Train.Name}) aren't at hand; what is compared with its codes was fitted to {images.Name}.");
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

    /// <summary>The images that the run learned from, where they were or where the report's images lie; null where they can't be had, which the report can do without.</summary>
    private static ImageSet? Learned(DataRecord train, string source, CancellationToken cancellation)
    {
        foreach (string place in new[] { train.Source, source }.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            try
            {
                ImageSet learned = DataCatalog.OpenUnlessNamed(place, train.Split, train.Options, new Opening(Cancellation: cancellation));
                if (learned.Fingerprint == train.Fingerprint)
                    return learned;
            }
            catch (InputException)
            {
                // Not there, or another set: the next place may have them.
            }
        }
        return null;
    }
}
