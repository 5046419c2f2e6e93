using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Tangram.Tests;

/// <summary>
/// A window on the explorer. When it closes, it asserts that the pages said nothing in the console (errors, warnings, violations of the content-security policy) and that
/// no request went anywhere but to the explorer.
/// </summary>
internal sealed class Visit : IAsyncDisposable
{
    private const int LongestPicture = 6000;

    private static readonly string Screenshots = Environment.GetEnvironmentVariable("TANGRAM_SCREENSHOTS") ?? "";

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _said = new(), _foreign = new();

    public Visit(IBrowserContext context, IPage page, Uri site)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (ExpectsLostConnection && message.Text.Contains("net::", StringComparison.Ordinal))
                return;
            if (message.Type is "error" or "warning" && !ExpectedFailures.Any(status => message.Text.Contains($"status of {status}", StringComparison.Ordinal)))
                _said.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _said.Enqueue($"exception: {error}");
        context.Request += (_, request) =>
        {
            var address = new Uri(request.Url);
            if (address.Scheme is not ("data" or "blob") && address.Authority != site.Authority)
                _foreign.Enqueue(request.Url);
        };
    }

    /// <summary>Whether screenshots are wanted; see <see cref="ShowAsync"/>.</summary>
    public static bool IsShown => Screenshots.Length > 0;

    public IPage Page { get; }

    /// <summary>Statuses of answers that the test provokes, which browsers tell the console of.</summary>
    public ICollection<int> ExpectedFailures { get; } = [];

    /// <summary>Whether the test takes the server away.</summary>
    public bool ExpectsLostConnection { get; set; }

    /// <summary>Finds by role and name, as a person with a screen reader does.</summary>
    public ILocator ByRole(AriaRole role, string? name = null, bool exact = false) =>
        name is null ? Page.GetByRole(role) : Page.GetByRole(role, new PageGetByRoleOptions { Name = name, Exact = exact });

    /// <summary>Asserts that axe-core finds nothing serious or critical in what is shown now.</summary>
    public async Task AssertAccessibleAsync()
    {
        await Page.EvaluateAsync(AxeSource());
        string[] found = await Page.EvaluateAsync<string[]>("""
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
                .filter(one => one.impact === 'serious' || one.impact === 'critical')
                .map(one => `${one.id} (${one.impact}): ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(' | ')}`)
            """);
        Assert.Empty(found);
    }

    /// <summary>Measures from now on how much pages move about while they load; to be called before the first.</summary>
    public Task WatchShiftsAsync() => Page.AddInitScriptAsync("""
        window.shifted = [];
        new PerformanceObserver(list => list.getEntries().filter(one => !one.hadRecentInput).forEach(one =>
            window.shifted.push({ by: one.value, what: one.sources.map(source => source.node?.className || source.node?.nodeName).join(' ') }))).observe({ type: 'layout-shift', buffered: true });
        """);

    /// <summary>Asserts that what was seen first stayed where it was: a cumulative layout shift that counts as good (below .1).</summary>
    public async Task AssertSteadyAsync()
    {
        string[] shifts = await Page.EvaluateAsync<string[]>("() => [window.shifted.reduce((sum, one) => sum + one.by, 0) < 0.1 ? 'steady' : 'moving', ...window.shifted.map(one => `${one.by} ${one.what}`)]");
        Assert.True(shifts[0] == "steady", string.Join(" | ", shifts));
    }

    /// <summary>Asserts that no number is cut off, and that of a name that is, the title has the whole.</summary>
    public async Task AssertNothingIsLostAsync() => Assert.Empty(await Page.EvaluateAsync<string[]>("""
        () => [...document.querySelectorAll('main *, .brand span')]
            .filter(one => getComputedStyle(one).overflowX !== 'visible' && getComputedStyle(one).textOverflow === 'ellipsis' && one.scrollWidth > one.clientWidth)
            .filter(one => !(one.title || one.closest('[title]')?.title || '').includes(one.textContent.trim()) || one.matches('.value, .number'))
            .concat([...document.querySelectorAll('main .value')].filter(one => one.scrollWidth > one.clientWidth + 1))
            .map(one => `${one.className} ${one.textContent}`)
        """));

    /// <summary>Asserts that the page doesn't scroll sideways.</summary>
    public async Task AssertNoSidewaysScrollAsync()
    {
        int[] widths = await Page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]");
        Assert.True(widths[0] <= widths[1], $"The page is {widths[0]} px wide in a window of {widths[1]} px.");
    }

    /// <summary>
    /// Writes a screenshot to the folder that TANGRAM_SCREENSHOTS names, for people to look at; does nothing without it. A long page is shown whole, a gallery of thousands only
    /// as far as it is in sight.
    /// </summary>
    public async Task ShowAsync(string name)
    {
        if (!IsShown)
            return;
        bool whole = await Page.EvaluateAsync<int>("() => document.documentElement.scrollHeight") <= LongestPicture;
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, $"{name}.png"), FullPage = whole });
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_said);
        Assert.Empty(_foreign);
    }

    private static string AxeSource([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "src", "Tangram.Explorer", "web", "node_modules", "axe-core", "axe.min.js"));
}
