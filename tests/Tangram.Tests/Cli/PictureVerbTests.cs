using System.Text.Json;
using Tangram.Cli;

namespace Tangram.Tests;

/// <summary>A folder of pictures of one's own, from the command line.</summary>
[Collection(EnvironmentCollection.Name)]
public sealed class PictureVerbTests : IDisposable
{
    private const int Size = 16, Count = 24;
    private readonly TemporaryFolder _cache = new(), _folder = new(), _out = new();
    private readonly string? _oldCache = Environment.GetEnvironmentVariable("TANGRAM_CACHE");

    public PictureVerbTests()
    {
        Environment.SetEnvironmentVariable("TANGRAM_CACHE", _cache.Path);
        for (int index = 0; index < Count; index++)
        {
            string name = _folder.File(Path.Combine(index % 2 == 0 ? "even" : "odd", $"{index:D2}.png"));
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            var random = new CounterRandom((ulong)index, RandomPurpose.EvaluationSample);
            PngFile.Write(name, [.. Enumerable.Range(0, 3 * 20 * 30).Select(value => (byte)random.Bits((ulong)value))], 20, 30, 3);
        }
    }

    private string Run => _out.File("run");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TANGRAM_CACHE", _oldCache);
        _cache.Dispose();
        _folder.Dispose();
        _out.Dispose();
    }

    [Fact]
    public async Task Other_verbs_read_pictures_as_the_run_did()
    {
        await TrainAsync();
        using (JsonDocument run = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Run, "run.json"), TestContext.Current.CancellationToken)))
        {
            Assert.Equal("paper-images", run.RootElement.GetProperty("options").GetProperty("preset").GetString());
            Assert.Equal("stretch", run.RootElement.GetProperty("train").GetProperty("options").GetProperty("fit").GetString());
        }
        using (JsonDocument scores = JsonDocument.Parse(await CommandRun.SucceedAsync("evaluate", Run, _folder.Path, "--split", "test", "--json")))
            Assert.Equal(4, scores.RootElement.GetProperty("images").GetInt32());
        await CommandRun.SucceedAsync("encode", Run, _folder.Path, "--out", _out.File("codes.safetensors"));
        await CommandRun.SucceedAsync("report", Run);
        await CommandRun.SucceedAsync("train", _folder.Path, "--out", Run, "--resume", "--no-report");
        // One decoding for all of that.
        Assert.Single(Directory.GetDirectories(Path.Combine(_cache.Path, "pictures")));
        // A model alone says the size.
        await CommandRun.SucceedAsync("evaluate", Path.Combine(Run, "model.safetensors"), _folder.Path);
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(_cache.Path, "pictures")).Length);
    }

    [Fact]
    public async Task A_run_is_not_resumed_with_pictures_read_in_another_way()
    {
        await TrainAsync();
        Assert.Contains("other images", await RefuseAsync("train", _folder.Path, "--out", Run, "--resume", "--fit", "crop"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_is_exported_as_the_model_sees_it()
    {
        string file = _out.File("images.npy");
        await CommandRun.SucceedAsync("data", "export", _folder.Path, "--size", "8", "--crops", "2", "--split", "train", "--out", file);
        NpyHeader header = NpyFile.ReadHeader(file);
        Assert.Equal("<f4", header.Type);
        Assert.Equal([40, 3, 8, 8], header.Shape);
        Assert.Contains(".npy", await RefuseAsync("data", "export", _folder.Path, "--out", _out.File("images.txt")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--crops is a number or grid", "--crops", "many")]
    [InlineData("--crops is a number or grid", "--crops", "-3")]
    [InlineData("--fit is crop or pad or stretch", "--fit", "fill")]
    [InlineData("no colour", "--background", "white")]
    [InlineData("no room for crops", "--crops", "2", "--shorter-side", "8")]
    public async Task What_makes_no_sense_is_refused(string expected, params string[] options) =>
        Assert.Contains(expected, await CommandRun.RefuseAsync(["train", _folder.Path, "--out", Run, .. options]), StringComparison.Ordinal);

    /// <summary>What is said last: before it there may be lines about decoding.</summary>
    private static async Task<string> RefuseAsync(params string[] args)
    {
        CommandRun run = await CommandRun.InvokeAsync(args);
        Assert.Equal(TangramCommand.BadInput, run.ExitCode);
        return run.Error.TrimEnd().Split('\n')[^1];
    }

    private Task<string> TrainAsync() => CommandRun.SucceedAsync("train", _folder.Path, "--size", $"{Size}", "--fit", "stretch", "--features", "32", "--k", "4", "--epochs", "1", "--no-report", "--out", Run);
}
