using Microsoft.Playwright;
using Tangram.Explorer;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>A feature's page, as a person uses it.</summary>
public sealed class FeatureViewTests(ExplorerSite site) : BrowserTests(site)
{
    public static TheoryData<bool> Runs => [true, false];

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task It_shows_the_feature_its_images_and_its_relatives(bool digits)
    {
        int feature = Used(digits);
        await using Visit visit = await Site.VisitAsync(digits ? Site.Digits : Site.Shapes, $"/features/{feature}");
        await Expect(visit.ByRole(AriaRole.Heading, $"Feature {feature}")).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Group, "Images that activate it most").Locator("img")).ToHaveCountAsync(24);
        await Expect(visit.ByRole(AriaRole.Heading, "stronger than 50%")).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Group, "Any images that activate it").Locator("img")).ToHaveCountAsync(12);
        MemberView view = (digits ? Site.DigitsExploration : Site.ShapesExploration).Member(0);
        double byChance = MatchedFeatures.ByChance(view.Autoencoder.Feature(feature), view.Features);
        int alike = view.Index.Alike(feature).Take(12).Count(one => one.Similarity > byChance);
        await Expect(visit.ByRole(AriaRole.Group, "Features that look like it").Locator("img")).ToHaveCountAsync(alike);
        await Expect(visit.ByRole(AriaRole.Heading, "The same in other members")).ToHaveCountAsync(digits ? 1 : 0);
        await Expect(visit.Page.GetByText("It helps in")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".removal")).ToHaveCountAsync(6);
        Assert.Equal(0, await BrokenPicturesAsync(visit));
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Its_weights_are_seen_in_another_way_and_the_address_says_so(bool digits)
    {
        await using Visit visit = await Site.VisitAsync(digits ? Site.Digits : Site.Shapes, $"/features/{Used(digits)}");
        ILocator picture = visit.Page.Locator(".feature-picture img");
        byte[] usual = await PixelsAsync(visit, picture);
        await visit.ByRole(AriaRole.Button, digits ? "black to white" : "blue", exact: true).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync($"/features/{Used(digits)}?look={(digits ? "mean" : "blue")}");
        Assert.NotEqual(usual, await PixelsAsync(visit, picture));
        await visit.Page.ReloadAsync();
        await Expect(visit.ByRole(AriaRole.Button, digits ? "black to white" : "blue", exact: true)).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Fact]
    public async Task Arrow_keys_follow_the_gallerys_order_and_leave_fields_alone()
    {
        MemberView view = Site.DigitsExploration.Member(0);
        int[] order = [.. Enumerable.Range(0, view.Features).OrderByDescending(feature => view.Use[feature].Frequency)];
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/features");
        await visit.Page.Locator(".gallery a.tile").Nth(1).ClickAsync();
        await AssertFeatureAsync(visit, order[1]);
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await AssertFeatureAsync(visit, order[2]);
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        await AssertFeatureAsync(visit, order[0]);
        await visit.Page.Keyboard.PressAsync("ArrowLeft"); // there is none before
        await visit.ByRole(AriaRole.Link, "Next").ClickAsync();
        await AssertFeatureAsync(visit, order[1]);
        await visit.Page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await AssertFeatureAsync(visit, order[1]);
        await visit.ByRole(AriaRole.Link, "Back to the gallery").ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync("/features");
    }

    [Fact]
    public async Task Without_a_gallery_features_follow_by_number()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/features/0?member=1");
        await AssertFeatureAsync(visit, 0);
        await Expect(visit.ByRole(AriaRole.Link, "Next")).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Link, "Previous")).ToHaveCountAsync(0);
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await AssertFeatureAsync(visit, 1);
        await Expect(visit.Page).ToHaveURLAsync("/features/1?member=1");
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task A_name_is_kept_and_seen_in_the_gallery(bool digits)
    {
        using var folder = new TemporaryFolder();
        ExploredRun run = digits ? ExploredRun.Digits : ExploredRun.Shapes;
        using Exploration exploration = run.Open(run.Copy(folder));
        await using ExplorerServer server = await ExplorerServer.StartAsync(exploration, new ExplorerOptions { Port = 0 }, TestContext.Current.CancellationToken);
        await using Visit visit = await Site.VisitAsync(server.Address, "/features?sort=number");
        await visit.Page.Locator(".gallery a[href^='/features/3?']").ClickAsync();
        ILocator name = visit.Page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true });
        await name.FillAsync("the bow of a two");
        await name.PressAsync("Enter");
        await Expect(visit.Page.GetByText("Kept in the run.")).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Feature 3: the bow of a two")).ToBeVisibleAsync();
        await visit.Page.GetByLabel("Note", new PageGetByLabelOptions { Exact = true }).FillAsync("Also in sevens.");
        await visit.ByRole(AriaRole.Link, "Back to the gallery").ClickAsync(); // going on keeps it, too
        await Expect(visit.ByRole(AriaRole.Link, "feature 3: the bow of a two")).ToContainTextAsync("the bow of a two");
        await visit.Page.GetByLabel("Number or name").FillAsync("BOW");
        await Expect(visit.Page.GetByText($"1 of {exploration.Member(0).Features} features")).ToBeVisibleAsync();
        await visit.ByRole(AriaRole.Link, "feature 3: the bow of a two").ClickAsync();
        await Expect(visit.Page.GetByLabel("Note", new PageGetByLabelOptions { Exact = true })).ToHaveValueAsync("Also in sevens.");
        await visit.ByRole(AriaRole.Button, "Delete").ClickAsync();
        await Expect(visit.Page.GetByText("Deleted.")).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Feature 3", exact: true)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Of_two_tabs_none_overwrites_the_other_unseen()
    {
        using var folder = new TemporaryFolder();
        using Exploration exploration = ExploredRun.Digits.Open(ExploredRun.Digits.Copy(folder));
        await using ExplorerServer server = await ExplorerServer.StartAsync(exploration, new ExplorerOptions { Port = 0 }, TestContext.Current.CancellationToken);
        await using Visit first = await Site.VisitAsync(server.Address, "/features/3"), second = await Site.VisitAsync(server.Address, "/features/3");
        ILocator Name(Visit visit) => visit.Page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true });
        second.ExpectedFailures.Add(409);
        await Name(second).FillAsync("mine");
        await Name(first).FillAsync("theirs");
        await Name(first).PressAsync("Enter");
        await Expect(first.Page.GetByText("Kept in the run.")).ToBeVisibleAsync();
        await Name(second).PressAsync("Enter");
        await Expect(second.ByRole(AriaRole.Alert)).ToContainTextAsync("It now says:");
        await Expect(second.ByRole(AriaRole.Alert)).ToContainTextAsync("theirs");
        await Expect(Name(second)).ToHaveValueAsync("mine"); // what was typed stays
        Assert.Equal("theirs", new FeatureNotes(exploration).NameOf(0, 3));
        await second.ByRole(AriaRole.Button, "Replace it with mine").ClickAsync();
        await Expect(second.Page.GetByText("Kept in the run.")).ToBeVisibleAsync();
        await Expect(second.ByRole(AriaRole.Heading, "Feature 3: mine")).ToBeVisibleAsync();
        Assert.Equal("mine", new FeatureNotes(exploration).NameOf(0, 3));
        first.ExpectedFailures.Add(409);
        await Name(first).FillAsync("theirs again");
        await Name(first).PressAsync("Enter");
        await first.ByRole(AriaRole.Button, "Take that").ClickAsync();
        await Expect(Name(first)).ToHaveValueAsync("mine");
        await Expect(first.ByRole(AriaRole.Heading, "Feature 3: mine")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_is_not_kept_is_told()
    {
        using var folder = new TemporaryFolder();
        string copy = ExploredRun.Digits.Copy(folder);
        await File.WriteAllTextAsync(Path.Combine(copy, "notes.json"), "{", TestContext.Current.CancellationToken);
        using Exploration exploration = ExploredRun.Digits.Open(copy);
        await using ExplorerServer server = await ExplorerServer.StartAsync(exploration, new ExplorerOptions { Port = 0 }, TestContext.Current.CancellationToken);
        await using Visit visit = await Site.VisitAsync(server.Address, "/features/3");
        visit.ExpectedFailures.Add(400);
        await Expect(visit.Page.GetByText("notes.json is damaged")).ToBeVisibleAsync();
        await visit.Page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FillAsync("x");
        await visit.ByRole(AriaRole.Button, "Save").ClickAsync();
        await Expect(visit.ByRole(AriaRole.Alert)).ToContainTextAsync("notes.json is damaged");
    }

    [Theory]
    [InlineData("/features/9999", "There is no feature 9999")]
    [InlineData("/features/two", "There is no feature")]
    public async Task A_feature_that_is_not_there_is_told_of(string path, string expected)
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/features");
        visit.ExpectedFailures.Add(404);
        await visit.Page.GotoAsync(path);
        await Expect(visit.ByRole(AriaRole.Alert)).ToContainTextAsync(expected);
    }

    [Theory]
    [InlineData("all dead")]
    [InlineData("rows")]
    [InlineData("no labels")]
    [InlineData("all options")]
    [InlineData("one image")]
    public async Task Both_views_are_sensible_for_a_run_that_lacks_something(string kind)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of(kind));
        MemberView view = run.Exploration.Member(0);
        await using Visit visit = await Site.VisitAsync(run.Address, "/features");
        await Expect(visit.Page.Locator(".gallery a.tile").First).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("All features are dead, so there is nothing to chart")).ToHaveCountAsync(kind == "all dead" ? 1 : 0);
        await Expect(visit.Page.GetByLabel("Frequency, % from")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByLabel("Selectivity from")).ToHaveCountAsync(run.Exploration.Images is { HasLabels: true, ClassNames.Count: > 1 } ? 1 : 0);
        await visit.ShowAsync($"gallery-{kind.Replace(' ', '-')}");
        foreach (int feature in new[] { Array.FindIndex([.. view.Use], use => use.Frequency > 0), Array.FindIndex([.. view.Use], use => use.Frequency == 0) }.Where(one => one >= 0))
        {
            await visit.Page.GotoAsync($"/features/{feature}");
            await AssertFeatureAsync(visit, feature);
            await Expect(visit.Page.GetByText("This feature is dead")).ToHaveCountAsync(view.Use[feature].Frequency == 0 ? 1 : 0);
            await Expect(visit.Page.Locator(".feature-picture")).ToHaveCountAsync(run.Exploration.Ensemble.Options.Untied ? 2 : 1);
            await Expect(visit.Page.Locator(".failure")).ToHaveCountAsync(0);
            await visit.AssertAccessibleAsync();
            Assert.Equal(0, await BrokenPicturesAsync(visit));
            await visit.ShowAsync($"feature-{kind.Replace(' ', '-')}-{(view.Use[feature].Frequency == 0 ? "dead" : "alive")}");
        }
    }

    private int Used(bool digits)
    {
        MemberView view = (digits ? Site.DigitsExploration : Site.ShapesExploration).Member(0);
        return Enumerable.Range(0, view.Features).MaxBy(feature => view.Use[feature].Frequency);
    }

    private static Task AssertFeatureAsync(Visit visit, int feature) => Expect(visit.ByRole(AriaRole.Heading, $"Feature {feature}", exact: true)).ToBeVisibleAsync();

    /// <summary>Number of pictures in the page that can't be drawn.</summary>
    private static async Task<int> BrokenPicturesAsync(Visit visit)
    {
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        return await visit.Page.EvaluateAsync<int>("() => [...document.images].filter(image => image.complete && image.naturalWidth === 0).length");
    }

    /// <summary>A picture as it is drawn now.</summary>
    private static async Task<byte[]> PixelsAsync(Visit visit, ILocator picture)
    {
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await picture.EvaluateAsync("image => image.decode()");
        return await picture.ScreenshotAsync();
    }
}
