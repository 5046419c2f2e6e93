using System.Text;
using System.Text.Json;
using Tangram.Cli;

namespace Tangram.Tests;

/// <summary><c>tangram explore</c>: what it prints, whom it refuses, how it ends.</summary>
public sealed class ExploreVerbTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Theory]
    [InlineData]
    [InlineData("sample:test")]
    [InlineData("sample", "--split", "test")]
    public async Task It_serves_the_images_that_were_asked_for_until_it_is_stopped(params string[] data)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromMinutes(1));
        await using var output = new WatchedWriter();
        using var error = new StringWriter();
        Task<int> command = TangramCommand.InvokeAsync(["explore", run.Folder, .. data, "--no-browser", "--port", "0", "--json"], output, error, stop.Token);
        JsonElement told = await FirstDocumentAsync(command, output);
        using (var client = new HttpClient { BaseAddress = new Uri(told.GetProperty("address").GetString()!) })
        {
            string answer = await client.GetStringAsync("api/run", stop.Token);
            Assert.Equal(told.GetProperty("images").GetInt32(), JsonDocument.Parse(answer).RootElement.GetProperty("images").GetInt32());
        }
        Assert.Equal(data.Length == 0 ? ("sample:train", 2000) : ("sample:test", 500), (told.GetProperty("data").GetString(), told.GetProperty("images").GetInt32()));
        await stop.CancelAsync();
        Assert.Equal(TangramCommand.Done, await command);
        Assert.Equal("Ctrl-C stops.", error.ToString().TrimEnd().Split('\n')[^1].TrimEnd());
    }

    [Theory]
    [InlineData("--port is 0 … 65535, not 65536", "--port", "65536")]
    [InlineData("--port is 0 … 65535, not -1", "--port", "-1")]
    [InlineData("--token is empty", "--token", "")]
    [InlineData("'somewhere' is not an address to listen on", "--host", "somewhere")]
    public async Task Where_it_cant_listen_is_said(string words, params string[] options) =>
        Assert.Contains(words, await CommandRun.RefuseAsync(["explore", run.Folder, "--no-browser", .. options]), StringComparison.Ordinal);

    [Fact]
    public async Task A_model_alone_needs_images()
    {
        Assert.Contains("give DATA", await CommandRun.RefuseAsync("explore", run.Model), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_of_another_shape_are_refused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows.npy");
        NpyFile.WriteFloats(path, [3, 20], (index, row) => row.Fill(index));
        Assert.Contains("28×28", await CommandRun.RefuseAsync("explore", run.Folder, path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_run_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("holds no run", await CommandRun.RefuseAsync("explore", folder.Path, "sample"), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> FirstDocumentAsync(Task command, WatchedWriter output)
    {
        while (!output.Text.Contains("\n}", StringComparison.Ordinal))
        {
            Assert.False(command.IsCompleted, "the command ended");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        return JsonDocument.Parse(output.Text).RootElement;
    }

    /// <summary>What a command that still runs has written.</summary>
    private sealed class WatchedWriter : TextWriter
    {
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public string Text
        {
            get
            {
                lock (_text)
                    return _text.ToString();
            }
        }

        public override void Write(char value)
        {
            lock (_text)
                _text.Append(value);
        }
    }
}
