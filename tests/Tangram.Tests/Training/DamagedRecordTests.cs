using System.Text.Json.Nodes;

namespace Tangram.Tests;

/// <summary>What stands in run.json, a model or a checkpoint and can't be is refused in a sentence that names the file and what to do.</summary>
public sealed class DamagedRecordTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("options.rule", "null")]
    [InlineData("options.rule.k", "null")]
    [InlineData("options.rule.k", "-3")]
    [InlineData("options.rule.k", "65")]
    [InlineData("options.auxiliary", "null")]
    [InlineData("options.reinitialisation", "null")]
    [InlineData("options.features", "-1")]
    [InlineData("options.features", "1e9")]
    [InlineData("options.members", "0")]
    [InlineData("options.members", "1")]
    [InlineData("options.epochs", "0")]
    [InlineData("options.batch", "-5")]
    [InlineData("options.learningRate", "\"NaN\"")]
    [InlineData("options.preset", "null")]
    [InlineData("shape.width", "-1")]
    [InlineData("shape.height", "0")]
    [InlineData("shape", "null")]
    [InlineData("train", "null")]
    [InlineData("train.images", "-2000")]
    [InlineData("train.fingerprint", "null")]
    [InlineData("train.options", "{\"size\":-64}")]
    [InlineData("test.name", "null")]
    [InlineData("engine", "null")]
    [InlineData("engine.device", "null")]
    [InlineData("engine.tier", "-512")]
    [InlineData("earlierEngines", "null")]
    [InlineData("earlierEngines", "[null]")]
    [InlineData("threads", "-1")]
    [InlineData("steps", "-16")]
    [InlineData("trainSeconds", "-1")]
    [InlineData("wallSeconds", "1e400")]
    [InlineData("reinitialised", "-1")]
    [InlineData("history", "null")]
    [InlineData("history", "[null]")]
    [InlineData("history", "[{\"epoch\":-1,\"step\":3}]")]
    [InlineData("evaluation", "null")]
    [InlineData("evaluation.members", "[]")]
    [InlineData("evaluation.members", "[null,null]")]
    [InlineData("evaluation.perClass", "[null]")]
    [InlineData("evaluation.data", "null")]
    [InlineData("version", "null")]
    [InlineData("formatVersion", "-1")]
    public async Task What_no_training_has_is_refused(string place, string value)
    {
        string folder = Directory.CreateDirectory(_folder.File("run")).FullName, path = Path.Combine(folder, "run.json");
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(run.Folder, "run.json"), TestContext.Current.CancellationToken))!;
        string[] names = place.Split('.');
        JsonNode parent = names[..^1].Aggregate(record, (node, name) => node[name]!);
        const string Mark = "what shall stand here";
        parent[names[^1]] = Mark;
        await File.WriteAllTextAsync(path, record.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        string error = await CommandRun.RefuseAsync("evaluate", folder, "sample");
        Assert.StartsWith($"tangram: '{path}' ", error, StringComparison.Ordinal);
        Assert.Matches(@"; (restore it from a copy, or train into a new folder|open it with the version that wrote it)\.$", error);
    }

    [Fact]
    public async Task A_name_that_stands_twice_is_refused()
    {
        string folder = Directory.CreateDirectory(_folder.File("run")).FullName, path = Path.Combine(folder, "run.json");
        string text = await File.ReadAllTextAsync(Path.Combine(run.Folder, "run.json"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, text.Replace("\"threads\": 1", "\"threads\": 1, \"threads\": 2", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Contains($"'{path}' is damaged", await CommandRun.RefuseAsync("evaluate", folder, "sample"), StringComparison.Ordinal);
    }

    /// <summary>Of files without a checksum, as earlier versions wrote them: others say that they are damaged whatever was changed.</summary>
    [Theory]
    [InlineData("\"k\":8", "\"k\":-8")]
    [InlineData("\"rule\":{\"rule\":\"topk\",\"k\":8,\"rectified\":false}", "\"rule\":null")]
    [InlineData("\"width\":28", "\"width\":-1")]
    [InlineData("\"members\":2", "\"members\":null")]
    [InlineData("\"features\":64", "\"features\":-64")]
    public async Task A_model_that_cannot_be_is_refused(string old, string changed)
    {
        string path = _folder.File("model.safetensors");
        await WriteChangedAsync(run.Model, path, old, changed);
        string error = await CommandRun.RefuseAsync("evaluate", path, "sample");
        Assert.StartsWith($"tangram: '{path}' is damaged", error, StringComparison.Ordinal);
        Assert.EndsWith("; restore it from a copy.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"steps\":16", "\"steps\":-6")]
    [InlineData("\"stepsInRow\":0", "\"stepsInRow\":-1")]
    [InlineData("\"reinitialisedInRow\":0", "\"reinitialisedInRow\":-1")]
    [InlineData("\"consistencySum\":0", "\"consistencySum\":\"NaN\"")]
    [InlineData("\"history\":[{", "\"history\":[null,{")]
    public async Task A_checkpoint_that_cannot_be_is_refused(string old, string changed)
    {
        string folder = Directory.CreateDirectory(_folder.File("run")).FullName;
        File.Copy(Path.Combine(run.Folder, "run.json"), Path.Combine(folder, "run.json"));
        await WriteChangedAsync(RunFiles.Checkpoint(run.Folder), RunFiles.Checkpoint(folder), old, changed);
        string error = (await CommandRun.InvokeAsync("train", "sample", "--out", folder, "--resume", "--epochs", "2")).Error.TrimEnd();
        Assert.EndsWith($"tangram: '{RunFiles.Checkpoint(folder)}' is damaged, or no checkpoint of this version of tangram; delete it to start from the beginning.", error, StringComparison.Ordinal);
    }

    private static async Task WriteChangedAsync(string source, string path, string old, string changed)
    {
        byte[] bytes = FileChecksumTests.Unchecked(await File.ReadAllBytesAsync(source, TestContext.Current.CancellationToken));
        string text = System.Text.Encoding.Latin1.GetString(bytes);
        // In the header, JSON stands within JSON.
        string Escaped(string json) => json.Replace("\"", "\\u0022", StringComparison.Ordinal);
        int end = 8 + (int)BitConverter.ToInt64(bytes);
        string header = text[8..end].Replace(Escaped(old), Escaped(changed), StringComparison.Ordinal);
        Assert.False(text[8..end] == header, $"there is no {old}");
        byte[] length = BitConverter.GetBytes((long)header.Length);
        await File.WriteAllBytesAsync(path, [.. length, .. System.Text.Encoding.Latin1.GetBytes(header + text[end..])], TestContext.Current.CancellationToken);
    }
}
