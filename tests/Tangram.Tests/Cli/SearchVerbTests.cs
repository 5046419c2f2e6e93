using System.Text.Json;
using Tangram.Cli;

namespace Tangram.Tests;

public sealed class SearchVerbTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_images_of_nearest_codes_are_listed_as_brute_force_finds_them()
    {
        string picture = _folder.File("found.png");
        using JsonDocument document = JsonDocument.Parse(await CommandRun.SucceedAsync("search", run.Folder, "12", "--in", "sample:test", "--top", "5", "--out", picture, "--json"));
        JsonElement answer = document.RootElement;
        Assert.Equal((12, "sample:test"), (answer.GetProperty("image").GetInt32(), answer.GetProperty("data").GetString()));
        Assert.True(File.Exists(picture));
        Assert.True(answer.GetProperty("answerSeconds").GetDouble() > 0);
        ImageSet images = ImageSet.Open("sample:test");
        using Run trained = Run.Open(run.Folder);
        double[,] codes = RandomCodes.Dense(trained.Ensemble[0].Encode(images, cancellation: TestContext.Current.CancellationToken));
        double Product(int a, int b) => Enumerable.Range(0, codes.GetLength(1)).Sum(feature => codes[a, feature] * codes[b, feature]);
        int[] expected = [.. Enumerable.Range(0, images.Count).Where(image => image != 12)
            .OrderByDescending(image => Product(12, image) / (Math.Sqrt(Product(12, 12)) * Math.Sqrt(Product(image, image)))).Take(5)];
        JsonElement[] results = [.. answer.GetProperty("results").EnumerateArray()];
        Assert.Equal(expected, results.Select(one => one.GetProperty("image").GetInt32()));
        Assert.Equal(Enumerable.Range(1, 5), results.Select(one => one.GetProperty("rank").GetInt32()));
        Assert.All(results, one => Assert.Equal(images.ClassNames[images.Label(one.GetProperty("image").GetInt32())], one.GetProperty("class").GetString()));
        Assert.All(results, one => Assert.InRange(one.GetProperty("shared").GetInt32(), 1, 8));
    }

    [Fact]
    public async Task A_second_search_finds_the_index_and_a_model_alone_has_one_too()
    {
        string[] line = ["search", run.Model, "3", "--in", "sample", "--split", "validation", "--member", "1", "--threads", "1"];
        Assert.Contains("Built the index", await CommandRun.SucceedAsync(line), StringComparison.Ordinal);
        string output = await CommandRun.SucceedAsync(line);
        Assert.Contains("Opened the index", output, StringComparison.Ordinal);
        Assert.Contains("image 3 of sample:validation", output, StringComparison.Ordinal);
        Assert.Contains("shared features", output, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(run.Folder, "indexes"), "member-1-sample-validation-*.safetensors"));
    }

    [Fact]
    public async Task A_digit_as_a_picture_finds_digits()
    {
        string picture = _folder.File("digit.png");
        var values = new float[784];
        ImageSet.Open("sample:test").CopyTo(7, values);
        PngFile.Write(picture, Array.ConvertAll(values, value => (byte)MathF.Round(value * 255)), 28, 28, 1);
        using JsonDocument document = JsonDocument.Parse(await CommandRun.SucceedAsync("search", run.Folder, picture, "--in", "sample:test", "--json"));
        JsonElement first = document.RootElement.GetProperty("results")[0];
        Assert.Equal(7, first.GetProperty("image").GetInt32());
        Assert.Equal(1, first.GetProperty("cosine").GetDouble(), 1e-6);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("image").ValueKind);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        Assert.Contains("no image 500", await CommandRun.RefuseAsync("search", run.Folder, "500", "--in", "sample:test"), StringComparison.Ordinal);
        Assert.Contains("no picture 'cat.png'", await CommandRun.RefuseAsync("search", run.Folder, "cat.png", "--in", "sample:test"), StringComparison.Ordinal);
        Assert.Contains("--top", await CommandRun.RefuseAsync("search", run.Folder, "1", "--in", "sample:test", "--top", "0"), StringComparison.Ordinal);
        Assert.Contains("--in", await CommandRun.RefuseAsync("search", run.Folder, "1"), StringComparison.Ordinal);
        Assert.Contains(".png", await CommandRun.RefuseAsync("search", run.Folder, "1", "--in", "sample:test", "--out", "found.jpg"), StringComparison.Ordinal);
        Assert.Contains("no member 2", await CommandRun.RefuseAsync("search", run.Folder, "1", "--in", "sample:test", "--member", "2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_c_ends_it() =>
        Assert.Equal(TangramCommand.Interrupted, (await CommandRun.InvokeCancelledAsync("search", run.Folder, "1", "--in", "sample:train")).ExitCode);
}
