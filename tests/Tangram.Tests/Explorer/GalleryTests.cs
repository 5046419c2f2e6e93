using Microsoft.Playwright;
using Tangram.Explorer;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>The gallery of features, as a person uses it.</summary>
public sealed class GalleryTests(ExplorerSite site) : BrowserTests(site)
{
    private const int Shown = 6; // tiles that are compared

    public static TheoryData<bool> Runs => [true, false];

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task It_is_sorted_both_ways_and_says_by_what(bool digits)
    {
        await using Visit visit = await VisitAsync(digits, "/features");
        MemberView view = View(digits);
        int[] byFrequency = [.. Enumerable.Range(0, view.Features).OrderByDescending(feature => view.Use[feature].Frequency)];
        await AssertFirstAsync(visit, byFrequency);
        await Expect(Tiles(visit).First).ToContainTextAsync("%");

        await visit.Page.GetByLabel("Sort by").SelectOptionAsync("mean activation");
        int[] alive = [.. Enumerable.Range(0, view.Features).Where(feature => view.Use[feature].Frequency > 0)];
        await AssertFirstAsync(visit, [.. alive.OrderByDescending(feature => view.Use[feature].MeanActivation)]);
        await visit.ByRole(AriaRole.Button, "Descending").ClickAsync();
        await AssertFirstAsync(visit, [.. alive.OrderBy(feature => view.Use[feature].MeanActivation)]);
        await Expect(visit.Page).ToHaveURLAsync("/features?sort=activation&order=up");

        await visit.Page.GetByLabel("Sort by").SelectOptionAsync("number");
        await AssertFirstAsync(visit, [.. Enumerable.Range(0, view.Features)]);
        await visit.ByRole(AriaRole.Button, "Ascending").ClickAsync();
        await AssertFirstAsync(visit, [.. Enumerable.Range(0, view.Features).Reverse()]);
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task It_is_filtered_and_counted(bool digits)
    {
        await using Visit visit = await VisitAsync(digits, "/features");
        MemberView view = View(digits);
        FeatureKind kind = view.Kinds.OfType<FeatureKind>().GroupBy(one => one).MaxBy(group => group.Count())!.Key;
        await visit.ByRole(AriaRole.Combobox, "Kind", exact: true).SelectOptionAsync(new SelectOptionValue { Value = $"{kind}".ToLowerInvariant() });
        await AssertCountAsync(visit, view.Kinds.Count(one => one == kind), view.Features);
        await visit.ByRole(AriaRole.Button, "Show all").ClickAsync();
        await AssertCountAsync(visit, view.Features, view.Features);

        await visit.ByRole(AriaRole.Combobox, "Show", exact: true).SelectOptionAsync("dead");
        await AssertCountAsync(visit, view.Use.Count(one => one.Frequency == 0), view.Features);
        await visit.ByRole(AriaRole.Combobox, "Show", exact: true).SelectOptionAsync("all");
        await visit.Page.GetByLabel("Number or name").FillAsync("17");
        await AssertFirstAsync(visit, [17]);
        await AssertCountAsync(visit, 1, view.Features);
        await visit.Page.GetByLabel("Number or name").FillAsync("nobody calls it so");
        await Expect(visit.Page.GetByText("No feature is like that.")).ToBeVisibleAsync();
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task A_rectangle_in_the_scatter_filters_it_and_its_address_brings_both_back(bool digits)
    {
        await using Visit visit = await VisitAsync(digits, "/features");
        MemberView view = View(digits);
        await AssertCountAsync(visit, view.Features, view.Features);
        await BrushAsync(visit, (0.4f, 0.15f), (0.95f, 0.8f));
        await visit.Page.WaitForURLAsync(url => url.Contains("frequency=", StringComparison.Ordinal) && url.Contains("activation=", StringComparison.Ordinal));
        double[] ends = await EndsAsync(visit);
        int[] inside = Inside(view, ends);
        Assert.InRange(inside.Length, 1, view.Features - 1);
        await AssertCountAsync(visit, inside.Length, view.Features);
        await AssertFirstAsync(visit, inside);

        await using Visit again = await Site.VisitAsync(digits ? Site.Digits : Site.Shapes, new Uri(visit.Page.Url).PathAndQuery);
        await AssertCountAsync(again, inside.Length, view.Features);
        await AssertFirstAsync(again, inside);
        byte[] chart = await Chart(again).ScreenshotAsync();
        await again.ByRole(AriaRole.Button, "Show all").ClickAsync();
        await AssertCountAsync(again, view.Features, view.Features);
        Assert.NotEqual(chart, await Chart(again).ScreenshotAsync());
    }

    [Fact]
    public async Task The_same_ranges_are_given_by_keyboard()
    {
        await using Visit visit = await VisitAsync(digits: true, "/features");
        MemberView view = View(digits: true);
        await visit.Page.GetByLabel("Frequency, % from").FocusAsync();
        await visit.Page.Keyboard.TypeAsync("2");
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.TypeAsync("8");
        await visit.Page.Keyboard.PressAsync("Tab");
        await AssertCountAsync(visit, view.Use.Count(one => one.Frequency is >= 0.02 and <= 0.08), view.Features);
        await Expect(visit.Page).ToHaveURLAsync("/features?frequency=0.02..0.08");
    }

    [Fact]
    public async Task Back_leads_from_a_feature_to_the_same_gallery()
    {
        await using Visit visit = await VisitAsync(digits: true, "/features?sort=activation&show=alive");
        string first = (await Tiles(visit).First.GetAttributeAsync("href"))!;
        await Tiles(visit).First.ClickAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Feature ").First).ToBeVisibleAsync();
        Assert.StartsWith("/features/", first, StringComparison.Ordinal);
        await visit.Page.GoBackAsync();
        await Expect(visit.Page).ToHaveURLAsync("/features?sort=activation&show=alive");
        await Expect(Tiles(visit).First).ToHaveAttributeAsync("href", first);
    }

    [Fact]
    public async Task A_point_of_the_scatter_opens_its_feature()
    {
        MemberView view = View(digits: true);
        int most = Enumerable.Range(0, view.Features).MaxBy(feature => view.Use[feature].Frequency);
        // Alone in the chart, where the address says so: the axes stay, so its place is known from their ends.
        await using Visit visit = await VisitAsync(digits: true, $"/features?find={most}");
        await AssertCountAsync(visit, 1, view.Features);
        LocatorBoundingBoxResult box = (await Chart(visit).BoundingBoxAsync())!;
        for (float y = box.Y + 40; y < box.Y + box.Height - 50; y += 4)
        {
            // The most frequent feature is the rightmost point; its height isn't known here.
            for (float x = box.X + box.Width - 20; x > box.X + (box.Width * 0.85f); x -= 4)
            {
                await visit.Page.Mouse.ClickAsync(x, y);
                if (visit.Page.Url.Contains($"/features/{most}?", StringComparison.Ordinal))
                    return;
            }
        }
        Assert.Fail("No click in the chart opened the feature.");
    }

    private Task<Visit> VisitAsync(bool digits, string path) => Site.VisitAsync(digits ? Site.Digits : Site.Shapes, path);

    private MemberView View(bool digits) => (digits ? Site.DigitsExploration : Site.ShapesExploration).Member(0);

    private static ILocator Tiles(Visit visit) => visit.Page.Locator(".gallery a.tile");

    private static ILocator Chart(Visit visit) => visit.Page.Locator(".chart");

    /// <summary>Draws a rectangle over shares of the chart's width and height.</summary>
    private static async Task BrushAsync(Visit visit, (float X, float Y) from, (float X, float Y) to)
    {
        await Expect(Chart(visit).Locator("canvas").First).ToBeVisibleAsync();
        LocatorBoundingBoxResult box = (await Chart(visit).BoundingBoxAsync())!;
        await visit.Page.Mouse.MoveAsync(box.X + (box.Width * from.X), box.Y + (box.Height * from.Y));
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.MoveAsync(box.X + (box.Width * to.X), box.Y + (box.Height * to.Y), new MouseMoveOptions { Steps = 8 });
        await visit.Page.Mouse.UpAsync();
    }

    /// <summary>What the address says of the ranges: frequency from, to, mean activation from, to.</summary>
    private static async Task<double[]> EndsAsync(Visit visit)
    {
        string[] texts = await visit.Page.EvaluateAsync<string[]>("() => ['frequency', 'activation'].map(name => new URLSearchParams(location.search).get(name))");
        return [.. texts.SelectMany(text => text.Split("..")).Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
    }

    private static int[] Inside(MemberView view, double[] ends) =>
        [.. Enumerable.Range(0, view.Features).Where(feature => view.Use[feature] is { Frequency: > 0 } use && use.Frequency >= ends[0] && use.Frequency <= ends[1]
            && use.MeanActivation >= ends[2] && use.MeanActivation <= ends[3]).OrderByDescending(feature => view.Use[feature].Frequency)];

    private static Task AssertCountAsync(Visit visit, int shown, int all) => Expect(visit.Page.GetByText($"{shown} of {all} features")).ToBeVisibleAsync();

    private static async Task AssertFirstAsync(Visit visit, int[] features)
    {
        for (int place = 0; place < Math.Min(Shown, features.Length); place++)
            await Expect(visit.Page.Locator($".gallery [aria-posinset='{place + 1}'] a[href^='/features/{features[place]}?']")).ToBeVisibleAsync();
    }
}
