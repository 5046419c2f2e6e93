namespace Tangram.Tests;

/// <summary>What the verbs that read a run refuse: with exit code 2, one sentence, and nothing left behind.</summary>
public sealed class InputTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("see 'tangram --help'")]
    [InlineData("'tangram' has no verb 'frobnicate'; see 'tangram --help'", "frobnicate")]
    [InlineData("'tangram train' has no option '--nothing'; see 'tangram train --help'", "train", "--nothing")]
    [InlineData("'tangram data get' has no option '--nothing'", "data", "get", "--nothing")]
    [InlineData("'tangram data' has no verb 'fetch'", "data", "fetch")]
    [InlineData("'DATA' missing", "train")]
    [InlineData("'RUN' missing", "evaluate")]
    [InlineData("'DATA' missing", "evaluate", "runs/some")]
    [InlineData("'--out' is required", "encode", "runs/some", "sample")]
    [InlineData("see 'tangram data get --help'", "data", "get")]
    [InlineData("no image set 'nothing-of-this-name'; sets are mnist, fashion-mnist, emoji, sample.", "data", "get", "nothing-of-this-name")]
    [InlineData("--per-feature adds to the JSON document; give --json too", "evaluate", "runs/some", "sample", "--per-feature")]
    [InlineData("choose one of these endings", "encode", "runs/some", "nothing-of-this-name", "--out", "codes.txt")]
    [InlineData("Weights and moments take", "bench", "--inputs", "1000000000", "--batch", "1000")]
    [InlineData("--threads takes a number, not 'many'", "evaluate", "runs/some", "sample", "--threads", "many")]
    [InlineData("'runs/some' holds no run", "evaluate", "runs/some", "sample")]
    public async Task A_line_that_cannot_be_understood_is_refused(string expected, params string[] line) =>
        Assert.Contains(expected, await CommandRun.RefuseAsync(line), StringComparison.Ordinal);

    [Theory]
    [InlineData("no split 'morning'", "sample", "--split", "morning")]
    [InlineData("contradict", "sample:test", "--split", "train")]
    [InlineData("no image set and no file 'nothing-of-this-name'", "nothing-of-this-name")]
    [InlineData("-3 threads", "sample", "--threads", "-3")]
    public async Task Images_that_are_not_there_are_not_evaluated(string expected, params string[] rest) =>
        Assert.Contains(expected, await CommandRun.RefuseAsync(["evaluate", run.Folder, .. rest]), StringComparison.Ordinal);

    [Fact]
    public async Task Images_of_another_size_are_not_evaluated()
    {
        string images = IdxFixture.Images(_folder.File("small.idx"), 10, 5);
        Assert.Contains($"'{images}'", await CommandRun.RefuseAsync("evaluate", run.Folder, images), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_of_another_size_are_not_encoded()
    {
        string images = IdxFixture.Images(_folder.File("small.idx"), 10, 5), codes = _folder.File("codes.npy");
        Assert.Contains("5×5", await CommandRun.RefuseAsync("encode", run.Folder, images, "--out", codes), StringComparison.Ordinal);
        Assert.False(Path.Exists(codes));
    }

    [Fact]
    public async Task A_folder_without_a_run_is_not_evaluated() =>
        Assert.Contains("holds no run", await CommandRun.RefuseAsync("evaluate", _folder.Path, "sample"), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(300)]
    [InlineData(100_000)]
    public async Task A_model_cut_short_is_refused(int length)
    {
        string model = _folder.File("model.safetensors");
        File.WriteAllBytes(model, File.ReadAllBytes(run.Model)[..length]);
        Assert.Contains($"'{model}' is not a whole", await CommandRun.RefuseAsync("evaluate", model, "sample"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_somebody_edited_is_refused()
    {
        string folder = Directory.CreateDirectory(_folder.File("edited")).FullName;
        File.WriteAllText(Path.Combine(folder, "run.json"), File.ReadAllText(Path.Combine(run.Folder, "run.json"))[..^50]);
        Assert.Equal($"tangram: '{Path.Combine(folder, "run.json")}' is damaged or was written by another version of tangram; restore it from a copy, or train into a new folder.", await CommandRun.RefuseAsync("evaluate", folder, "sample"));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("-1")]
    public async Task A_member_that_the_ensemble_does_not_have_is_refused(string member)
    {
        string codes = _folder.File("codes.npy");
        string error = await CommandRun.RefuseAsync("encode", run.Folder, "sample", "--out", codes, "--member", member);
        Assert.Contains($"no member {member}; its members are 0 … 1", error, StringComparison.Ordinal);
        Assert.False(Path.Exists(codes));
    }

    [Fact]
    public async Task Codes_are_not_written_in_a_format_that_is_none()
    {
        string codes = _folder.File("codes.txt");
        Assert.Contains(".npy", await CommandRun.RefuseAsync("encode", run.Folder, "sample:test", "--out", codes), StringComparison.Ordinal);
        Assert.False(Path.Exists(codes));
    }

    [Fact]
    public async Task A_picture_that_is_not_there_is_not_reconstructed()
    {
        string error = await CommandRun.RefuseAsync("reconstruct", run.Folder, _folder.File("seven.png"), "--out", _folder.File("rebuilt"));
        Assert.Contains("There is no picture", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_folder_without_a_name_takes_no_reconstructions()
    {
        string picture = _folder.File("seven.png");
        PngFile.Write(picture, new byte[28 * 28], 28, 28, 1);
        Assert.Contains("no name", await CommandRun.RefuseAsync("reconstruct", run.Folder, picture, "--out", ""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_not_a_picture()
    {
        string error = await CommandRun.RefuseAsync("reconstruct", run.Folder, _folder.Path, "--out", _folder.File("rebuilt"));
        Assert.Contains("is a folder", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task One_bad_picture_keeps_all_from_being_reconstructed()
    {
        string right = _folder.File("right.png"), wrong = _folder.File("wrong.png");
        PngFile.Write(right, new byte[28 * 28], 28, 28, 1);
        await File.WriteAllTextAsync(wrong, "no picture", TestContext.Current.CancellationToken);
        Assert.Contains(wrong, await CommandRun.RefuseAsync("reconstruct", run.Folder, right, wrong, "--out", _folder.File("rebuilt")), StringComparison.Ordinal);
        Assert.False(Path.Exists(_folder.File("rebuilt")));
    }

    [Theory]
    [InlineData("--stride", "0", "1 … 28")]
    [InlineData("--stride", "29", "1 … 28")]
    [InlineData("--stride", "x", "--stride takes a number")]
    [InlineData("--threads", "-1", "threads")]
    [InlineData("--strides", "7", "no option '--strides'")]
    public async Task Impossible_options_reconstruct_nothing(string option, string value, string says)
    {
        string picture = _folder.File("seven.png");
        PngFile.Write(picture, new byte[28 * 28], 28, 28, 1);
        Assert.Contains(says, await CommandRun.RefuseAsync("reconstruct", run.Folder, picture, "--out", _folder.File("rebuilt"), option, value), StringComparison.Ordinal);
        Assert.False(Path.Exists(_folder.File("rebuilt")));
    }

    [Fact]
    public async Task A_broken_picture_is_not_reconstructed()
    {
        string picture = _folder.File("broken.png");
        PngFile.Write(picture, new byte[28 * 28], 28, 28, 1);
        IdxFixture.CutShort(picture, 30);
        string error = await CommandRun.RefuseAsync("reconstruct", run.Folder, picture, "--out", _folder.File("rebuilt"));
        Assert.Contains($"'{picture}' is", error, StringComparison.Ordinal);
    }
}
