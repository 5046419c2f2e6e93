namespace Tangram.Tests;

/// <summary>A run's report in a folder of its own, on the images it was evaluated on or on others.</summary>
public sealed class ReportElsewhereTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SmallRun _small = SmallRun.Of("no labels");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Other_images_are_evaluated_anew_and_the_runs_own_report_stays()
    {
        ImageSet others = Make.Images(_small.Images.Shape, 26, classes: 2);
        string own = File.ReadAllText(_small.Files[0]), record = File.ReadAllText(Path.Combine(_small.Run.Folder, "run.json"));
        var told = new Told();
        RunReport report = _small.Run.Report(others, learned: _small.Images, folder: _folder.File("elsewhere"), threads: 1, told, TestContext.Current.CancellationToken);
        Assert.StartsWith(_folder.File("elsewhere"), report.Page, StringComparison.Ordinal);
        Assert.All(report.Figures, figure => Assert.True(File.Exists(figure) && figure.StartsWith(_folder.File("elsewhere"), StringComparison.Ordinal)));
        string page = File.ReadAllText(report.Page);
        Assert.Contains("On random, 26 images", page, StringComparison.Ordinal);
        Assert.Contains($"{Make.Scores(_small.Run.Ensemble, others, threads: 1).Pearson:F4}", page, StringComparison.Ordinal);
        Assert.Equal(own, File.ReadAllText(_small.Files[0]));
        Assert.Equal(record, File.ReadAllText(Path.Combine(_small.Run.Folder, "run.json")));
        Assert.Equal("evaluating", told.All[0].Activity);
        told.CountsUpTo(ReportSteps.Usual + 1);
    }

    [Fact]
    public void The_runs_own_images_give_the_same_report_in_another_folder()
    {
        var told = new Told();
        RunReport report = _small.Run.Report(_small.Images, folder: _folder.File("copy"), threads: 2, progress: told, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal<string>([.. _small.Files.Select(File.ReadAllText)], [.. report.Figures.Prepend(report.Page).Select(File.ReadAllText)], StringComparer.Ordinal);
        told.CountsUpTo(ReportSteps.Usual);
    }

    [Fact]
    public void Other_images_without_a_folder_of_their_own_or_of_another_shape_are_refused_before_anything_is_written()
    {
        ImageSet others = Make.Images(_small.Images.Shape, 26), larger = Make.Images(new ImageShape(13, 12, 1), 26);
        string own = File.ReadAllText(_small.Files[0]);
        foreach (string? folder in new[] { null, _small.Run.Folder, _small.Run.Folder + Path.DirectorySeparatorChar, Path.Combine(_small.Run.Folder, "..", Path.GetFileName(_small.Run.Folder)) })
            Assert.Contains("other images", Assert.Throws<InputException>(() => _small.Run.Report(others, folder: folder, cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => _small.Run.Report(larger, folder: _folder.File("none"), cancellation: TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(_folder.File("none")));
        Assert.Equal(own, File.ReadAllText(_small.Files[0]));
    }

    [Fact]
    public void A_folder_that_cant_be_is_refused_before_anything_is_measured()
    {
        File.WriteAllText(_folder.File("file"), "");
        foreach (var (folder, word) in new[] { (_folder.File("file"), "is a file"), (" ", "has no name") })
        {
            var told = new Told();
            string message = Assert.Throws<InputException>(() => _small.Run.Report(_small.Images, folder: folder, progress: told, cancellation: TestContext.Current.CancellationToken)).Message;
            Assert.Contains(word, message, StringComparison.Ordinal);
            Assert.Empty(told.All);
        }
    }

    private sealed class Told : IProgress<ReportProgress>
    {
        public List<ReportProgress> All { get; } = [];

        public void Report(ReportProgress value) => All.Add(value);

        public void CountsUpTo(int steps)
        {
            Assert.All(All, one => Assert.Equal(steps, one.Steps));
            Assert.Equal(Enumerable.Range(0, steps), All.Select(one => one.Step)); // steps done before each
            Assert.Equal(All.Count, All.Select(one => one.Activity).Distinct(StringComparer.Ordinal).Count());
        }
    }
}
