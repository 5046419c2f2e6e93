using Microsoft.Playwright;
using Tangram.Explorer;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>How pages look where it is hard: on phones, with long names, in the dark, and when another member is shown.</summary>
public sealed class LooksTests(ExplorerSite site) : BrowserTests(site)
{
    [Theory]
    [InlineData(390)]
    [InlineData(320)]
    public async Task The_tab_of_the_view_is_in_sight(int width)
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/members", width, touch: true);
        ILocator tab = visit.ByRole(AriaRole.Navigation).Locator("[aria-current]");
        await AssertWholeAsync(tab, "Members", width);
        await visit.ByRole(AriaRole.Link, "Overview").EvaluateAsync("link => link.click()");
        await AssertWholeAsync(tab, "Overview", width);
    }

    [Fact]
    public async Task A_long_name_is_cut_off_and_its_number_is_not()
    {
        using var folder = new TemporaryFolder();
        ImageSet named = ColouredShapes.Create(ExploredRun.Shapes.Images.Count, side: 24,
            ["a disc of some hue that is somewhere", "a square of some hue that is somewhere", "a triangle of some hue that is somewhere"]);
        using Exploration exploration = Exploration.Open(new ExplorationSource(ExploredRun.Shapes.Copy(folder), named, DataOptions.For(named.Shape), Threads: 2),
            cancellation: TestContext.Current.CancellationToken);
        await using ExplorerServer server = await ExplorerServer.StartAsync(exploration, new ExplorerOptions { Port = 0 }, TestContext.Current.CancellationToken);
        await using Visit visit = await Site.VisitAsync(server.Address, "/", width: 390);
        foreach (var (view, tiles, isNumber) in new[]
        {
            ("/", ".wall [role=group]:first-of-type .tile", @"^0\.\d+$"),
            ("/images/3", ".tiles[aria-label='Similar images'] .tile", @"^(0\.\d+|1)$"),
            ("/images", ".gallery .tile", @"^\d+$"),
        })
        {
            await visit.Page.GotoAsync(view);
            ILocator tile = visit.Page.Locator(tiles).First;
            await Expect(tile.Locator(".caption")).ToContainTextAsync("of some hue");
            Assert.Matches(isNumber, await tile.Locator(".value").InnerTextAsync());
            Assert.Contains("of some hue that is somewhere", await tile.GetAttributeAsync("title"), StringComparison.Ordinal);
            await visit.AssertNothingIsLostAsync();
            await visit.AssertNoSidewaysScrollAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_heat_map_of_a_code_is_of_the_pages_theme(bool dark)
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/images/3", dark: dark);
        await Expect(visit.Page.Locator(".heat-map canvas")).ToBeVisibleAsync();
        // Most cells are of features that aren't active; of those that are, some are of full colour.
        int[] found = await visit.Page.EvaluateAsync<int[]>("""
            () => {
                const canvas = document.querySelector('.heat-map canvas');
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                const lights = [];
                let colours = 0;
                for (let at = 0; at < data.length; at += 4) {
                    if (data[at + 3] === 0) continue;
                    lights.push((data[at] + data[at + 1] + data[at + 2]) / 3);
                    if (Math.max(data[at], data[at + 2]) - Math.min(data[at], data[at + 2]) > 100) colours++;
                }
                return [Math.round(lights.sort((a, b) => a - b)[lights.length >> 1]), colours];
            }
            """);
        Assert.InRange(found[0], dark ? 0 : 215, dark ? 40 : 255);
        Assert.NotEqual(0, found[1]);
    }

    [Fact]
    public async Task Another_members_feature_is_the_one_that_looks_most_alike()
    {
        Ensemble ensemble = Site.DigitsExploration.Ensemble;
        var found = Enumerable.Range(0, ensemble.Options.Features)
            .Select(feature => (Feature: feature, Match: MatchedFeatures.Of(ensemble[0].Feature(feature), ensemble[1], 1)[0], ByChance: MatchedFeatures.ByChance(ensemble[0].Feature(feature), ensemble.Options.Features)))
            .ToArray();
        var (alike, match, _) = found.Where(one => one.Match.Feature != one.Feature).MaxBy(one => one.Match.Similarity);
        var (lonely, _, byChance) = found.MinBy(one => one.Match.Similarity - one.ByChance);
        Assert.True(match.Similarity > byChance);

        await using Visit visit = await Site.VisitAsync(Site.Digits, $"/features/{alike}?sort=activation&look=mean");
        await Expect(visit.ByRole(AriaRole.Heading, $"Feature {alike}").First).ToBeVisibleAsync();
        await visit.Page.GetByLabel("Member of the ensemble").SelectOptionAsync("1");
        await Expect(visit.Page).ToHaveURLAsync($"/features/{match.Feature}?sort=activation&look=mean&matched=0.{alike}&member=1");
        await Expect(visit.Page.GetByText($"feature {alike} of member 0 looks most like this one of member 1 (cosine of weights {match.Similarity:0.##}).")).ToBeVisibleAsync();

        if (found[lonely].Match.Similarity <= byChance)
        {
            await visit.Page.GotoAsync($"/features/{lonely}");
            await Expect(visit.ByRole(AriaRole.Heading, $"Feature {lonely}").First).ToBeVisibleAsync();
            await Expect(visit.Page.GetByText("None looks like it").Last).ToBeVisibleAsync();
            await visit.Page.GetByLabel("Member of the ensemble").SelectOptionAsync("1");
            await Expect(visit.Page).ToHaveURLAsync($"/features?unmatched=0.{lonely}&member=1");
            await Expect(visit.Page.GetByText($"feature {lonely} of member 0 looks like no feature of member 1")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task An_edit_of_one_members_features_is_not_another_members()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/images/3?edit=5:1.5&order=number");
        await Expect(visit.Page.GetByText("1 change")).ToBeVisibleAsync();
        await visit.Page.GetByLabel("Member of the ensemble").SelectOptionAsync("1");
        await Expect(visit.Page).ToHaveURLAsync("/images/3?order=number&member=1");
        await Expect(visit.Page.GetByText("1 change")).ToHaveCountAsync(0);
        await visit.Page.GotoAsync("/map?of=features&near=5&count=7");
        await visit.Page.GetByLabel("Member of the ensemble").SelectOptionAsync("1");
        await Expect(visit.Page).ToHaveURLAsync("/map?of=features&count=7&member=1");
        await visit.Page.GotoAsync("/draw?from=5"); // an image, which is every member's
        await visit.Page.GetByLabel("Member of the ensemble").SelectOptionAsync("1");
        await Expect(visit.Page).ToHaveURLAsync("/draw?from=5&member=1");
    }

    [Fact]
    public async Task Features_that_look_like_one_by_chance_alone_are_not_shown()
    {
        MemberView view = Site.DigitsExploration.Member(0);
        int Alike(int feature) => view.Index.Alike(feature).Count(one => one.Similarity > MatchedFeatures.ByChance(view.Autoencoder.Feature(feature), view.Features));
        int lonely = Enumerable.Range(0, view.Features).MinBy(Alike);
        await using Visit visit = await Site.VisitAsync(Site.Digits, $"/features/{lonely}");
        await Expect(visit.ByRole(AriaRole.Heading, "Features that look like it")).ToBeVisibleAsync();
        ILocator shown = visit.ByRole(AriaRole.Group, "Features that look like it").GetByRole(AriaRole.Link);
        await Expect(shown).ToHaveCountAsync(Math.Min(12, Alike(lonely)));
        if (Alike(lonely) == 0)
            await Expect(visit.Page.GetByText("None looks like it: no cosine of weights is above")).ToBeVisibleAsync();
    }

    private static async Task AssertWholeAsync(ILocator tab, string name, int width)
    {
        await Expect(tab).ToHaveTextAsync(name);
        LocatorBoundingBoxResult box = (await tab.BoundingBoxAsync())!;
        Assert.InRange(box.X, 0, width - box.Width);
    }
}
