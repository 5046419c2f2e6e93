using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>
/// Not tests: pictures for the README, and how long a first visit takes. docs/explorer.md has the commands; they need runs (TANGRAM_MNIST_RUN, TANGRAM_COLOUR_RUN) and, for pictures,
/// a folder (TANGRAM_SCREENSHOTS).
/// </summary>
public sealed class ReadmePictures(ExplorerSite site) : BrowserTests(site)
{
    private const int Visits = 9;

    [Fact(Explicit = true)]
    public async Task Draw()
    {
        await using (Visit visit = await Site.VisitAsync(Site.Digits, "/features?frequency=0.02..0.3"))
        {
            await Expect(visit.ByRole(AriaRole.Listitem).First).ToBeVisibleAsync();
            await ShowAsync(visit, "explorer-features");
        }
        await using (Visit visit = await Site.VisitAsync(Site.Shapes, "/images/905", dark: true))
        {
            await visit.ByRole(AriaRole.Checkbox, "on").First.UncheckAsync();
            await ShowAsync(visit, "explorer-image");
        }
        await using (Visit visit = await Site.VisitAsync(Site.Digits, "/draw"))
        {
            LocatorBoundingBoxResult box = (await visit.Page.Locator("canvas").First.BoundingBoxAsync())!;
            (float X, float Y)[] seven = [(.25f, .2f), (.78f, .2f), (.62f, .5f), (.45f, .85f)];
            await visit.Page.Mouse.MoveAsync(box.X + (seven[0].X * box.Width), box.Y + (seven[0].Y * box.Height));
            await visit.Page.Mouse.DownAsync();
            foreach ((float x, float y) in seven[1..])
                await visit.Page.Mouse.MoveAsync(box.X + (x * box.Width), box.Y + (y * box.Height), new MouseMoveOptions { Steps = 12 });
            await visit.Page.Mouse.UpAsync();
            await ShowAsync(visit, "explorer-draw");
        }
    }

    [Fact(Explicit = true)]
    public async Task Time_a_first_visit()
    {
        foreach (Uri address in new[] { Site.Digits, Site.Shapes })
        {
            var times = new List<double>();
            for (int visit = 0; visit < Visits; visit++)
            {
                await using Visit opened = await Site.VisitAsync(address, "/"); // a context of its own: nothing is cached
                IJSHandle drawn = await opened.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.tiles img')].some(one => one.complete) && performance.now()");
                times.Add(await drawn.JsonValueAsync<double>());
            }
            times.Sort();
            TestContext.Current.SendDiagnosticMessage($"{address}: from asking for the page to the first pictures of features {times[Visits / 2]:F0} ms (median of {Visits}; {times[0]:F0} … {times[^1]:F0})");
            Assert.NotEmpty(times);
        }
    }

    /// <summary>What is in sight, once it is all there.</summary>
    private static async Task ShowAsync(Visit visit, string name)
    {
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await visit.Page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(Environment.GetEnvironmentVariable("TANGRAM_SCREENSHOTS") ?? ".", $"{name}.png"),
        });
    }
}
