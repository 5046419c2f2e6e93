using Microsoft.Playwright;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>The explorer of both runs, served, and a browser: once for all tests of a class that has this as its fixture; see <see cref="BrowserTests"/>.</summary>
public sealed class ExplorerSite : IAsyncLifetime
{
    private static readonly string[] s_browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private Exploration? _digits, _shapes;
    private ExplorerServer? _digitsServer, _shapesServer;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal IBrowser Browser => _browser!;

    /// <summary>Where the explorer of the digits (two members, labels) is.</summary>
    internal Uri Digits => _digitsServer!.Address;

    /// <summary>Where the explorer of the coloured shapes (one member, three classes) is.</summary>
    internal Uri Shapes => _shapesServer!.Address;

    /// <summary>What the digits' server serves.</summary>
    internal Exploration DigitsExploration => _digits!;

    internal Exploration ShapesExploration => _shapes!;

    public async ValueTask InitializeAsync()
    {
        (_digits, _shapes) = (RealRun("TANGRAM_MNIST_RUN") ?? ExploredRun.Digits.Open(), RealRun("TANGRAM_COLOUR_RUN") ?? ExploredRun.Shapes.Open());
        _digitsServer = await ExplorerServer.StartAsync(_digits, new ExplorerOptions { Port = 0 });
        _shapesServer = await ExplorerServer.StartAsync(_shapes, new ExplorerOptions { Port = 0 });
        (_playwright, _browser) = await StartBrowserAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        foreach (ExplorerServer server in new[] { _digitsServer, _shapesServer }.OfType<ExplorerServer>())
            await server.DisposeAsync();
        _digits?.Dispose();
        _shapes?.Dispose();
    }

    /// <summary>A trained run that an environment variable names, with the images it learned from: for pictures, and to try <see cref="EveryViewTests"/> at full size.</summary>
    private static Exploration? RealRun(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } folder)
            return null;
        using Run run = Run.Open(folder);
        DataRecord learned = run.Record.Train;
        ImageSet images = DataCatalog.OpenUnlessNamed(learned.Source!, learned.Split, learned.Options);
        return Exploration.Open(new ExplorationSource(folder, images, learned.Options ?? DataOptions.For(images.Shape)));
    }

    internal static async Task<(IPlaywright Playwright, IBrowser Browser)> StartBrowserAsync()
    {
        string path = s_browsers.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"These tests need Chromium ({string.Join(" or ", s_browsers)}); install Debian's package chromium.");
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
        });
        return (playwright, browser);
    }

    /// <summary>Opens a view in a window of its own.</summary>
    /// <param name="site"><see cref="Digits"/> or <see cref="Shapes"/>.</param>
    /// <param name="path">The view's address, such as <c>/features?sort=frequency</c>.</param>
    /// <param name="width">The window's width in CSS pixels.</param>
    /// <param name="dark">Whether the system prefers a dark theme.</param>
    /// <param name="touch">Whether it has a touch screen.</param>
    internal async Task<Visit> VisitAsync(Uri site, string path, int width = 1280, bool dark = false, bool touch = false)
    {
        IBrowserContext context = await Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = site.GetLeftPart(UriPartial.Authority),
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            HasTouch = touch,
            Locale = "en-GB",
        });
        context.SetDefaultTimeout(15_000);
        var visit = new Visit(context, await context.NewPageAsync(), site);
        await visit.WatchShiftsAsync();
        await visit.Page.GotoAsync(path);
        return visit;
    }
}

/// <summary>Tests in a real browser: slow, and the same on every SIMD tier, so ./check runs them on one.</summary>
[Trait("Needs", "browser")]
[Collection(Name)]
public abstract class BrowserTests(ExplorerSite site)
{
    public const string Name = "browser";

    protected ExplorerSite Site => site;
}

/// <summary>All browser tests share one site, and follow each other.</summary>
[CollectionDefinition(BrowserTests.Name)]
public sealed class BrowserCollection : ICollectionFixture<ExplorerSite>;
