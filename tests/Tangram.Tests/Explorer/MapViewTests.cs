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
