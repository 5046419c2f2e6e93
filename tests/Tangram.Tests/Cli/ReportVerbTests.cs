using System.Text.Json;

namespace Tangram.Tests;

public sealed class ReportVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_on_a_file_finds_its_images_again_from_anywhere()
    {
        string images = IdxFixture.Images(_folder.File("x-images-idx3-ubyte"), 60, 12);
        IdxFixture.Labels(_folder.File("x-labels-idx1-ubyte"), 60);
        await CommandRun.SucceedAsync(["train", images, "--out", _folder.File("run"), .. CommandRun.Tiny, "--no-report"]);
        Assert.False(File.Exists(_folder.File("run/report.html")));

        using JsonDocument document = JsonDocument.Parse(await CommandRun.SucceedAsync("report", _folder.File("run"), "--json"));
        string report = document.RootElement.GetProperty("page").GetString()!;
        Assert.Contains("x-images-idx3-ubyte:test", await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains(document.RootElement.GetProperty("claims").EnumerateArray(), claim => claim.GetProperty("section").GetString() == "5.1");
        Assert.Equal(2, document.RootElement.GetProperty("dictionary").GetArrayLength()); // one for each member
        Assert.Equal(14, document.RootElement.GetProperty("figures").GetArrayLength());
        Assert.All(document.RootElement.GetProperty("figures").EnumerateArray(), figure => Assert.True(File.Exists(figure.GetString())));
    }

    [Fact]
    public async Task Images_that_were_moved_are_given_by_hand_and_other_images_are_refused()
    {
        string images = IdxFixture.Images(_folder.File("x.idx"), 60, 12);
        await CommandRun.SucceedAsync(["train", images, "--out", _folder.File("run"), .. CommandRun.Tiny]);
        File.Move(images, _folder.File("y.idx"));
        Assert.Contains("x.idx", await CommandRun.RefuseAsync("report", _folder.File("run")), StringComparison.Ordinal);
        await CommandRun.SucceedAsync("report", _folder.File("run"), "--data", _folder.File("y.idx"));
        string other = IdxFixture.Images(_folder.File("z.idx"), 80, 12);
        Assert.Contains("other images", await CommandRun.RefuseAsync("report", _folder.File("run"), "--data", other), StringComparison.Ordinal);

        // With a folder of their own any images have a report, and it says what its yardsticks were fitted to.
        string[] elsewhere = ["report", _folder.File("run"), "--data", other, "--out", _folder.File("elsewhere"), "--threads", "1"];
        CommandRun made = await CommandRun.InvokeAsync(elsewhere);
        Assert.Equal(0, made.ExitCode);
        Assert.True(File.Exists(_folder.File("elsewhere/report.html")));
        Assert.Contains("aren't at hand", made.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_chosen_on_validation_resumes_with_it_and_never_learns_from_it()
    {
        string folder = _folder.File("run");
        await CommandRun.SucceedAsync(["train", "sample", "--evaluate-on", "validation", "--out", folder, .. CommandRun.Tiny, "--reinitialise-after", "0", "--no-report"]);
        await CommandRun.SucceedAsync("train", "sample", "--out", folder, "--resume", "--epochs", "2", "--no-report");
        using Run run = Run.Open(folder);
        Assert.Equal("validation", run.Record.Test.Split);
        Assert.Equal(2, run.Record.History.Count);
        string[] leaking = ["train", "sample:train", "--evaluate-on", "validation", "--out", _folder.File("leak"), .. CommandRun.Tiny];
        Assert.Contains("share images", await CommandRun.RefuseAsync(leaking), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("leak")));
    }

    [Fact]
    public async Task A_training_that_diverges_leaves_its_folder_free_for_the_next_try()
    {
        string[] line = ["train", "sample", "--out", _folder.File("run"), .. CommandRun.Tiny, "--no-report", "--learning-rate"];
        CommandRun diverged = await CommandRun.InvokeAsync([.. line, "1e30"]);
        Assert.Equal(1, diverged.ExitCode);
        Assert.Contains("diverged", diverged.Error, StringComparison.Ordinal);
        await CommandRun.SucceedAsync([.. line, "0.001"]);
    }

    [Fact]
    public async Task A_run_without_a_name_is_refused() =>
        Assert.Contains("no name", await CommandRun.RefuseAsync(["train", "sample", "--out", "", .. CommandRun.Tiny]), StringComparison.Ordinal);

    [Fact]
    public async Task A_run_of_another_format_is_refused()
    {
        await CommandRun.SucceedAsync(["train", "sample", "--out", _folder.File("run"), .. CommandRun.Tiny, "--no-report"]);
        string path = _folder.File("run/run.json");
        string record = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, record.Replace("\"formatVersion\": 1", "\"formatVersion\": 99", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Contains("format 99", await CommandRun.RefuseAsync("evaluate", _folder.File("run"), "sample:test"), StringComparison.Ordinal);
    }
}
