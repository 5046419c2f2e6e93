using Microsoft.Playwright;
using Tangram.Explorer;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>A server that is gone for a while, parts of the program that can't be had, and lines that are slow.</summary>
public sealed class LostServerTests(ExplorerSite site) : BrowserTests(site)
{
    /// <summary>400 kbit/s.</summary>
    private const int SlowBytesPerSecond = 50_000;

    [Fact]
    public async Task A_view_that_cant_be_loaded_says_so_under_its_address_and_comes_by_itself()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/members");
        visit.ExpectsLostConnection = true;
        await Expect(visit.ByRole(AriaRole.Heading, "Members", exact: true)).ToBeVisibleAsync();
        await visit.Page.Context.SetOfflineAsync(true);
        await visit.ByRole(AriaRole.Link, "Classes", exact: true).ClickAsync();
        await Expect(visit.ByRole(AriaRole.Alert)).ToContainTextAsync("isn’t answering");
        await Expect(visit.ByRole(AriaRole.Button, "Try again")).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Members", exact: true)).ToHaveCountAsync(0); // not the view before
        await Expect(visit.Page).ToHaveURLAsync("/classes");
        await visit.ShowAsync("lost-view");
        await visit.Page.Context.SetOfflineAsync(false);
        await Expect(visit.ByRole(AriaRole.Heading, "Classes").First).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_part_that_the_server_no_longer_has_is_had_by_a_new_page()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/members");
        visit.ExpectedFailures.Add(404);
        await Expect(visit.ByRole(AriaRole.Heading, "Members", exact: true)).ToBeVisibleAsync();
        // As after an update: this page asks for names that are gone; a new page knows the new ones.
        int pages = 0;
        await visit.Page.RouteAsync("**/assets/classes-*", route => pages == 0 ? route.FulfillAsync(new() { Status = 404 }) : route.ContinueAsync());
        visit.Page.DOMContentLoaded += (_, _) => pages++;
        await visit.ByRole(AriaRole.Link, "Classes", exact: true).ClickAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Classes").First).ToBeVisibleAsync();
        await Expect(visit.Page).ToHaveURLAsync("/classes");
        Assert.Equal(1, pages);
    }

    [Fact]
    public async Task A_part_that_never_comes_does_not_send_the_page_round_in_circles()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/members");
        visit.ExpectedFailures.Add(404);
        await Expect(visit.ByRole(AriaRole.Heading, "Members", exact: true)).ToBeVisibleAsync();
        int pages = 0;
        await visit.Page.RouteAsync("**/assets/classes-*", route => route.FulfillAsync(new() { Status = 404 }));
        visit.Page.DOMContentLoaded += (_, _) => pages++;
        await visit.ByRole(AriaRole.Link, "Classes", exact: true).ClickAsync();
        await Expect(visit.ByRole(AriaRole.Alert)).ToContainTextAsync("classes-");
        await Expect(visit.ByRole(AriaRole.Button, "Try again")).ToBeVisibleAsync();
        Assert.Equal(1, pages);
    }

    [Fact]
    public async Task A_page_goes_on_when_its_server_is_started_again()
    {
        using Exploration exploration = ExploredRun.Digits.Open();
        ExplorerServer server = await ExplorerServer.StartAsync(exploration, new ExplorerOptions { Port = 0 }, TestContext.Current.CancellationToken);
        Uri address = server.Address;
        await using Visit visit = await Site.VisitAsync(address, "/images/3");
        visit.ExpectsLostConnection = true;
        await Expect(visit.Page.GetByAltText("Edited")).ToBeVisibleAsync();
        string before = (await visit.Page.GetByAltText("Edited").GetAttributeAsync("src"))!;
        await server.DisposeAsync();
        await visit.ByRole(AriaRole.Link, "Next").ClickAsync(); // an answer
        await Expect(visit.ByRole(AriaRole.Alert).First).ToContainTextAsync("isn’t answering");
        server = await ExplorerServer.StartAsync(exploration, new ExplorerOptions { Port = address.Port }, TestContext.Current.CancellationToken);
        await Expect(visit.Page.GetByAltText("Edited")).Not.ToHaveAttributeAsync("src", before);
        await visit.Page.WaitForFunctionAsync("() => { const original = document.querySelector('img[alt=Original]'); return original.complete && original.naturalWidth > 0; }");
        await Expect(visit.ByRole(AriaRole.Alert)).ToHaveCountAsync(0);

        string unedited = (await visit.Page.GetByAltText("Edited").GetAttributeAsync("src"))!;
        await server.DisposeAsync();
        await visit.Page.Locator(".card").First.GetByRole(AriaRole.Checkbox).UncheckAsync(); // a question that follows a hand
        await Expect(visit.ByRole(AriaRole.Alert)).ToContainTextAsync("isn’t answering");
        server = await ExplorerServer.StartAsync(exploration, new ExplorerOptions { Port = address.Port }, TestContext.Current.CancellationToken);
        await visit.ByRole(AriaRole.Button, "Try again").ClickAsync();
        await Expect(visit.Page.GetByAltText("Edited")).Not.ToHaveAttributeAsync("src", unedited);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Pictures_that_didnt_come_are_asked_for_again()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/members");
        visit.ExpectsLostConnection = true;
        bool isLost = true;
        await visit.Page.RouteAsync("**/picture?**", route => isLost ? route.AbortAsync() : route.ContinueAsync());
        await visit.ByRole(AriaRole.Link, "Images", exact: true).ClickAsync();
        await visit.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.tile img')].some(one => one.complete && one.naturalWidth === 0)");
        isLost = false;
        await visit.Page.WaitForFunctionAsync("""
            () => { const seen = [...document.querySelectorAll('.gallery img')].filter(one => one.getBoundingClientRect().top < innerHeight);
                return seen.length > 0 && seen.every(one => one.naturalWidth > 0); }
            """);
    }

    [Fact]
    public async Task On_a_slow_line_a_sign_comes_at_once_and_pictures_before_the_chart_library()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/icon.svg");
        visit.ExpectedFailures.Add(404); // the icon of a page that is a picture
        ICDPSession session = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        await session.SendAsync("Network.enable");
        await session.SendAsync("Network.emulateNetworkConditions", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["offline"] = false,
            ["latency"] = 100,
            ["downloadThroughput"] = SlowBytesPerSecond,
            ["uploadThroughput"] = SlowBytesPerSecond,
        });
        await visit.Page.GotoAsync("/", new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
        await Expect(visit.Page.GetByText("Loading…").First).ToBeVisibleAsync();
        await visit.ShowAsync("slow-line");
        await Expect(visit.Page.Locator(".chart canvas").First).ToBeAttachedAsync(new LocatorAssertionsToBeAttachedOptions { Timeout = 60_000 });
        double[] times = await visit.Page.EvaluateAsync<double[]>("""
            () => {
                const all = performance.getEntriesByType('resource');
                return [performance.getEntriesByName('first-contentful-paint')[0].startTime - performance.getEntriesByType('navigation')[0].responseEnd,
                    Math.min(...all.filter(one => one.name.includes('/picture')).map(one => one.responseEnd)),
                    all.find(one => one.name.includes('/echarts-')).startTime];
            }
            """);
        TestContext.Current.SendDiagnosticMessage($"a sign {times[0]:F0} ms after the first HTML, the first picture at {times[1]:F0} ms, the chart library asked for at {times[2]:F0} ms");
        Assert.InRange(times[0], 0, 1000);
        Assert.InRange(times[1], 0, times[2]);
    }

    [Fact]
    public async Task Classes_need_no_chart_library()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/classes");
        await Expect(visit.ByRole(AriaRole.Table).First).ToBeVisibleAsync();
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        string[] scripts = await visit.Page.EvaluateAsync<string[]>("() => performance.getEntriesByType('resource').map(one => one.name).filter(one => one.endsWith('.js'))");
        Assert.NotEmpty(scripts);
        Assert.DoesNotContain(scripts, script => script.Contains("echarts", StringComparison.Ordinal));
    }
}
