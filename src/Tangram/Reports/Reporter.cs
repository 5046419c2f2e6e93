using System.Text.Json.Nodes;

namespace Tangram;

/// <summary>What was written, and what it says.</summary>
/// <param name="Page">Path of report.html.</param>
/// <param name="Figures">Paths of the figures.</param>
/// <param name="Claims">Every claim of the paper, checked.</param>
/// <param name="Dictionary">Each member's statistics.</param>
/// <param name="Untrained">The same of untrained dictionaries, the yardstick.</param>
/// <param name="Images">What was measured of kinds of images, retrieval, quality and compression: docs/command-line.md, report.</param>
public sealed record RunReport(string Page, IReadOnlyList<string> Figures, IReadOnlyList<PaperClaim> Claims, IReadOnlyList<DictionaryStatistics> Dictionary,
    IReadOnlyList<DictionaryStatistics> Untrained, JsonObject Images)
{
    /// <summary>What the run says of its images, in sentences.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}

/// <summary>Writing a run's figures and report.</summary>
public static class Reporter
{
    private const string Folder = "figures", ReportName = "report.html";

    extension(Run run)
    {
        /// <summary>Writes <c>figures/*.svg</c> and <c>report.html</c> into the run's folder, or into another.</summary>
        /// <param name="images">The images that the run was evaluated on; others of the same shape, which are evaluated first, only with a <paramref name="folder"/> of their own.</param>
        /// <param name="learned">The images that the run learned from, which yardsticks are fitted to; null: these are fitted to <paramref name="images"/>, which flatters them.</param>
        /// <param name="folder">Where to write; null: the run's folder.</param>
        /// <param name="threads">Threads to use; 0: one per processor.</param>
        /// <param name="progress">Told what is being measured.</param>
        /// <param name="cancellation">Stops before any file is written.</param>
        /// <exception cref="InputException">The run isn't finished, or the images aren't those that it needs.</exception>
        /// <exception cref="IOException">A file can't be written.</exception>
        public RunReport Report(ImageSet images, ImageSet? learned = null, string? folder = null, int threads = 0, IProgress<ReportProgress>? progress = null,
            CancellationToken cancellation = default)
        {
            if (folder is not null && string.IsNullOrWhiteSpace(folder))
                throw new InputException("The report's folder has no name; give one.");
            bool own = folder is null || Whole(folder) == Whole(run.Folder);
            CheckFinished(run);
            run.Ensemble.Options.CheckShape(images);
            if (own)
                CheckEvaluated(run, images);
            if (learned is not null && learned.Fingerprint != run.Record.Train.Fingerprint)
                throw new InputException($"'{run.Folder}' learned from {run.Record.Train.Name}, and '{learned.Name}' holds other images; give the same ones.");
            return ReportCulture.Within(() => Write(run, images, learned, folder ?? run.Folder, threads, progress, cancellation));
        }
    }

    /// <summary>A folder's path, however it is written.</summary>
    private static string Whole(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private static RunReport Write(Run run, ImageSet images, ImageSet? learned, string folder, int threads, IProgress<ReportProgress>? progress,
        CancellationToken cancellation)
    {
        // What can't be written is said before minutes of measuring, not after them.
        MakeFolder(folder);
        RunRecord record = run.Record;
        bool others = images.Fingerprint != record.Test.Fingerprint;
        var steps = new ReportSteps(ReportSteps.Usual + (others ? 1 : 0), progress, cancellation);
        if (others)
        {
            steps.Next("evaluating");
            record = record with { Test = DataRecord.Of(images), Evaluation = run.Ensemble.Evaluate(images, threads: threads, cancellation: cancellation), Start = null };
        }
        using var data = new ReportData(run.Record, record, run.Ensemble, images, learned, threads, steps);
        steps.Next("drawing figures");
        IReadOnlyList<Figure> figures = Figure.All(data);
        var paths = new List<string>();
        foreach (Figure figure in figures)
        {
            paths.Add(Path.Combine(folder, Folder, figure.Name + ".svg"));
            AtomicFile.WriteText(paths[^1], figure.Picture.ToString());
        }
        string page = Path.Combine(folder, ReportName);
        AtomicFile.WriteText(page, HtmlReport.Create(data, figures));
        return new RunReport(page, paths, data.Claims, data.Statistics, data.UntrainedStatistics, ReportMeasures.Of(data)) { Findings = data.Findings };
    }

    /// <exception cref="InputException">It is a file.</exception>
    /// <exception cref="IOException">It can't be made.</exception>
    private static void MakeFolder(string folder)
    {
        if (File.Exists(folder))
            throw new InputException($"'{folder}' is a file; give a folder for the report.");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, Folder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Can't make the folder '{Path.Combine(folder, Folder)}': {exception.Message.TrimEnd('.')}; write the report into another folder.", exception);
        }
    }

    /// <exception cref="InputException">The run isn't finished.</exception>
    private static void CheckFinished(Run run)
    {
        if (!run.Record.Finished)
            throw new InputException($"'{run.Folder}' isn't finished; continue it with 'tangram train … --out {run.Folder} --resume'.");
    }

    /// <exception cref="InputException">The run isn't finished, or was evaluated on other images.</exception>
    internal static void CheckEvaluated(Run run, ImageSet images)
    {
        CheckFinished(run);
        if (images.Fingerprint != run.Record.Test.Fingerprint)
            throw new InputException($"'{run.Folder}' was evaluated on {run.Record.Test.Name}, and '{images.Name}' holds other images; give the same ones.");
    }
}
