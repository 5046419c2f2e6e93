using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>
/// What holds for every view, on both runs, in both themes, at a desk and on a phone: nothing in the console, no request beyond the server (both by <see cref="Visit"/>),
/// no serious finding of axe-core, no sideways scrolling, nothing that moves while it loads, no number cut off, and words in both languages.
/// </summary>
public sealed class EveryViewTests(ExplorerSite site) : BrowserTests(site)
{
    private const int Desk = 1280, Phone = 390, Narrowest = 320; // the last is also a desk's page at 400 %

    private static readonly string[] s_views =
        ["/", "/features", "/features/7", "/images", "/images/3", "/draw", "/classes", "/classes?class=1", "/classes?class=1&other=2", "/map", "/members"];

    public static TheoryData<bool, string> Views()
    {
        var views = new TheoryData<bool, string>();
        foreach (string view in s_views)
        {
            views.Add(true, view);
            views.Add(false, view);
        }
        return views;
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task It_is_accessible_and_fits_in_both_themes(bool digits, string view)
    {
        // Sizes and themes don't depend on each other; for pictures to look at, all four.
        (int Width, bool Dark)[] looks = Visit.IsShown ? [(Desk, false), (Desk, true), (Phone, false), (Phone, true)] : [(Desk, false), (Phone, true)];
        foreach ((int width, bool dark) in looks)
        {
            await using Visit visit = await Site.VisitAsync(digits ? Site.Digits : Site.Shapes, view, width, dark, touch: width == Phone);
            await SettledAsync(visit);
            await visit.AssertSteadyAsync();
            await visit.AssertAccessibleAsync();
            await visit.AssertNoSidewaysScrollAsync();
            await visit.AssertNothingIsLostAsync();
            await visit.ShowAsync(NameOf(digits, view, $"{width}-{(dark ? "dark" : "light")}"));
            if (width != Phone)
                continue;
            await visit.Page.SetViewportSizeAsync(Narrowest, 900);
            await visit.AssertNoSidewaysScrollAsync();
            await visit.AssertNothingIsLostAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task It_speaks_Chinese(bool digits, string view)
    {
        await using Visit visit = await Site.VisitAsync(digits ? Site.Digits : Site.Shapes, view);
        await SettledAsync(visit);
        string english = await visit.ByRole(AriaRole.Main).InnerTextAsync();
        await visit.ByRole(AriaRole.Button, "中文").ClickAsync();
        await SettledAsync(visit);
        string chinese = await visit.ByRole(AriaRole.Main).InnerTextAsync();
        Assert.DoesNotContain(english, letter => letter is >= '\u4e00' and <= '\u9fff');
        Assert.Contains(chinese, letter => letter is >= '\u4e00' and <= '\u9fff');
        await visit.ShowAsync(NameOf(digits, view, "zh"));
    }

    /// <summary>The view is there: a heading, nothing still loading, all pictures in sight drawn.</summary>
    private static async Task SettledAsync(Visit visit)
    {
        await Expect(visit.Page.Locator("main h1")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".loading")).ToHaveCountAsync(0);
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }

    private static string NameOf(bool digits, string view, string look) =>
        $"{(digits ? "digits" : "shapes")}{string.Concat(view.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).TrimEnd('-')}-{look}";
}
