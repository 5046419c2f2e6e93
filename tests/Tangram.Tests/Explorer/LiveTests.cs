using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Tangram.Cli;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>What pages are told of a training, and that it doesn't mind.</summary>
public sealed class LiveTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_learned_is_the_same_with_and_without_a_page()
    {
        using var folder = new TemporaryFolder();
        string[] options = ["sample", .. CommandRun.Tiny, "--reinitialise-after", "2"];
        await CommandRun.SucceedAsync(["train", "--out", folder.File("plain"), .. options]);
        await CommandRun.SucceedAsync(["train", "--out", folder.File("watched"), "--watch", "--no-browser", .. options]);
        Assert.Equal(RunFiles.Model(folder.File("plain")), RunFiles.Model(folder.File("watched")));
    }

    [Fact]
    public async Task Nor_does_it_matter_that_pages_look_on()
    {
        await using WatchedTraining watched = await WatchedTraining.StartAsync();
        Task<List<JsonElement>>[] pages = [.. Enumerable.Range(0, 8).Select(page => ReadAsync(watched, $"?from={page}"))];
        await watched.EndAsync();
        watched.Live.Close();
        await Task.WhenAll(pages);
        using var folder = new TemporaryFolder();
        ImageSet images = ImageSet.Open("sample:train").Subset("some digits", [.. Enumerable.Range(0, 200)]);
        (await Run.TrainAsync(folder.File("plain"), images, WatchedTraining.Options, execution: new Execution { Threads = 1 }, cancellation: Cancellation)).Dispose();
        Assert.Equal(RunFiles.Model(folder.File("plain")), RunFiles.Model((await watched.Training).Folder));
    }

    [Fact]
    public async Task A_page_is_told_all_points_in_order_then_the_end_then_that_the_program_ends()
    {
        await using WatchedTraining training = await WatchedTraining.StartAsync(waitAt: 2);
        await training.WaitsAsync();
        Task<List<JsonElement>> page = ReadAsync(training);
        training.GoOn();
        await training.EndAsync();
        training.Live.Close();
        List<JsonElement> frames = await page;
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], Steps(frames));
        Assert.Equal("some digits", frames[0].GetProperty("training").GetProperty("data").GetString());
        Assert.All(frames.Skip(1), frame => Assert.Equal(JsonValueKind.Null, frame.GetProperty("training").ValueKind));
        Assert.Equal([false, true], frames.Select(frame => frame.GetProperty("isLast").GetBoolean()).Distinct());
        JsonElement last = frames[^1];
        Assert.Equal(("finished", "ended"), (last.GetProperty("end").GetProperty("outcome").GetString(), last.GetProperty("standing").GetProperty("activity").GetString()));
        Run run = await training.Training;
        Assert.Equal(run.Record.Evaluation!.Pearson, last.GetProperty("end").GetProperty("pearson").GetDouble());
        Assert.Equal(run.Record.History.Select(row => row.TestMse), last.GetProperty("evaluations").EnumerateArray().Select(row => row.GetProperty("heldOutMse").GetDouble()));
        Assert.Equal(run.Record.History[^1].Reconstruction / 2, Points(frames).TakeLast(4).Average(point => point.GetProperty("reconstruction").GetDouble()), 12);
    }

    [Fact]
    public async Task Who_comes_late_is_told_the_same()
    {
        await using WatchedTraining training = await WatchedTraining.StartAsync();
        await training.EndAsync();
        training.Live.Close();
        List<JsonElement> early = await ReadAsync(training), late = await ReadAsync(training);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], Steps(early));
        Assert.Equal(early[0].GetRawText(), late[0].GetRawText());
        JsonElement features = late[^1].GetProperty("features");
        Assert.Equal(12, features.GetProperty("step").GetInt32());
        int[] numbers = [.. features.GetProperty("features").EnumerateArray().Select(one => one.GetProperty("feature").GetInt32())];
        Assert.Equal(Enumerable.Range(0, LiveTraining.Shown).Select(place => place * 80 / LiveTraining.Shown), numbers);
    }

    [Fact]
    public async Task Features_are_those_of_the_session_and_say_when_they_were_reinitialised()
    {
        TrainingOptions restless = WatchedTraining.Options with { Reinitialisation = new ReinitialisationOptions { Window = 2, Every = 1, From = 0, Until = 1, Share = 0.1 } };
        await using WatchedTraining training = await WatchedTraining.StartAsync(options: restless);
        await training.EndAsync();
        Run run = await training.Training;
        Looked looked = await training.Live.LookAt([3, 70]);
        Assert.Equal(run.Ensemble[0].Feature(70), looked.Rows[1]);
        LiveFeatures drawn = (await training.Live.LookAt([.. Enumerable.Range(0, 80)])).Draw(training.Live.Shape);
        Assert.Contains(drawn.Features, feature => feature.Born is > 0 and <= 12);
        var (frame, _) = training.Live.Since(new LiveCursor());
        Assert.Equal(run.Record.Reinitialised, frame.Standing.Reinitialised);
        Assert.Equal(run.Record.Reinitialised, frame.Points.Sum(point => point.Reinitialised));
    }

    [Fact]
    public async Task A_look_while_it_trains_sees_the_features_of_that_step()
    {
        await using WatchedTraining training = await WatchedTraining.StartAsync(waitAt: 5);
        await training.WaitsAsync();
        Task<Looked> look = training.Live.LookAt([7]);
        Assert.False(look.IsCompleted); // nothing reads between steps but the training itself
        training.GoOn();
        Assert.Equal(6, (await look).Step);
    }

    [Fact]
    public async Task A_page_that_reads_nothing_holds_nothing_up()
    {
        await using WatchedTraining training = await WatchedTraining.StartAsync(waitAt: 2);
        await training.WaitsAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, training.Address.Port, Cancellation);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /api/live HTTP/1.1\r\nHost: {training.Address.Authority}\r\n\r\n"), Cancellation);
        training.GoOn();
        await training.EndAsync().WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        training.Live.Close();
        Assert.Equal(12, (await ReadAsync(training))[^1].GetProperty("standing").GetProperty("step").GetInt32());
    }

    [Fact]
    public async Task A_page_that_closes_disturbs_nothing()
    {
        await using WatchedTraining training = await WatchedTraining.StartAsync(waitAt: 2);
        await training.WaitsAsync();
        await foreach (JsonElement frame in training.FramesAsync(cancellation: Cancellation))
        {
            Assert.Equal(2, frame.GetProperty("standing").GetProperty("step").GetInt32());
            break;
        }
        training.GoOn();
        await training.EndAsync();
        Assert.Equal(12, (await training.Training).Record.Steps);
    }

    [Fact]
    public async Task How_a_training_ends_otherwise_is_told_in_the_terminals_words()
    {
        Assert.Equal((LiveOutcome.Failed, "Step 3: training diverged."), await EndOfAsync(new ArithmeticException("Step 3: training diverged.")));
        Assert.Equal((LiveOutcome.Interrupted, "Continue with --resume."), await EndOfAsync(new OperationCanceledException("Continue with --resume.")));
    }

    [Fact]
    public async Task With_interruption_the_command_ends_as_without_a_page()
    {
        using var folder = new TemporaryFolder();
        CommandRun run = await CommandRun.InvokeCancelledAsync(["train", "sample", "--watch", "--no-browser", "--out", folder.File("run"), .. CommandRun.Tiny]);
        Assert.Equal(TangramCommand.Interrupted, run.ExitCode);
    }

    [Theory]
    [InlineData("?from=-1", HttpStatusCode.NotFound)]
    [InlineData("?from=80", HttpStatusCode.NotFound)]
    [InlineData("?from=x", HttpStatusCode.BadRequest)]
    public async Task What_isnt_a_feature_is_refused(string query, HttpStatusCode status)
    {
        await using WatchedTraining training = await WatchedTraining.StartAsync();
        using HttpResponseMessage response = await training.Client.GetAsync($"/api/live{query}", Cancellation);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task A_server_says_whether_it_shows_a_run_or_a_training()
    {
        await using WatchedTraining training = await WatchedTraining.StartAsync();
        Assert.Equal("""{"mode":"training"}""", await training.Client.GetStringAsync("/api/mode", Cancellation));
        using HttpResponseMessage none = await training.Client.GetAsync("/api/run", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        Assert.Equal("exploring", (await run.GetAsync("/api/mode")).GetProperty("mode").GetString());
        Assert.Contains("--watch", await run.RefusedAsync(HttpStatusCode.NotFound, "/api/live"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_curve_stays_bounded_and_whole()
    {
        var curve = new LiveCurve();
        const int Reports = 50_000;
        for (int report = 1; report <= Reports; report++)
        {
            if (report % curve.ReportsPerPoint == 0)
                curve.Add(new LivePoint(report, report, 1, 1, report % 2 == 0 ? null : 0.5, 0, 0.1, curve.ReportsPerPoint));
        }
        Assert.InRange(curve.Points.Count, LiveCurve.Most / 2, LiveCurve.Most);
        Assert.Equal(curve.Points.Select(point => point.Step).Order(), curve.Points.Select(point => point.Step));
        Assert.All(curve.Points, point => Assert.Equal(0.5, point.Pearson ?? 0.5));
        Assert.InRange(curve.Points.Sum(point => point.Reinitialised), Reports - (2 * curve.ReportsPerPoint), Reports + curve.ReportsPerPoint);
    }

    [Fact]
    public void A_page_whose_points_were_merged_is_told_all_of_them_anew()
    {
        ImageSet images = ImageSet.Open("sample:train");
        var live = new LiveTraining("run", images, images, WatchedTraining.Options);
        var cursor = new LiveCursor();
        var known = new List<LivePoint>();
        int whole = 0;
        for (int step = 1; step <= 3 * LiveCurve.Most; step++)
        {
            ((ITrainingObserver)live).Stepped(null!, new StepLosses([1], 0, [0]), new StepSettings(0.1, 0));
            live.Report(new TrainingProgress { Activity = "training", Step = step, Loss = 1, Pearson = 0.5 });
            if (step % 7 != 0)
                continue;
            var (frame, _) = live.Since(cursor);
            if (frame.IsWhole)
                known.Clear();
            whole += frame.IsWhole ? 1 : 0;
            known.AddRange(frame.Points);
        }
        Assert.Equal(3, whole); // at first, and each time that points were merged
        var (all, _) = live.Since(new LiveCursor());
        Assert.Equal(all.Points.Take(known.Count), known);
        Assert.InRange(all.Points.Count - known.Count, 0, 7);
    }

    private static async Task<(LiveOutcome, string?)> EndOfAsync(Exception failure)
    {
        ImageSet images = ImageSet.Open("sample:train");
        var live = new LiveTraining("run", images, images, WatchedTraining.Options);
        await using TrainingWatch watch = await TrainingWatch.StartAsync(live, opensBrowser: false, new Terminal(TextWriter.Null, TextWriter.Null), Cancellation);
        Assert.Same(failure, await Record.ExceptionAsync(() => watch.FollowAsync(Task.FromException<Run>(failure))));
        LiveEnd? end = live.Since(new LiveCursor()).Frame.End;
        return (end!.Outcome, end.Message);
    }

    private static async Task<List<JsonElement>> ReadAsync(WatchedTraining training, string query = "")
    {
        var frames = new List<JsonElement>();
        await foreach (JsonElement frame in training.FramesAsync(query, Cancellation))
            frames.Add(frame);
        return frames;
    }

    private static IEnumerable<JsonElement> Points(IEnumerable<JsonElement> frames) => frames.SelectMany(frame => frame.GetProperty("points").EnumerateArray());

    private static int[] Steps(IEnumerable<JsonElement> frames) => [.. Points(frames).Select(point => point.GetProperty("step").GetInt32())];
}
