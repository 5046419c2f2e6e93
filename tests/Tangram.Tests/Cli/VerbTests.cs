using System.Text.Json;
using Tangram.Cli;

namespace Tangram.Tests;

/// <summary>What the verbs print and write when all is well.</summary>
public sealed class VerbTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private static readonly string[] TrainKeys =
        ["run", "device", "precision", "threads", "epochs", "steps", "trainSeconds", "wallSeconds", "imagesPerSecond", "evaluation"];

    private static readonly string[] MemberKeys =
        ["mse", "psnr", "ssim", "pearson", "pearsonPerImage", "pearsonAbove90", "fvu", "l0", "deadFraction", "featureFrequency", "perClass"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_prints_the_scores_and_what_they_say_of_the_images()
    {
        foreach (string part in new[] { "sample:test: 500 images", "member 0", "member 1", "mean", "Pearson", "between members", "step 0", "PW-MCC", "class", run.Folder })
            Assert.Contains(part, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_prints_the_papers_claims_where_images_and_model_are_the_papers()
    {
        string output = await CommandRun.SucceedAsync("train", "sample", "--out", _folder.File("paper"), "--members", "1", "--epochs", "1", "--no-report");
        foreach (string part in new[] { "The paper's claims and this run", "This run differs from the paper: sample instead of mnist; 2,000 training images instead of 60,000", "verdict", "reproduced" })
            Assert.Contains(part, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_logs_what_it_does_to_the_error_writer_alone()
    {
        CommandRun done = await CommandRun.InvokeAsync(["train", "sample", "--out", _folder.File("run"), .. CommandRun.Tiny, "--json"]);
        Assert.Equal(TangramCommand.Done, done.ExitCode);
        string[] log = done.Error.TrimEnd().Split('\n');
        Assert.StartsWith("Preset paper-mnist: 2 × 784 → 64, k = 8", log[0], StringComparison.Ordinal);
        Assert.Equal("10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9", log[1]);
        Assert.StartsWith("epoch 1/1: loss", Assert.Single(log[2..]), StringComparison.Ordinal);

        using JsonDocument document = JsonDocument.Parse(done.Output);
        AssertHas(document.RootElement, TrainKeys);
        Assert.Equal(_folder.File("run"), document.RootElement.GetProperty("run").GetString());
        Assert.Equal(16, document.RootElement.GetProperty("steps").GetInt32());
        AssertIsEvaluation(document.RootElement.GetProperty("evaluation"));
    }

    [Fact]
    public async Task Evaluate_gives_the_scores_that_the_run_has_recorded()
    {
        using JsonDocument document = await JsonAsync("evaluate", run.Folder, "sample:test", "--json");
        AssertIsEvaluation(document.RootElement);
        using Run opened = Run.Open(run.Folder);
        Assert.Equal(opened.Record.Evaluation!.Mse, document.RootElement.GetProperty("mse").GetDouble());
        Assert.False(document.RootElement.GetProperty("members")[0].TryGetProperty("features", out _));
    }

    [Fact]
    public async Task Evaluate_adds_each_feature_on_request()
    {
        using JsonDocument document = await JsonAsync("evaluate", run.Folder, "sample", "--split", "test", "--per-feature", "--json");
        Assert.Equal(64, document.RootElement.GetProperty("members")[1].GetProperty("features").GetArrayLength());
    }

    [Fact]
    public async Task Evaluate_takes_a_model_alone_and_says_the_same_as_for_its_run()
    {
        string alone = _folder.File("dictionary.safetensors");
        File.Copy(run.Model, alone);
        Assert.Equal(await CommandRun.SucceedAsync("evaluate", run.Folder, "sample:test"), await CommandRun.SucceedAsync("evaluate", alone, "sample:test"));
    }

    [Fact]
    public async Task Encode_writes_the_same_codes_sparse_and_dense()
    {
        string sparse = _folder.File("codes.safetensors"), dense = _folder.File("codes.npy");
        using JsonDocument document = await JsonAsync("encode", run.Folder, "sample:test", "--out", sparse, "--member", "1", "--json");
        Assert.Contains("500 images", await CommandRun.SucceedAsync("encode", run.Folder, "sample:test", "--out", dense, "--member", "1"), StringComparison.Ordinal);
        Assert.Equal((500, 64, 4000), (Number(document, "images"), Number(document, "features"), Number(document, "nonZeros")));

        using SafetensorsFile file = SafetensorsFile.Open(sparse);
        Assert.Equal("64", file.Metadata["features"]);
        long[] starts = file.Read<long>("indptr");
        int[] features = file.Read<int>("indices");
        float[] values = file.Read<float>("values");
        Assert.Equal((501, 4000, 500), (starts.Length, features.Length, file.Read<int>("labels").Length));

        byte[] rows = (await File.ReadAllBytesAsync(dense, TestContext.Current.CancellationToken))[^(500 * 64 * sizeof(float))..];
        var expected = new float[500 * 64];
        for (int image = 0; image < 500; image++)
        {
            for (long entry = starts[image]; entry < starts[image + 1]; entry++)
                expected[(image * 64) + features[entry]] = values[entry];
        }
        Assert.Equal(expected, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(rows).ToArray());
    }

    [Fact]
    public async Task Reconstruct_writes_a_picture_for_each_picture()
    {
        ImageSet digits = ImageSet.Open("sample:test");
        string[] pictures = [_folder.File("one.png"), _folder.File("two.png")];
        for (int index = 0; index < pictures.Length; index++)
        {
            var pixels = new float[28 * 28];
            digits.CopyTo(index, pixels);
            PngFile.Write(pictures[index], Array.ConvertAll(pixels, value => (byte)Math.Round(value * 255)), 28, 28, 1);
        }
        string rebuilt = _folder.File("rebuilt");
        string table = await CommandRun.SucceedAsync(["reconstruct", run.Folder, .. pictures, "--out", rebuilt]);
        Assert.Contains("Pearson", table, StringComparison.Ordinal);
        AssertFiles(rebuilt, "one.reconstruction.png", "two.reconstruction.png");
        var one = PicturePixels.Read(Path.Combine(rebuilt, "one.reconstruction.png"), 1);
        Assert.Equal((28, 28), (one.Width, one.Height));

        using JsonDocument document = await JsonAsync("reconstruct", run.Folder, pictures[0], "--out", rebuilt, "--json");
        Assert.Equal(8, document.RootElement[0].GetProperty("activeFeatures").GetInt32());
        AssertHas(document.RootElement[0], ["picture", "reconstruction", "width", "height", "tiles", "mse", "psnr", "pearson", "activeFeatures"]);
    }

    [Fact]
    public async Task Reconstruct_takes_a_colour_picture_of_any_size_for_a_model_of_grey_images()
    {
        string picture = _folder.File("[photo].png"), rebuilt = _folder.File("rebuilt"); // brackets mean something to tables
        PngFile.Write(picture, [.. Enumerable.Range(0, 3 * 75 * 40).Select(value => (byte)(value / 40))], 75, 40, 3);
        Assert.Contains("75×40", await CommandRun.SucceedAsync("reconstruct", run.Folder, picture, "--out", rebuilt), StringComparison.Ordinal);
        using JsonDocument document = await JsonAsync("reconstruct", run.Folder, picture, "--out", rebuilt, "--stride", "10", "--json");
        Assert.Equal((75, 40, 6 * 3), (Number(document.RootElement[0], "width"), Number(document.RootElement[0], "height"), Number(document.RootElement[0], "tiles")));
        var whole = PicturePixels.Read(Path.Combine(rebuilt, "[photo].reconstruction.png"), 1);
        Assert.Equal((75, 40), (whole.Width, whole.Height));
    }

    [Fact]
    public async Task Devices_lists_the_cpu_with_its_tier_and_says_what_auto_takes()
    {
        using JsonDocument document = await JsonAsync("devices", "--json");
        JsonElement cpu = document.RootElement.GetProperty("devices")[0];
        Assert.Equal(("cpu", (int)SimdTiers.Best), (cpu.GetProperty("name").GetString(), Number(cpu, "tier")));
        string auto = document.RootElement.GetProperty("auto").GetProperty("device").GetString()!;
        Assert.Contains($"'auto' takes {auto} in", await CommandRun.SucceedAsync("devices"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_training_says_so_and_continues_where_it_stopped()
    {
        string[] line = ["train", "sample", "--out", _folder.File("run"), .. CommandRun.Tiny];
        CommandRun stopped = await CommandRun.InvokeCancelledAsync(line);
        Assert.Equal(TangramCommand.Interrupted, stopped.ExitCode);
        Assert.Equal("", stopped.Output);
        Assert.Equal($"tangram: Interrupted; continue with 'tangram train sample --out {_folder.File("run")} --resume'.", stopped.Error.TrimEnd().Split('\n')[^1]);
        Assert.True(Run.Exists(_folder.File("run")));

        await CommandRun.SucceedAsync([.. line, "--resume"]);
        Assert.Equal(await File.ReadAllBytesAsync(run.Model, TestContext.Current.CancellationToken), RunFiles.Model(_folder.File("run")));
    }

    [Fact]
    public async Task An_interrupted_encoding_evaluation_or_reconstruction_writes_nothing_and_exits_with_130()
    {
        using var place = new TemporaryFolder();
        string picture = place.File("seven.png");
        PngFile.Write(picture, new byte[28 * 28], 28, 28, 1);
        foreach (string[] line in new string[][]
        {
            ["encode", run.Folder, "sample", "--out", _folder.File("codes.npy")],
            ["evaluate", run.Folder, "sample", "--json"],
            ["reconstruct", run.Folder, picture, "--out", _folder.File("rebuilt")],
        })
        {
            CommandRun stopped = await CommandRun.InvokeCancelledAsync(line);
            Assert.Equal((TangramCommand.Interrupted, "", "tangram: Interrupted."), (stopped.ExitCode, stopped.Output, stopped.Error.TrimEnd()));
        }
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Data_get_says_what_is_here_as_json()
    {
        using JsonDocument document = await JsonAsync("data", "get", "sample", "--json");
        Assert.Equal("sample", document.RootElement.GetProperty("name").GetString());
        AssertHas(document.RootElement, ["name", "description", "origin"]);
    }

    [Fact]
    public async Task A_run_is_continued_with_its_own_options()
    {
        string folder = _folder.File("run");
        await CommandRun.SucceedAsync(["train", "sample", "--out", folder, .. CommandRun.Tiny, "--reinitialise-after", "0"]);
        using JsonDocument document = await JsonAsync("train", "sample", "--out", folder, "--resume", "--epochs", "2", "--no-report", "--json");
        Assert.Equal((2, 32), (Number(document, "epochs"), Number(document, "steps")));
        Assert.Equal(64, document.RootElement.GetProperty("options").GetProperty("features").GetInt32());
    }

    private static async Task<JsonDocument> JsonAsync(params string[] args) => JsonDocument.Parse(await CommandRun.SucceedAsync(args));

    private static void AssertFiles(string folder, params string[] names)
    {
        string[] found = [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.Equal(names, found);
    }

    private static int Number(JsonDocument document, string name) => Number(document.RootElement, name);

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static void AssertHas(JsonElement element, IEnumerable<string> keys) =>
        Assert.Empty(keys.Except(element.EnumerateObject().Select(property => property.Name), StringComparer.Ordinal));

    private static void AssertIsEvaluation(JsonElement evaluation)
    {
        AssertHas(evaluation, [.. MemberKeys, "images", "consistency", "members"]);
        AssertHas(evaluation.GetProperty("pearsonPerImage"), ["min", "p05", "p50", "p95"]);
        AssertHas(evaluation.GetProperty("l0"), ["mean", "p50"]);
        AssertHas(evaluation.GetProperty("consistency"), ["codeMse", "activationCorrelation", "activeInCommon", "activeInCommonByChance", "ownCosine", "pwMcc", "matchedToOwnNumber", "alive"]);
        Assert.Equal((500, 2, 10), (evaluation.GetProperty("images").GetInt32(), evaluation.GetProperty("members").GetArrayLength(), evaluation.GetProperty("perClass").GetArrayLength()));
        foreach (JsonElement member in evaluation.GetProperty("members").EnumerateArray())
            AssertHas(member, MemberKeys);
    }
}
