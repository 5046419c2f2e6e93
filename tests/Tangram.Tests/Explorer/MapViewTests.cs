using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>The map in a browser: drawn around, filtered, hovered over, and used without a mouse.</summary>
public sealed class MapViewTests(ExplorerSite site) : BrowserTests(site)
{
    [Fact]
    public async Task A_lasso_selects_images_which_the_gallery_shows()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/map");
        await DragAsync(visit, (0.1, 0.1), (0.5, 0.1), (0.5, 0.9), (0.1, 0.9), (0.1, 0.1));
        await Expect(visit.Page.Locator(".gallery a.tile").First).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "selected")).ToBeVisibleAsync();
        await visit.ShowAsync("map-lasso");
        await visit.ByRole(AriaRole.Button, "Clear selection").ClickAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Nothing is selected yet.")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".gallery a.tile")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_lasso_is_in_the_address_so_reload_and_back_bring_it_back()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/map");
        await DragAsync(visit, (0.3, 0.2), (0.6, 0.25), (0.55, 0.7), (0.25, 0.6), (0.3, 0.2));
        await Expect(visit.ByRole(AriaRole.Heading, "selected")).ToBeVisibleAsync();
        string selected = await visit.ByRole(AriaRole.Heading, "selected").InnerTextAsync();
        Assert.Contains("area=", visit.Page.Url, StringComparison.Ordinal);
        await visit.Page.ReloadAsync();
        await Expect(visit.ByRole(AriaRole.Heading, selected, exact: true)).ToBeVisibleAsync();
        await visit.Page.Locator(".gallery a.tile").First.ClickAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Image ").First).ToBeVisibleAsync();
        await visit.Page.GoBackAsync();
        await Expect(visit.ByRole(AriaRole.Heading, selected, exact: true)).ToBeVisibleAsync();
        await visit.Page.GoBackAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Nothing is selected yet.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Both_axes_have_one_scale()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/map");
        await visit.ByRole(AriaRole.Button, "draws a rectangle").ClickAsync();
        LocatorBoundingBoxResult box = await BoxAsync(visit);
        double width = 200 / box.Width, height = 200 / box.Height;
        await DragAsync(visit, (0.4, 0.4), (0.4 + width, 0.4 + height)); // a square
        await visit.Page.WaitForURLAsync(address => address.Contains("area=", StringComparison.Ordinal));
        // Corners in thousandths of the map's extent, which is longer by a fifth than the points reach.
        double[][] corners = [.. new Uri(visit.Page.Url).Query.Split('=')[1].Split('-').Select(corner => corner.Split('.').Select(part => double.Parse(part, System.Globalization.CultureInfo.InvariantCulture)).ToArray())];
        CodeMap map = CodeMap.Of(Site.DigitsExploration.Member(0).Codes, Site.DigitsExploration.Workers)!;
        double x = (corners.Max(corner => corner[0]) - corners.Min(corner => corner[0])) * (map.X.Max() - map.X.Min());
        double y = (corners.Max(corner => corner[1]) - corners.Min(corner => corner[1])) * (map.Y.Max() - map.Y.Min());
        Assert.InRange(x / y, 0.98, 1.02);
    }

    [Fact]
    public async Task The_wheel_scrolls_the_page_and_zooms_with_control()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/map");
        LocatorBoundingBoxResult box = await BoxAsync(visit);
        ILocator farther = visit.ByRole(AriaRole.Button, "Zoom out");
        await visit.Page.EvaluateAsync("() => scrollTo(0, 0)");
        await visit.Page.Mouse.MoveAsync(box.X + (box.Width / 2), 600);
        await visit.Page.Mouse.WheelAsync(0, 150);
        await visit.Page.WaitForFunctionAsync("() => scrollY > 100");
        await Expect(farther).ToBeDisabledAsync();
        double scrolled = await visit.Page.EvaluateAsync<double>("() => scrollY");
        await visit.Page.Keyboard.DownAsync("Control");
        await visit.Page.Mouse.WheelAsync(0, -150);
        await visit.Page.Keyboard.UpAsync("Control");
        await Expect(farther).ToBeEnabledAsync();
        Assert.Equal(scrolled, await visit.Page.EvaluateAsync<double>("() => scrollY"));
        await visit.ByRole(AriaRole.Button, "Whole map").ClickAsync();
        await Expect(farther).ToBeDisabledAsync();
        await visit.ByRole(AriaRole.Button, "Zoom in").ClickAsync();
        await Expect(farther).ToBeEnabledAsync();
    }

    [Fact]
    public async Task A_finger_scrolls_the_page_a_tap_shows_a_point_and_another_opens_it()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/map", width: 390, touch: true);
        await Expect(visit.ByRole(AriaRole.Button, "moves", exact: true)).ToHaveAttributeAsync("aria-pressed", "true");
        LocatorBoundingBoxResult box = await BoxAsync(visit);
        ILocator preview = visit.Page.Locator(".plane-preview");
        for (int step = 0; step < 100 && await preview.CountAsync() == 0; step++)
            await visit.Page.Touchscreen.TapAsync(box.X + (box.Width * 0.45f) + (step % 10 * 8), box.Y + (box.Height * 0.45f) + (step / 10 * 8));
        await Expect(preview.GetByRole(AriaRole.Link)).ToBeVisibleAsync();
        await visit.AssertNoSidewaysScrollAsync();
        await visit.ShowAsync("map-tap");
        await visit.Page.EvaluateAsync("() => scrollTo(0, 0)");
        box = (await visit.ByRole(AriaRole.Application).BoundingBoxAsync())!;
        ICDPSession session = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        await TouchAsync("touchStart", 100);
        for (int y = 90; y >= -80; y -= 10)
            await TouchAsync("touchMove", y);
        await session.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>(StringComparer.Ordinal) { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
        await visit.Page.WaitForFunctionAsync("() => scrollY > 80");
        string target = (await preview.GetByRole(AriaRole.Link).GetAttributeAsync("href"))!;
        await preview.GetByRole(AriaRole.Link).TapAsync();
        await Expect(visit.Page).ToHaveURLAsync(target);

        Task TouchAsync(string type, int y) => session.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["type"] = type,
            ["touchPoints"] = new[] { new { x = box.X + 60, y = box.Y + y } },
        });
    }

    [Fact]
    public async Task Two_fingers_zoom()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/map", width: 390, touch: true);
        LocatorBoundingBoxResult box = await BoxAsync(visit);
        ICDPSession session = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        float x = box.X + (box.Width / 2), y = box.Y + (box.Height / 2);
        await TouchAsync("touchStart", 20);
        for (int apart = 30; apart <= 100; apart += 10)
            await TouchAsync("touchMove", apart);
        await session.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>(StringComparer.Ordinal) { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
        await Expect(visit.ByRole(AriaRole.Button, "Zoom out")).ToBeEnabledAsync();
        Assert.Equal(1, await visit.Page.EvaluateAsync<double>("() => visualViewport.scale"));

        Task TouchAsync(string type, int apart) => session.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["type"] = type,
            ["touchPoints"] = new[] { new { x = x - apart, y, id = 0 }, new { x = x + apart, y, id = 1 } },
        });
    }

    [Fact]
    public async Task Keys_go_from_point_to_point_see_each_and_open_one()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/map");
        await BoxAsync(visit);
        ILocator map = visit.ByRole(AriaRole.Application);
        ILocator preview = visit.Page.Locator(".plane-preview a");
        await map.FocusAsync();
        await map.PressAsync("ArrowRight");
        await Expect(preview).ToBeVisibleAsync();
        string first = (await preview.GetAttributeAsync("href"))!;
        await map.PressAsync("ArrowRight");
        await Expect(preview).Not.ToHaveAttributeAsync("href", first);
        string second = (await preview.GetAttributeAsync("href"))!;
        await Expect(visit.Page.Locator(".plane [role=status]")).ToContainTextAsync($"image {second.Split('/')[^1]}");
        await map.PressAsync("+");
        await Expect(visit.ByRole(AriaRole.Button, "Zoom out")).ToBeEnabledAsync();
        await visit.AssertAccessibleAsync();
        await map.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(second);
    }

    [Fact]
    public async Task A_rectangle_selects_features_and_a_tile_opens_one()
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/map?of=features");
        await visit.ByRole(AriaRole.Button, "draws a rectangle").ClickAsync();
        await DragAsync(visit, (0.05, 0.05), (0.95, 0.9));
        ILocator first = visit.Page.Locator(".gallery a.tile").First;
        await Expect(first).ToBeVisibleAsync();
        string target = (await first.GetAttributeAsync("href"))!;
        Assert.StartsWith("/features/", target, StringComparison.Ordinal);
        await first.ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(target);
    }

    [Fact]
    public async Task What_lies_under_the_pointer_is_shown_and_a_click_opens_it()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/map");
        await visit.ByRole(AriaRole.Button, "moves", exact: true).ClickAsync();
        ILocator preview = visit.Page.Locator(".plane-preview");
        LocatorBoundingBoxResult box = await BoxAsync(visit);
        // Points are dense in the middle: soon one is met.
        for (int step = 0; step < 400 && await preview.CountAsync() == 0; step++)
            await visit.Page.Mouse.MoveAsync(box.X + (box.Width * 0.45f) + (step % 20 * 4), box.Y + (box.Height * 0.45f) + (step / 20 * 4));
        await Expect(preview.Locator("img")).ToBeVisibleAsync();
        string shown = (await preview.Locator("img").GetAttributeAsync("src"))!;
        await visit.ShowAsync("map-hover");
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.UpAsync();
        string image = shown.Split('/')[3];
        await Expect(visit.Page).ToHaveURLAsync($"/images/{image}");
        await visit.Page.GoBackAsync();
        await Expect(visit.Page).ToHaveURLAsync("/map");
    }

    [Fact]
    public async Task Without_a_mouse_what_lies_around_one_is_selected_and_the_address_leads_there()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/map?near=0&count=5");
        await Expect(visit.Page.GetByLabel("Select around image")).ToHaveValueAsync("0");
        await Expect(visit.ByRole(AriaRole.Heading, "5 selected")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".gallery a.tile")).ToHaveCountAsync(5);
        await Expect(visit.Page.Locator(".gallery a.tile").First).ToHaveAttributeAsync("href", "/images/0");
        await visit.Page.GetByLabel("How many").FillAsync("12");
        await Expect(visit.Page.Locator(".gallery a.tile")).ToHaveCountAsync(12);
        await Expect(visit.Page).ToHaveURLAsync("/map?near=0&count=12");
        await visit.Page.GetByLabel("Select around image").FillAsync("999999");
        await Expect(visit.ByRole(AriaRole.Heading, "999999 isn’t on this map.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_class_is_hidden_and_nothing_of_it_is_selected()
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/map?near=0&count=600");
        await Expect(visit.ByRole(AriaRole.Heading, "600 selected")).ToBeVisibleAsync();
        await visit.ByRole(AriaRole.Button, "disc").ClickAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "400 selected")).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Button, "disc")).ToHaveAttributeAsync("aria-pressed", "false");
    }

    [Fact]
    public async Task Neighbours_are_found_while_the_other_map_is_shown()
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/map");
        await visit.Page.GetByLabel("Arrange by").SelectOptionAsync("neighbours");
        await Expect(visit.Page.GetByText("Neighbours stay together")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 60_000 });
        await Expect(visit.Page).ToHaveURLAsync("/map?layout=neighbours");
        await visit.AssertAccessibleAsync();
        await visit.ShowAsync("map-neighbours");
        await visit.ByRole(AriaRole.Combobox, "Show").SelectOptionAsync("features");
        await visit.Page.GetByLabel("Colour by").SelectOptionAsync("frequency");
        await visit.ShowAsync("map-features");
    }

    private static async Task<LocatorBoundingBoxResult> BoxAsync(Visit visit)
    {
        ILocator canvas = visit.Page.Locator(".plane canvas").First;
        await Expect(canvas).ToBeVisibleAsync();
        await canvas.ScrollIntoViewIfNeededAsync();
        return (await canvas.BoundingBoxAsync())!;
    }

    /// <summary>Draws along places, given as shares of the chart's width and height.</summary>
    private static async Task DragAsync(Visit visit, params (double X, double Y)[] path)
    {
        LocatorBoundingBoxResult box = await BoxAsync(visit);
        for (int place = 0; place < path.Length; place++)
        {
            await visit.Page.Mouse.MoveAsync((float)(box.X + (box.Width * path[place].X)), (float)(box.Y + (box.Height * path[place].Y)), new MouseMoveOptions { Steps = 8 });
            if (place == 0)
                await visit.Page.Mouse.DownAsync();
        }
        await visit.Page.Mouse.UpAsync();
    }
}
