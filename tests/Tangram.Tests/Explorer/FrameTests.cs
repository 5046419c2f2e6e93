using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>What is around every view: navigation, member, theme, language, failures.</summary>
public sealed class FrameTests(ExplorerSite site) : BrowserTests(site)
{
    [Fact]
    public async Task Views_follow_each_other_and_back_works()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/");
        await visit.ByRole(AriaRole.Link, "Features", exact: true).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync("/features");
        await Expect(visit.ByRole(AriaRole.Heading).First).ToBeVisibleAsync();
        await visit.Page.GoBackAsync();
        await Expect(visit.Page).ToHaveURLAsync("/");
    }

    [Fact]
    public async Task Back_and_reload_come_to_where_a_page_was_scrolled()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/features");
        await Expect(visit.ByRole(AriaRole.Listitem).First).ToBeVisibleAsync();
        await visit.Page.EvaluateAsync("() => scrollTo(0, 1100)");
        ILocator tile = visit.Page.Locator(".gallery a.tile").Last;
        await tile.EvaluateAsync("tile => tile.click()"); // without scrolling to it
        await Expect(visit.ByRole(AriaRole.Heading, "Feature ").First).ToBeVisibleAsync();
        Assert.Equal(0, await ScrolledAsync(visit));
        await visit.Page.GoBackAsync();
        await visit.Page.WaitForFunctionAsync("() => Math.abs(scrollY - 1100) < 2");
        await visit.Page.ReloadAsync();
        await visit.Page.WaitForFunctionAsync("() => Math.abs(scrollY - 1100) < 2");
        await Expect(visit.Page.Locator(".chart canvas").First).ToBeAttachedAsync();
        await visit.Page.WaitForTimeoutAsync(600);
        Assert.Equal(1100, await ScrolledAsync(visit));
        await visit.Page.Mouse.WheelAsync(0, -300); // a hand is let
        await visit.Page.WaitForFunctionAsync("() => scrollY < 1000");
    }

    private static Task<int> ScrolledAsync(Visit visit) => visit.Page.EvaluateAsync<int>("() => Math.round(scrollY)");

    [Fact]
    public async Task The_member_stays_chosen_from_view_to_view()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/features");
        await visit.Page.GetByLabel("Member of the ensemble").SelectOptionAsync("1");
        await visit.ByRole(AriaRole.Link, "Images", exact: true).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync("/images?member=1");
    }

    [Fact]
    public async Task Language_and_theme_change_and_are_remembered()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/features");
        await visit.ByRole(AriaRole.Button, "中文").ClickAsync();
        await visit.ByRole(AriaRole.Button, "深色主题").ClickAsync();
        await Expect(visit.ByRole(AriaRole.Link, "特征", exact: true)).ToBeVisibleAsync();
        await visit.Page.ReloadAsync();
        await Expect(visit.ByRole(AriaRole.Link, "特征", exact: true)).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-Hans");
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    [Fact]
    public async Task An_address_that_leads_nowhere_says_so()
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/nowhere");
        await Expect(visit.ByRole(AriaRole.Heading, "There is nothing here")).ToBeVisibleAsync();
        await visit.ByRole(AriaRole.Link, "Go to the overview").ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync("/");
    }
}
