using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>The overview, classes and members, as a person uses them.</summary>
public sealed class OverviewViewTests(ExplorerSite site) : BrowserTests(site)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_overview_shows_what_is_lost_and_a_wall_that_leads_on(bool digits)
    {
        await using Visit visit = await Site.VisitAsync(digits ? Site.Digits : Site.Shapes, "/");
        await Expect(visit.Page.GetByText(digits ? "an ensemble of 2 sparse autoencoders" : "is a sparse autoencoder")).ToBeVisibleAsync();
        // Neither run is of a paper's model: what is lost stands where its claims would.
        await Expect(visit.ByRole(AriaRole.Heading, "What is lost")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("reproduced")).ToHaveCountAsync(0);
        foreach (string group in new[] { "Most class-specific", "Most used", "Rarest", "Strongest" })
            await Expect(visit.ByRole(AriaRole.Group, group).GetByRole(AriaRole.Link)).Not.ToHaveCountAsync(0);
        await Expect(visit.ByRole(AriaRole.Img, digits ? "loss: loss, reconstruction, consistency" : "loss: loss, reconstruction")).ToBeVisibleAsync();
        // A wall's first tile is the first of all, where it leads to.
        foreach (string group in new[] { "Most class-specific", "Most used", "Rarest", "Strongest" })
        {
            ILocator wall = visit.ByRole(AriaRole.Group, group);
            string best = (await wall.GetByRole(AriaRole.Link).First.GetByRole(AriaRole.Img).GetAttributeAsync("alt"))!;
            await visit.ByRole(AriaRole.Link, $"see all features, {group}", exact: false).ClickAsync();
            await Expect(visit.ByRole(AriaRole.Listitem).First.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("alt", best);
            await visit.Page.GoBackAsync();
        }
        ILocator first = visit.ByRole(AriaRole.Group, "Most used").GetByRole(AriaRole.Link).First;
        string target = (await first.GetAttributeAsync("href"))!;
        await first.ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(target);
    }

    [Fact]
    public async Task The_overview_follows_the_member()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/?member=1");
        Assert.All(await visit.ByRole(AriaRole.Group, "Strongest").GetByRole(AriaRole.Link).EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))"),
            href => Assert.EndsWith("?member=1", href, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "7", "1")]
    [InlineData(false, "square", "disc")]
    public async Task Classes_lead_from_all_to_one_to_two(bool digits, string name, string other)
    {
        await using Visit visit = await Site.VisitAsync(digits ? Site.Digits : Site.Shapes, "/classes");
        ILocator row = visit.ByRole(AriaRole.Row).Filter(new() { Has = visit.Page.GetByRole(AriaRole.Rowheader, new() { Name = name, Exact = true }) });
        await Expect(row.GetByRole(AriaRole.Cell).First).ToHaveTextAsync(Like("^[0-9.]+%$"));
        await visit.ByRole(AriaRole.Button, "Show numbers").ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(Like("numbers=yes"));
        await visit.Page.GetByLabel("Colour shows").SelectOptionAsync("score");
        await Expect(row.GetByRole(AriaRole.Cell).First).Not.ToHaveTextAsync(Like("^[0-9.]+%$"));
        await row.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();
        await Expect(visit.ByRole(AriaRole.Heading, $"Class {name}", exact: true)).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Group, "Typical images", exact: true).GetByRole(AriaRole.Link)).Not.ToHaveCountAsync(0);
        await visit.Page.GetByLabel("Compare with").SelectOptionAsync(other);
        if (!digits)
        {
            // Of so few images chance could bring about any difference.
            await Expect(visit.Page.GetByText("No feature tells these classes apart")).ToBeVisibleAsync();
            return;
        }
        await Expect(visit.ByRole(AriaRole.Columnheader).First).ToHaveTextAsync($"Typical of {name}");
        string left = await visit.Page.Locator("td.left").First.InnerTextAsync();
        await visit.ByRole(AriaRole.Button, "Swap").ClickAsync();
        await Expect(visit.ByRole(AriaRole.Columnheader).First).ToHaveTextAsync($"Typical of {other}");
        await Expect(visit.Page.Locator("td.right").First).ToHaveTextAsync(Like(string.Join(@"\s*", left.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Regex.Escape))));
        await visit.Page.GoBackAsync();
        await Expect(visit.ByRole(AriaRole.Columnheader).First).ToHaveTextAsync($"Typical of {name}");
    }

    [Fact]
    public async Task Members_show_matches_and_a_threshold_changes_what_one_found_alone()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/members");
        ILocator sets = visit.ByRole(AriaRole.Listitem).GetByRole(AriaRole.Group);
        await Expect(sets.First.GetByRole(AriaRole.Img)).ToHaveCountAsync(2);
        Assert.EndsWith("?member=1", await sets.First.GetByRole(AriaRole.Link).Nth(1).GetAttributeAsync("href"), StringComparison.Ordinal);
        await visit.ByRole(AriaRole.Combobox, "Show", exact: true).SelectOptionAsync("only");
        ILocator threshold = visit.Page.GetByLabel("Counts as found from a cosine of");
        await threshold.FillAsync("-1");
        await threshold.PressAsync("Enter");
        await Expect(visit.Page.GetByText("No such features")).ToBeVisibleAsync();
        await threshold.FillAsync("0.9");
        await threshold.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(Like("threshold=0.9"));
        ILocator first = visit.ByRole(AriaRole.List, "Features and their matches").GetByRole(AriaRole.Listitem).First;
        string shown = (await first.GetAttributeAsync("aria-setsize"))!;
        await visit.Page.ReloadAsync();
        await Expect(first).ToHaveAttributeAsync("aria-setsize", shown);
        await sets.First.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(Like("/features/[0-9]+$"));
    }

    [Fact]
    public async Task A_run_with_one_member_says_so()
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/members");
        await Expect(visit.Page.GetByText("This run has one member")).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Link, "Members", exact: true)).ToHaveCountAsync(0);
    }

    private static Regex Like(string pattern) => new(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
}
