using System.Globalization;

namespace Tangram;

/// <summary>What was written, and what it says.</summary>
/// <param name="Page">Path of report.html.</param>
/// <param name="Figures">Paths of the figures.</param>
/// <param name="Claims">Every claim of the paper, checked.</param>
/// <param name="Dictionary">Each member's statistics.</param>
/// <param name="Untrained">The same of untrained dictionaries, the yardstick.</param>
public sealed record RunReport(string Page, IReadOnlyList<string> Figures, IReadOnlyList<PaperClaim> Claims, IReadOnlyList<DictionaryStatistics> Dictionary,
    IReadOnlyList<DictionaryStatistics> Untrained);

/// <summary>Writing a run's figures and report.</summary>
public static class Reporter
{
    private const string Folder = "figures", ReportName = "report.html";

    extension(Run run)
    {
        /// <summary>Writes <c>figures/*.svg</c> and <c>report.html</c> into the run's folder.</summary>
        /// <param name="images">The images that the run was evaluated on.</param>
        /// <param name="learned">The images that the run learned from, which yardsticks are fitted to; null: these are fitted to <paramref name="images"/>, which flatters them.</param>
        /// <param name="threads">Threads to use; 0: one per processor.</param>
        /// <param name="cancellation">Stops before anything is written.</param>
        /// <exception cref="InputException">The run isn't finished, or was evaluated on other images.</exception>
        /// <exception cref="IOException">A file can't be written.</exception>
        public RunReport Report(ImageSet images, ImageSet? learned = null, int threads = 0, CancellationToken cancellation = default)
        {
            CheckEvaluated(run, images);
            if (learned is not null && learned.Fingerprint != run.Record.Train.Fingerprint)
                throw new InputException($"'{run.Folder}' learned from {run.Record.Train.Name}, and '{learned.Name}' holds other images; give the same ones.");
            CultureInfo culture = CultureInfo.CurrentCulture;
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // figures read alike everywhere
            try
            {
                using var data = new ReportData(run.Record, run.Ensemble, images, learned, threads, cancellation);
                IReadOnlyList<Figure> figures = Figure.All(data);
                Directory.CreateDirectory(Path.Combine(run.Folder, Folder));
                var paths = new List<string>();
                foreach (Figure figure in figures)
                {
                    paths.Add(Path.Combine(run.Folder, Folder, figure.Name + ".svg"));
                    AtomicFile.WriteText(paths[^1], figure.Picture.ToString());
                }
                string page = Path.Combine(run.Folder, ReportName);
                AtomicFile.WriteText(page, HtmlReport.Create(data, figures));
                return new RunReport(page, paths, data.Claims, data.Statistics, data.UntrainedStatistics);
            }
            finally
            {
                CultureInfo.CurrentCulture = culture;
            }
        }
    }
    /// <exception cref="InputException">The run isn't finished, or was evaluated on other images.</exception>
    internal static void CheckEvaluated(Run run, ImageSet images)
    {
        if (!run.Record.Finished)
            throw new InputException($"'{run.Folder}' isn't finished; continue it with 'tangram train … --out {run.Folder} --resume'.");
        if (images.Fingerprint != run.Record.Test.Fingerprint)
            throw new InputException($"'{run.Folder}' was evaluated on {run.Record.Test.Name}, and '{images.Name}' holds other images; give the same ones.");
    }
}
