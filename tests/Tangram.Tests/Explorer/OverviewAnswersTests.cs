using System.Net;
using System.Text.Json;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>What the server says of a run as a whole, of its classes and of its members.</summary>
public sealed class OverviewAnswersTests
{
    [Fact]
    public async Task The_figures_and_claims_are_the_runs()
    {
        SmallRun small = SmallRun.Of("digits");
        await using ServedRun run = await ServedRun.StartAsync(small);
        JsonElement overview = await run.GetAsync("/api/run/overview");
        RunRecord record = small.Run.Record;
        JsonElement training = overview.GetProperty("training");
        Assert.Equal((record.WallSeconds, record.TrainSeconds), (training.GetProperty("seconds").GetDouble(), training.GetProperty("stepSeconds").GetDouble()));
        JsonElement scores = overview.GetProperty("scores");
        Assert.Equal(record.Evaluation!.Mse, scores.GetProperty("mse").GetDouble());
        Assert.Equal(record.TrainEvaluation!.Pearson, scores.GetProperty("trainPearson").GetDouble());
        Assert.Equal(record.Evaluation.Consistency!.ActivationCorrelation, scores.GetProperty("consistency").GetProperty("activationCorrelation").GetDouble());
        Assert.Equal(record.Start!.Consistency!.PwMcc, scores.GetProperty("startConsistency").GetProperty("pwMcc").GetDouble());
        Assert.Equal(record.History.Select(row => row.TestMse), overview.GetProperty("history").EnumerateArray().Select(row => row.GetProperty("testMse").GetDouble()));
        Assert.Equal(Findings.Of(record).Select(finding => (finding.Topic.ToString().ToLowerInvariant(), finding.Text)),
            overview.GetProperty("findings").EnumerateArray().Select(finding => (finding.GetProperty("topic").GetString()!, finding.GetProperty("text").GetString()!)));
        // Forty features are no paper's model: its claims would be no news of these images.
        Assert.False(PaperClaims.Fits(record, document: 1));
        Assert.Empty(overview.GetProperty("claims").EnumerateArray());
        Assert.Empty(overview.GetProperty("differences").EnumerateArray());
    }

    [Fact]
    public async Task Highlights_are_the_extremes()
    {
        SmallRun small = SmallRun.Of("digits");
        await using ServedRun run = await ServedRun.StartAsync(small);
        FeatureTable table = FeatureTable.Of(small.Run.Ensemble[1], small.Images, 1, TestContext.Current.CancellationToken);
        JsonElement highlights = await run.GetAsync("/api/members/1/highlights");
        Assert.Equal(table.Alive.Length, highlights.GetProperty("alive").GetInt32());
        Check("used", table.Alive.OrderByDescending(feature => table.Use[feature].Frequency), feature => table.Use[feature].Frequency);
        Check("rarest", table.Alive.OrderBy(feature => table.Use[feature].Frequency), feature => table.Use[feature].Frequency);
        Check("strongest", table.Alive.OrderByDescending(feature => table.Use[feature].MeanActivation), feature => table.Use[feature].MeanActivation);
        ClassProfile profile = table.Profile!;
        Check("specific", table.Alive.Where(feature => profile.SelectivityAtLeast(feature) >= HighlightsArea.LeastSelectivity).OrderByDescending(profile.SelectivityAtLeast), profile.SelectivityAtLeast);
        foreach (JsonElement one in highlights.GetProperty("specific").EnumerateArray())
        {
            var (feature, label) = (one.GetProperty("feature").GetInt32(), one.GetProperty("class").GetInt32());
            Assert.All(profile.Present, other => Assert.True(profile.Frequency(other, feature) <= profile.Frequency(label, feature)));
        }

        void Check(string group, IEnumerable<int> features, Func<int, double> value)
        {
            JsonElement[] tiles = [.. highlights.GetProperty(group).EnumerateArray()];
            double[] expected = [.. features.Take(12).Select(value)];
            Assert.Equal(expected.Length, tiles.Length);
            for (int place = 0; place < expected.Length; place++)
            {
                Assert.Equal(expected[place], tiles[place].GetProperty("value").GetDouble(), 1e-6);
                Assert.Equal(expected[place], value(tiles[place].GetProperty("feature").GetInt32()), 1e-6);
            }
        }
    }

    [Fact]
    public async Task Class_answers_follow_the_profile()
    {
        SmallRun small = SmallRun.Of("digits");
        await using ServedRun run = await ServedRun.StartAsync(small);
        ClassProfile profile = run.Exploration.Member(0).Profile!;
        JsonElement classes = await run.GetAsync("/api/members/0/classes?keys=2");
        int[] features = [.. classes.GetProperty("features").EnumerateArray().Select(one => one.GetProperty("feature").GetInt32())];
        Assert.Equal(Enumerable.Range(0, 10).SelectMany(label => profile.KeyFeatures(label, 2)).Distinct(), features);
        JsonElement seven = classes.GetProperty("classes")[7];
        Assert.Equal(features.Select(feature => profile.Frequency(7, feature)), seven.GetProperty("frequency").EnumerateArray().Select(one => one.GetDouble()), Near);
        Assert.Equal(features.Select(feature => profile.Score(7, feature)), seven.GetProperty("score").EnumerateArray().Select(one => one.GetDouble()), Near);
        JsonElement key = (await run.GetAsync("/api/members/0/classes/7")).GetProperty("keyFeatures")[0];
        Assert.Equal(profile.KeyFeatures(7, 1)[0], key.GetProperty("feature").GetInt32());
        Assert.Equal(key.GetProperty("score").GetDouble(),
            (key.GetProperty("frequency").GetDouble() - key.GetProperty("elsewhere").GetDouble()) * key.GetProperty("meanActivation").GetDouble(), 1e-9);
        JsonElement there = await run.GetAsync("/api/members/0/classes/3/against/8"), back = await run.GetAsync("/api/members/0/classes/8/against/3");
        Assert.NotEqual(0, there.GetProperty("features").GetArrayLength());
        Assert.Equal(there.GetProperty("features").GetRawText(), back.GetProperty("otherFeatures").GetRawText());
        Assert.Equal(there.GetProperty("otherFeatures").GetRawText(), back.GetProperty("features").GetRawText());
    }

    [Theory]
    [InlineData("weights")]
    [InlineData("activations")]
    public async Task Member_answers_follow_the_matches(string by)
    {
        SmallRun small = SmallRun.Of("digits");
        await using ServedRun run = await ServedRun.StartAsync(small);
        MatchMeasure measure = by == "weights" ? MatchMeasure.Weights : MatchMeasure.Activations;
        MemberMatches matches = MemberMatches.Measure(small.Run.Ensemble, small.Images, 1, TestContext.Current.CancellationToken);
        JsonElement members = await run.GetAsync($"/api/members?by={by}");
        for (int member = 0; member < 2; member++) // one definition: the explored set, whoever counts
        {
            int alive = (await run.GetAsync($"/api/members/{member}/highlights")).GetProperty("alive").GetInt32();
            Assert.Equal(alive, members.GetProperty("alive")[member].GetInt32());
            Assert.Equal(alive, (await run.GetAsync($"/api/members/{member}/features")).EnumerateArray().Count(one => one.GetProperty("frequency").GetDouble() > 0));
        }
        Assert.Equal(small.Images.Count, members.GetProperty("images").GetInt32());
        Assert.Equal(matches[measure, 1, 0].MeanCosine, members.GetProperty("best")[1][0].GetDouble(), 1e-6);
        Assert.Equal(matches[measure, 0, 1].MeanSame, members.GetProperty("same")[0][1].GetDouble(), 1e-6);
        Assert.Equal(JsonValueKind.Null, members.GetProperty("best")[0][0].ValueKind);
        JsonElement own = await run.GetAsync($"/api/members/1/matches?by={by}"), other = Assert.Single(own.GetProperty("others").EnumerateArray());
        int[] features = [.. own.GetProperty("features").EnumerateArray().Select(one => one.GetInt32())];
        Assert.Equal(Enumerable.Range(0, 40).Where(feature => matches.Alive[1][feature]), features);
        Assert.Equal(features.Select(feature => matches[measure, 1, 0].Match[feature]), other.GetProperty("match").EnumerateArray().Select(one => one.GetInt32()));
        Assert.Equal(features.Select(feature => (double)matches[measure, 1, 0].Cosine[feature]), other.GetProperty("cosine").EnumerateArray().Select(one => one.GetDouble()), Near);
    }

    [Theory]
    [MemberData(nameof(SmallRun.Kinds), MemberType = typeof(SmallRun))]
    public async Task Degenerate_runs_are_answered_or_refused_in_a_sentence(string kind)
    {
        SmallRun small = SmallRun.Of(kind);
        await using ServedRun run = await ServedRun.StartAsync(small);
        Assert.True((await run.GetAsync("/api/run/overview")).GetProperty("training").GetProperty("finished").GetBoolean());
        Assert.Equal(kind == "all dead", (await run.GetAsync("/api/members/0/highlights")).GetProperty("alive").GetInt32() == 0);
        Assert.NotEqual(0, (await run.GetAsync("/api/members/0/examples")).GetArrayLength());
        foreach (string path in new[] { "/api/members/0/classes", "/api/members/0/classes/0" })
        {
            if (small.Images.HasLabels)
                await run.GetAsync(path);
            else
                Assert.Contains("no labels", await run.RefusedAsync(HttpStatusCode.NotFound, path), StringComparison.Ordinal);
        }
        foreach (string path in new[] { "/api/members", "/api/members/0/matches", "/api/members?by=activations" })
        {
            if (small.Run.Ensemble.Count > 1)
                await run.GetAsync(path);
            else
                Assert.Contains("one member", await run.RefusedAsync(HttpStatusCode.NotFound, path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_class_without_images_has_nothing_to_show()
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("few classes"));
        JsonElement none = await run.GetAsync("/api/members/0/classes/0");
        Assert.Equal(0, none.GetProperty("images").GetInt32());
        Assert.Equal(0, none.GetProperty("typical").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, none.GetProperty("mean").ValueKind);
        Assert.Equal(0, (await run.GetAsync("/api/members/0/classes/0/against/1")).GetProperty("features").GetArrayLength());
    }

    [Fact]
    public async Task A_model_alone_says_nothing_of_its_training()
    {
        SmallRun small = SmallRun.Of("digits");
        await using ServedRun run = await ServedRun.StartAsync(Exploration.Open(new ExplorationSource(Path.Combine(small.Run.Folder, "model.safetensors"), small.Images,
            DataOptions.For(small.Images.Shape), Threads: 1), cancellation: TestContext.Current.CancellationToken));
        JsonElement overview = await run.GetAsync("/api/run/overview");
        Assert.Equal(JsonValueKind.Null, overview.GetProperty("training").ValueKind);
        Assert.Equal(JsonValueKind.Null, overview.GetProperty("scores").ValueKind);
        Assert.Equal(0, overview.GetProperty("claims").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, (await run.GetAsync("/api/members")).GetProperty("consistency").ValueKind);
    }

    [Fact]
    public async Task An_unfinished_run_has_no_figures_yet()
    {
        using var folder = new TemporaryFolder();
        string copy = ExploredRun.Digits.Copy(folder), path = Path.Combine(copy, "run.json");
        using Run trained = Run.Open(copy);
        RunRecord record = trained.Record with { Finished = false, Evaluation = null, TrainEvaluation = null, History = [] };
        await File.WriteAllTextAsync(path, TangramJson.Serialize(record), TestContext.Current.CancellationToken);
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open(copy));
        JsonElement overview = await run.GetAsync("/api/run/overview");
        Assert.False(overview.GetProperty("training").GetProperty("finished").GetBoolean());
        Assert.Equal(JsonValueKind.Null, overview.GetProperty("scores").ValueKind);
        Assert.Equal(0, overview.GetProperty("claims").GetArrayLength());
    }

    [Theory]
    [InlineData("/api/members/0/classes/10", HttpStatusCode.NotFound)]
    [InlineData("/api/members/0/classes/-1", HttpStatusCode.NotFound)]
    [InlineData("/api/members/0/classes/1/against/99", HttpStatusCode.NotFound)]
    [InlineData("/api/members/0/classes/1/against/1", HttpStatusCode.BadRequest)]
    [InlineData("/api/members/0/classes?keys=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/members/0/classes?keys=1000000", HttpStatusCode.BadRequest)]
    [InlineData("/api/members/2/highlights", HttpStatusCode.NotFound)]
    [InlineData("/api/members/2/matches", HttpStatusCode.NotFound)]
    [InlineData("/api/members?by=luck", HttpStatusCode.BadRequest)]
    public async Task What_isnt_there_is_refused_in_a_sentence(string path, HttpStatusCode status)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        Assert.NotEmpty(await run.RefusedAsync(status, path));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-4;
}
