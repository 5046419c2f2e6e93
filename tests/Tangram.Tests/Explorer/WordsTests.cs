using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tangram.Explorer;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>That the pages' words say what their numbers are of: dead features, times, rows, and what the server says in Chinese.</summary>
public sealed class WordsTests(ExplorerSite site) : BrowserTests(site)
{
    [Fact]
    public async Task Each_count_of_dead_features_names_its_images_and_its_member()
    {
        Exploration explored = Site.DigitsExploration;
        const int Member = 1;
        MemberView view = explored.Member(Member);
        int all = view.Features, dead = view.Use.Count(use => use.Frequency == 0);
        Assert.InRange(dead, 1, all - 1);
        string of = $"no image of {explored.Images.Name} ({explored.Images.Count:N0}) activates";
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/?member=1");
        await Expect(visit.Page.GetByText($"{all - dead} of {all} features are active; {dead} are dead: {of} them, member 1.")).ToBeVisibleAsync();
        DataRecord test = explored.Record!.Test;
        string ofTest = $"no image of {test.Name} ({test.Images:N0}) activates";
        double mean = explored.Record.Evaluation!.DeadFraction * all;
        await Expect(visit.ByRole(AriaRole.Row).Filter(new() { HasText = $"Dead features: {ofTest} them" })).ToContainTextAsync($"({mean:0.#} of {all} a member, on average)");
        await Expect(visit.Page.GetByText($"at the end of an epoch, {ofTest} the feature; means over the members")).ToBeVisibleAsync();
        await visit.Page.GotoAsync("/features?member=1");
        await Expect(visit.Page.GetByText($"{dead} dead, not in the chart: {of} them, member 1")).ToBeVisibleAsync();
        int first = Enumerable.Range(0, all).First(feature => view.Use[feature].Frequency == 0);
        await visit.Page.GotoAsync($"/features/{first}?member=1");
        await Expect(visit.Page.GetByText($"This feature is dead: {of} it, member 1.")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("dd").First).ToHaveTextAsync($"dead: {of} it, member 1");
        await visit.Page.GotoAsync("/members");
        await Expect(visit.Page.GetByText($"active for at least one of all {explored.Images.Count:N0} images of {explored.Images.Name}.")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".heat").First.GetByRole(AriaRole.Row).Nth(1 + Member).GetByRole(AriaRole.Cell).First).ToHaveTextAsync($"{all - dead}");
    }

    [Fact]
    public async Task The_time_is_all_of_it_and_that_of_steps()
    {
        RunRecord record = Site.DigitsExploration.Record!;
        Assert.True(record.TrainSeconds < record.WallSeconds);
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/");
        await Expect(visit.Page.Locator(".about")).ToContainTextAsync(new Regex("in [0-9.]+ s in all, of which [0-9.]+ s of steps", RegexOptions.None, TimeSpan.FromSeconds(1)));
        using var client = new HttpClient { BaseAddress = new Uri(Site.Digits.GetLeftPart(UriPartial.Authority)) };
        using var told = JsonDocument.Parse(await client.GetStringAsync("/api/run/overview", TestContext.Current.CancellationToken));
        JsonElement training = told.RootElement.GetProperty("training");
        Assert.Equal((record.WallSeconds, record.TrainSeconds), (training.GetProperty("seconds").GetDouble(), training.GetProperty("stepSeconds").GetDouble()));
    }

    [Fact]
    public async Task Rows_that_are_no_images_are_called_rows()
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("rows"));
        await using Visit visit = await Site.VisitAsync(run.Address, "/");
        int feature = Enumerable.Range(0, 40).MaxBy(one => run.Exploration.Member(0).Use[one].Frequency);
        foreach (string view in new[] { "/", "/features", $"/features/{feature}", "/images", "/images/3", "/draw", "/classes", "/classes?class=1", "/classes?class=1&other=2", "/map", "/members" })
        {
            await visit.Page.GotoAsync(view);
            await SettledAsync(visit);
            Assert.DoesNotContain("image", await visit.Page.Locator("body").InnerTextAsync(), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("bright", await visit.ByRole(AriaRole.Main).InnerTextAsync(), StringComparison.OrdinalIgnoreCase);
            await visit.ByRole(AriaRole.Button, "中文").ClickAsync();
            await SettledAsync(visit);
            Assert.DoesNotContain("图像", (await visit.ByRole(AriaRole.Main).InnerTextAsync()).Replace("不是图像", "", StringComparison.Ordinal), StringComparison.Ordinal);
            await visit.ByRole(AriaRole.Button, "English").ClickAsync();
        }
    }

    [Fact]
    public async Task What_the_server_says_is_said_in_Chinese_and_words_stay_whole()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/members", width: 390);
        RunRecord record = Site.DigitsExploration.Record!;
        // The paper is of another model, so the server has no claims of this one; here it has all of them, and others of a run of one member.
        var claims = PaperClaims.Check(record).Concat(PaperClaims.Check(SmallRun.Of("few classes").Run.Record)).Concat(PaperClaims.Check(SmallRun.Of("one image").Run.Record));
        var unlike = PaperClaims.Differences(record).Concat(PaperClaims.Differences(SmallRun.Of("all options").Run.Record));
        await visit.Page.RouteAsync("**/api/run/overview", async route =>
        {
            IAPIResponse given = await route.FetchAsync();
            JsonNode told = JsonNode.Parse(await given.TextAsync())!;
            told["claims"] = new JsonArray([.. claims.Select((claim, place) => new JsonObject
            {
                ["section"] = $"{place}",
                ["claim"] = claim.Claim,
                ["measured"] = claim.Measured,
                ["verdict"] = JsonNamingPolicy.CamelCase.ConvertName($"{claim.Verdict}"),
                ["document"] = 1,
            })]);
            told["differences"] = new JsonArray([.. unlike.Select(one => JsonValue.Create(one))]);
            await route.FulfillAsync(new RouteFulfillOptions { Response = given, Body = told.ToJsonString() });
        });
        await visit.ByRole(AriaRole.Button, "中文").ClickAsync();
        await visit.Page.GotoAsync("/");
        await SettledAsync(visit);
        await visit.Page.Locator("summary").First.ClickAsync();
        await Expect(visit.Page.Locator(".claims")).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Main).Locator("[lang=en]")).ToHaveCountAsync(0);
        string said = await visit.Page.Locator(".claims").InnerTextAsync();
        Assert.DoesNotMatch("[a-z]{3,} [a-z]{3,}", said);
        Assert.Contains("已复现", said, StringComparison.Ordinal);
        string differences = await visit.Page.Locator(".note").Filter(new() { HasText = "本次运行的不同之处" }).InnerTextAsync();
        Assert.Contains("200 个特征，而非 1,024 个", differences, StringComparison.Ordinal);
        Assert.DoesNotMatch("[a-z]{3,} [a-z]{3,}", differences);
        int[] lines = await visit.Page.EvaluateAsync<int[]>("""
            () => [...document.querySelectorAll('.claims .verdict')].map(verdict => {
                const word = document.createRange();
                word.selectNodeContents(verdict.lastChild);
                return word.getClientRects().length;
            })
            """);
        Assert.All(lines, count => Assert.Equal(1, count));
        visit.ExpectedFailures.Add(404);
        await visit.Page.GotoAsync("/features/9999");
        await Expect(visit.ByRole(AriaRole.Alert)).ToContainTextAsync("没有特征 9999；该模型的特征为 0 … 199。");
    }

    private static async Task SettledAsync(Visit visit)
    {
        await Expect(visit.Page.Locator("main h1")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".loading")).ToHaveCountAsync(0);
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }
}
