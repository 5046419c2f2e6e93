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
            Common.Fetch(source, terminal, cancellation);
            ImageSet images = DataCatalog.OpenUnlessNamed(source, test.Split);
            IReadOnlyList<string> files = Write(opened, images, parsed.GetValue(threads), parsed.GetValue(png), terminal, cancellation);
            if (parsed.GetValue(json))
                terminal.WriteJson(new { Report = files[0], Figures = files.Skip(1) });
            else
                terminal.WriteLine($"{files[0]} and {files.Count - 1} figures in {Path.GetDirectoryName(files[1])}");
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }

    private static IReadOnlyList<string> Write(Run run, ImageSet images, int threads, bool png, Terminal terminal, CancellationToken cancellation)
    {
        IReadOnlyList<string> files = run.Report(images, threads);
        if (!png)
            return files;
        return [.. files, .. SvgRasterizer.ToPng([.. files.Skip(1)], terminal.Log, cancellation)];
    }
}
