using System.Text.Json;

namespace Tangram.Tests;

/// <summary>The verbs on rows that aren't pictures.</summary>
public sealed class RowsTests : IDisposable
{
    private const int Rows = 203, Width = 37;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("paper-mnist", "<f4", 1)]
    [InlineData("modern", "<f2", 1)]
    [InlineData("paper-mnist", "<f4", 1000)]
    public async Task Rows_train_evaluate_encode_and_are_reported_as_images_are(string preset, string type, float scale)
    {
        string rows = Write(type, scale), run = _folder.File("run"), codes = _folder.File("codes.safetensors"), dense = _folder.File("codes.npy");
        CommandRun trained = await CommandRun.InvokeAsync(["train", rows, "--out", run, "--preset", preset, .. CommandRun.Reported]);
        Assert.Equal("", trained.ExitCode == 0 ? "" : trained.Error);
        Assert.Contains("173 rows", trained.Error, StringComparison.Ordinal); // 203 less 15 %
        Assert.DoesNotContain("image", trained.Output, StringComparison.Ordinal);
        Assert.Contains("of what varies between the held-out rows", trained.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" dB", trained.Output, StringComparison.Ordinal);
        Assert.Equal(scale > 1, trained.Output.Contains("E+05", StringComparison.Ordinal));
        string page = await File.ReadAllTextAsync(Path.Combine(run, "report.html"), TestContext.Current.CancellationToken);
        Assert.Equal(3, page.Split("they aren&#39;t pictures").Length - 1);
        Assert.Contains("A row is drawn as a square", page, StringComparison.Ordinal);
        await CommandRun.SucceedAsync("report", run);

        using JsonDocument scores = JsonDocument.Parse(await CommandRun.SucceedAsync("evaluate", run, rows, "--split", "test", "--json"));
        Assert.Equal(30, scores.RootElement.GetProperty("images").GetInt32());
        foreach (string absent in new[] { "psnr", "ssim" })
            Assert.Equal(JsonValueKind.Null, scores.RootElement.GetProperty(absent).ValueKind);
        double fvu = scores.RootElement.GetProperty("fvu").GetDouble(), mse = scores.RootElement.GetProperty("mse").GetDouble();
        Assert.InRange(mse, 1e-3 * scale * scale, 10 * scale * scale);
        Assert.True(double.IsFinite(fvu));
        Assert.Equal(JsonValueKind.Null, scores.RootElement.GetProperty("dictionary").GetProperty("members")[0].GetProperty("local").ValueKind);

        await CommandRun.SucceedAsync("encode", run, rows, "--out", codes);
        await CommandRun.SucceedAsync("encode", run, rows, "--out", dense);
        using SafetensorsFile file = SafetensorsFile.Open(codes);
        Assert.Equal((Rows + 1, Rows * 8), (file.Read<long>("indptr").Length, file.Read<float>("values").Length));
        // The codes are rows themselves.
        ImageSet again = ImageSet.Open(dense);
        Assert.Equal((Rows, ImageShape.Row(64)), (again.Count, again.Shape));
        Assert.Contains("no rows", await CommandRun.RefuseAsync("evaluate", run, codes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_rows_cant_do_is_refused_in_a_sentence()
    {
        string rows = Write("<f4", 1), run = _folder.File("run");
        await CommandRun.SucceedAsync(["train", rows, "--out", run, "--no-report", .. CommandRun.Tiny]);
        Assert.Contains("rows of 37, not pictures", await CommandRun.RefuseAsync("reconstruct", run, "seven.png"), StringComparison.Ordinal);
        Assert.Contains("rows of 37", await CommandRun.RefuseAsync("evaluate", run, "sample:test"), StringComparison.Ordinal);
        File.WriteAllBytes(rows, File.ReadAllBytes(rows)[..^1]);
        Assert.Contains("truncated", await CommandRun.RefuseAsync("evaluate", run, rows), StringComparison.Ordinal);
    }

    /// <summary>Sums of few of 50 directions, of either sign.</summary>
    private string Write(string type, float scale)
    {
        var random = new CounterRandom(5, RandomPurpose.Shuffle);
        ulong counter = 0;
        float[][] directions = [.. Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, Width).Select(_ => (float)(random.Uniform(counter++) - 0.5)).ToArray())];
        var values = new float[Rows * Width];
        for (int row = 0; row < Rows; row++)
        {
            for (int term = 0; term < 5; term++)
            {
                float[] direction = directions[random.Below(50, counter++)];
                for (int column = 0; column < Width; column++)
                    values[(row * Width) + column] += scale * direction[column];
            }
        }
        string path = _folder.File("rows.npy");
        File.WriteAllBytes(path, type == "<f4" ? NpyBytes.Array(type, values, Rows, Width) : NpyBytes.Array(type, Array.ConvertAll(values, value => (Half)value), Rows, Width));
        return path;
    }
}
