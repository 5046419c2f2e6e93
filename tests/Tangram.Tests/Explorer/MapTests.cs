using System.Net;
using System.Text.Json;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>Maps of codes and features over HTTP.</summary>
public sealed class MapTests
{
    [Fact]
    public async Task Images_lie_where_their_codes_components_put_them()
    {
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        JsonElement map = await run.GetAsync("/api/members/1/map/images");
        using var workers = new Workers(1);
        CodeMap expected = CodeMap.Of(run.Exploration.Member(1).Codes, workers)!;
        Assert.Equal(expected.Items, Numbers(map, "items").Select(item => (int)item));
        Assert.Equal(expected.X.Select(place => (float)place), Numbers(map, "x").Select(place => (float)place));
        Assert.Equal(expected.Y.Select(place => (float)place), Numbers(map, "y").Select(place => (float)place));
        Assert.Equal(expected.Share, map.GetProperty("share").GetDouble());
        Assert.Equal(expected.Items.Select(run.Exploration.Images.Label), Numbers(map, "classes").Select(label => (int)label));
        Assert.Equal(run.Exploration.Images.Count, map.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Features_that_look_alike_lie_together_and_dead_ones_are_left_out()
    {
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Shapes.Open());
        MemberView view = run.Exploration.Member(0);
        JsonElement map = await run.GetAsync("/api/members/0/map/features");
        Assert.Equal(Enumerable.Range(0, view.Features).Where(feature => view.Use[feature].Frequency > 0), Numbers(map, "items").Select(item => (int)item));
        Assert.Empty(Numbers(map, "classes"));
        Assert.InRange(map.GetProperty("share").GetDouble(), 0.01, 1);
    }

    [Fact]
    public async Task A_map_of_neighbours_is_made_while_one_waits()
    {
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Shapes.Open());
        var progress = new List<double>();
        JsonElement map;
        do
        {
            map = await run.GetAsync("/api/members/0/map/images?layout=neighbours");
            progress.Add(map.GetProperty("progress").GetDouble());
        }
        while (progress[^1] < 1);
        Assert.Equal(progress.Order(), progress);
        JsonElement components = await run.GetAsync("/api/members/0/map/images");
        Assert.Equal(components.GetProperty("items").GetRawText(), map.GetProperty("items").GetRawText());
        Assert.Equal(JsonValueKind.Null, map.GetProperty("share").ValueKind);
        Assert.Equal(600, Numbers(map, "x").Distinct().Count());
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_a_map()
    {
        ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        await run.GetAsync("/api/members/0/map/images?layout=neighbours");
        await run.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("digits")]
    [InlineData("colour")]
    [InlineData("no labels")]
    [InlineData("one class")]
    [InlineData("one image")]
    [InlineData("all dead")]
    [InlineData("rows")]
    public async Task Small_runs_have_maps(string kind)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of(kind));
        foreach (string of in new[] { "images", "features" })
        {
            JsonElement map = await run.GetAsync($"/api/members/0/map/{of}");
            Assert.Equal(1, map.GetProperty("progress").GetDouble());
            Assert.Equal(Numbers(map, "items").Count(), Numbers(map, "x").Count());
        }
    }

    [Theory]
    [InlineData("/api/members/9/map/images", HttpStatusCode.NotFound)]
    [InlineData("/api/members/0/map/nothing", HttpStatusCode.BadRequest)]
    [InlineData("/api/members/0/map/images?layout=random", HttpStatusCode.BadRequest)]
    public async Task What_there_is_no_map_of_is_said(string path, HttpStatusCode status)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        Assert.NotEmpty(await run.RefusedAsync(status, path));
    }

    private static IEnumerable<double> Numbers(JsonElement map, string name) => map.GetProperty(name).EnumerateArray().Select(number => number.GetDouble());
}
