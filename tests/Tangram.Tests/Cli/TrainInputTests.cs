namespace Tangram.Tests;

/// <summary>What <c>train</c> refuses: with exit code 2 and one sentence, before it makes the run's folder.</summary>
public sealed class TrainInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.File("run");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("k = 65 is impossible", "--k", "65")]
    [InlineData("k = 0 is impossible", "--k", "0")]
    [InlineData("k = -1 is impossible", "--k=-1")]
    [InlineData("0 features", "--features", "0")]
    [InlineData("0 members", "--members", "0")]
    [InlineData("2147483647 features can't be learned; give 1 … 16777216", "--features", "2147483647")]
    [InlineData("1025 members can't be trained; give 1 … 1024", "--members", "1025")]
    [InlineData("batch of 2147483647 images can't be trained; give 1 … 16777216", "--batch", "2147483647")]
    [InlineData("0 epochs", "--epochs", "0")]
    [InlineData("batch of 0", "--batch", "0")]
    [InlineData("learning rate NaN", "--learning-rate", "NaN")]
    [InlineData("learning rate -0.001", "--learning-rate", "-0.001")]
    [InlineData("learning rate 0", "--learning-rate", "0")]
    [InlineData("learning rate Infinity", "--learning-rate", "1e999")]
    [InlineData("consistency weight NaN", "--consistency", "NaN")]
    [InlineData("consistency weight -1", "--consistency", "-1")]
    [InlineData("warm-up NaN", "--warm-up", "NaN")]
    [InlineData("warm-up 1.5", "--warm-up", "1.5")]
    [InlineData("decay -0.1", "--decay=-0.1")]
    [InlineData("at most 1", "--warm-up", "0.5", "--decay", "0.6")]
    [InlineData("norm can't be kept to -1", "--clip=-1")]
    [InlineData("average's decay 1 ", "--average", "1")]
    [InlineData("auxiliary weight -1", "--auxiliary=-1")]
    [InlineData("from 0 activations", "--auxiliary-k", "0")]
    [InlineData("after 0 steps", "--dead-after", "0")]
    [InlineData("--pre-bias is none or mean or median, not 'middle'", "--pre-bias", "middle")]
    [InlineData("--initialisation is orthogonal or data or components, not 'images'", "--initialisation", "images")]
    [InlineData("takes no 'maybe'", "--untied=maybe")]
    [InlineData("Re-initialisation", "--reinitialise-after", "-1")]
    [InlineData("no preset 'poster'", "--preset", "poster")]
    [InlineData("no device 'abacus'", "--device", "abacus")]
    [InlineData("no device 'gpu:99' here; choose auto, cpu", "--device", "gpu:99")]
    [InlineData("no device 'opencl:-1'", "--device", "opencl:-1")]
    [InlineData("reference trains in fp32 only", "--device", "reference", "--precision", "mixed")]
    [InlineData("no precision 'fp8'", "--precision", "fp8")]
    [InlineData("-1 threads", "--threads", "-1")]
    [InlineData("--checkpoint-seconds", "--checkpoint-seconds", "NaN")]
    [InlineData("not on 'train'", "--evaluate-on", "train")]
    [InlineData("--k takes a number, not 'two'", "--k", "two")]
    [InlineData("--seed takes a number, not '-1'", "--seed", "-1")]
    [InlineData("no option '--feature'", "--feature", "3")]
    [InlineData("takes no 'mnist'", "mnist")]
    public async Task An_option_that_makes_no_sense_is_refused(string expected, params string[] options)
    {
        string[] tiny = ["--features", "64", "--k", "8", "--members", "1", "--epochs", "1"];
        string[] kept = [.. tiny.Chunk(2).Where(pair => !options[0].StartsWith(pair[0], StringComparison.Ordinal)).SelectMany(pair => pair)];
        string error = await CommandRun.RefuseAsync(["train", "sample", "--out", Out, .. kept, .. options]);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("no image set and no file 'nothing-of-this-name'", "nothing-of-this-name")]
    [InlineData("no split 'morning'", "sample:morning")]
    [InlineData("share images", "sample:test")]
    public async Task A_name_that_is_none_is_refused(string expected, string data)
    {
        Assert.Contains(expected, await CommandRun.RefuseAsync("train", data, "--out", Out), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_truncated_idx_file_is_refused()
    {
        string images = IdxFixture.CutShort(IdxFixture.Images(_folder.File("digits.idx"), 20, 5), 1);
        string error = await CommandRun.RefuseAsync("train", images, "--out", Out);
        Assert.Contains($"'{images}' is truncated", error, StringComparison.Ordinal);
        Assert.False(Path.Exists(Out));
    }

    [Fact]
    public async Task Labels_of_other_images_are_refused()
    {
        string images = IdxFixture.Images(_folder.File("some-images-idx3-ubyte"), 20, 5);
        string labels = IdxFixture.Labels(_folder.File("some-labels-idx1-ubyte"), 19);
        string error = await CommandRun.RefuseAsync("train", images, "--out", Out);
        Assert.Contains($"'{labels}' has 19 labels for the 20 images", error, StringComparison.Ordinal);
        Assert.False(Path.Exists(Out));
    }

    [Fact]
    public async Task An_empty_folder_of_images_is_refused()
    {
        string empty = Directory.CreateDirectory(_folder.File("empty")).FullName;
        Assert.Contains($"'{empty}' is empty", await CommandRun.RefuseAsync("train", empty, "--out", Out), StringComparison.Ordinal);
        Assert.False(Path.Exists(Out));
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_run_is_refused_and_kept()
    {
        File.WriteAllText(Out, "mine");
        Assert.Contains($"'{Out}' is a file", await CommandRun.RefuseAsync(["train", "sample", "--out", Out, .. CommandRun.Tiny]), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Out));
    }

    [Fact]
    public async Task A_folder_with_something_else_in_it_is_refused_and_kept()
    {
        Directory.CreateDirectory(Out);
        File.WriteAllText(Path.Combine(Out, "notes.txt"), "mine");
        string error = await CommandRun.RefuseAsync(["train", "sample", "--out", Out, .. CommandRun.Tiny]);
        Assert.Contains($"'{Out}' is not empty", error, StringComparison.Ordinal);
        Assert.Equal("notes.txt", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(Out))));
    }

    [Fact]
    public async Task Resuming_needs_to_be_told_which_run() =>
        Assert.Contains("--resume needs --out", await CommandRun.RefuseAsync("train", "sample", "--resume"), StringComparison.Ordinal);

    [Fact]
    public async Task What_is_no_run_is_not_resumed()
    {
        Assert.Contains($"'{Out}' holds no run to resume", await CommandRun.RefuseAsync(["train", "sample", "--out", Out, "--resume", .. CommandRun.Tiny]), StringComparison.Ordinal);
        Assert.False(Path.Exists(Out));
    }

    [Theory]
    [InlineData("already holds a run")]
    [InlineData("other options", "--resume", "--features", "32")]
    [InlineData("other options", "--resume", "--seed", "9")]
    [InlineData("other options", "--resume", "--learning-rate", "0.01")]
    [InlineData("with 2 epochs", "--resume", "--epochs", "1")]
    [InlineData("other options", "--resume", "--untied")]
    [InlineData("other options", "--resume", "--relu", "true")]
    [InlineData("other options", "--resume", "--decay", "0.5")]
    [InlineData("other images", "--resume", "--evaluate-on", "validation")]
    public async Task A_run_is_not_continued_as_another_one(string expected, params string[] options)
    {
        await CommandRun.SucceedAsync("train", "sample", "--out", Out, "--features", "16", "--k", "4", "--members", "1", "--epochs", "2", "--threads", "1", "--no-report");
        Dictionary<string, byte[]> before = Contents();
        Assert.Contains(expected, await CommandRun.RefuseAsync(["train", "sample", "--out", Out, .. options]), StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }

    private Dictionary<string, byte[]> Contents() => Directory.GetFiles(Out).ToDictionary(path => path, File.ReadAllBytes, StringComparer.Ordinal);
}
