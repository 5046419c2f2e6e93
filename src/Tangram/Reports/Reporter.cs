using System.Globalization;

namespace Tangram;

/// <summary>Writing a run's figures and report.</summary>
public static class Reporter
{
    private const string Folder = "figures", ReportName = "report.html";

    extension(Run run)
    {
        /// <summary>Writes <c>figures/*.svg</c> and <c>report.html</c> into the run's folder; returns their paths, the report first.</summary>
        /// <param name="images">The images that the run was evaluated on.</param>
        /// <param name="threads">Threads to use; 0: one per processor.</param>
        /// <exception cref="InputException">The run isn't finished, or was evaluated on other images.</exception>
        /// <exception cref="IOException">A file can't be written.</exception>
        public IReadOnlyList<string> Report(ImageSet images, int threads = 0)
        {
            if (!run.Record.Finished)
                throw new InputException($"'{run.Folder}' isn't finished; continue it with 'tangram train … --out {run.Folder} --resume'.");
            if (images.Fingerprint != run.Record.Test.Fingerprint)
                throw new InputException($"'{run.Folder}' was evaluated on {run.Record.Test.Name}, and '{images.Name}' holds other images; give the same ones.");
            CultureInfo culture = CultureInfo.CurrentCulture;
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // figures read alike everywhere
            try
            {
                var data = new ReportData(run.Record, run.Ensemble, images, threads);
                IReadOnlyList<Figure> figures = Figure.All(data);
                Directory.CreateDirectory(Path.Combine(run.Folder, Folder));
                var paths = new List<string> { Path.Combine(run.Folder, ReportName) };
                foreach (Figure figure in figures)
                {
                    paths.Add(Path.Combine(run.Folder, Folder, figure.Name + ".svg"));
                    AtomicFile.WriteText(paths[^1], figure.Picture.ToString());
                }
                AtomicFile.WriteText(paths[0], HtmlReport.Create(data, figures));
                return paths;
            }
            finally
            {
                CultureInfo.CurrentCulture = culture;
            }
        }
    }
}
