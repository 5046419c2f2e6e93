using System.Text.Json;

namespace Tangram.Tests;

/// <summary>What was found when a training's images were opened is printed, in the JSON document and in run.json.</summary>
public sealed class FoundTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rows_that_are_there_twice_are_told_of_everywhere()
    {
        string rows = _folder.File("rows.npy"), run = _folder.File("run");
        NpyFile.WriteFloats(rows, 60, 16, (row, values) =>
        {
            for (int column = 0; column < values.Length; column++)
                values[column] = MathF.Sin((row / 2 * 31) + column);
        });
        CommandRun trained = await CommandRun.InvokeAsync(["train", rows, "--out", run, .. CommandRun.Tiny, "--json"]);
        Assert.Equal(0, trained.ExitCode);
        using JsonDocument document = JsonDocument.Parse(trained.Output);
        int both = document.RootElement.GetProperty("found").GetProperty("heldOutLearned").GetInt32();
        Assert.InRange(both, 5, 9);
        Assert.Contains($"{both} of the 9 held-out rows are also among those learned from", trained.Error, StringComparison.Ordinal);
        using Run opened = Run.Open(run);
        Assert.Equal(both, opened.Record.Found!.HeldOutLearned);
    }

    [Fact]
    public async Task An_export_is_trained_on_with_its_classes()
    {
        string images = _folder.File("digits.npy");
        Assert.Contains("digits.labels.npy", await CommandRun.SucceedAsync("data", "export", "sample:test", "--out", images), StringComparison.Ordinal);
        CommandRun trained = await CommandRun.InvokeAsync(["train", images, "--out", _folder.File("run"), .. CommandRun.Tiny]);
        Assert.Equal(0, trained.ExitCode);
        Assert.Contains("10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9", trained.Error, StringComparison.Ordinal);
        Assert.Contains("425 images", trained.Error, StringComparison.Ordinal);
    }
}
