using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>Drawing, and pictures that are given.</summary>
public sealed class DrawViewTests(ExplorerSite site) : BrowserTests(site)
{
    private static readonly (float X, float Y)[] s_seven = [(0.25f, 0.2f), (0.75f, 0.2f), (0.45f, 0.85f)];

    [Fact]
    public async Task A_seven_is_drawn_by_mouse_and_recognised()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/draw");
        await StrokeAsync(visit, s_seven[..2]);
        await Expect(visit.Page.GetByAltText("Reconstruction")).ToBeVisibleAsync();
        string first = await CodeAsync(visit);
        await StrokeAsync(visit, s_seven[1..]);
        await Expect(Code(visit)).Not.ToHaveTextAsync(first);
        await Expect(visit.Page.GetByRole(AriaRole.List, new PageGetByRoleOptions { Name = "Nearest class" }).GetByRole(AriaRole.Listitem).First)
            .ToContainTextAsync("7");
        await visit.ShowAsync("draw-seven");

        await visit.ByRole(AriaRole.Button, "Undo").ClickAsync();
        await Expect(Code(visit)).ToHaveTextAsync(first);
        await visit.ByRole(AriaRole.Button, "Clear").ClickAsync();
        await Expect(visit.Page.GetByText("It activates no feature")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_drawing_comes_back_after_a_reload_and_a_look_elsewhere_over_the_image_it_began_with_too()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/draw");
        await StrokeAsync(visit, s_seven);
        string drawn = await CodeAsync(visit);
        await visit.Page.ReloadAsync(); // at once: it isn't kept later than the page is left
        Assert.Equal(drawn, await CodeAsync(visit));
        await visit.ShowAsync("draw-reloaded");

        await visit.Page.GetByLabel("Start from image").FillAsync("3");
        await visit.ByRole(AriaRole.Button, "Load").ClickAsync();
        await Expect(Code(visit)).Not.ToHaveTextAsync(drawn);
        string image = await CodeAsync(visit);
        await StrokeAsync(visit, s_seven);
        await Expect(Code(visit)).Not.ToHaveTextAsync(image);
        string over = await CodeAsync(visit);
        await visit.ByRole(AriaRole.Link, "Classes", exact: true).ClickAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Classes").First).ToBeVisibleAsync();
        await visit.Page.GoBackAsync();
        await Expect(visit.Page).ToHaveURLAsync("/draw?from=3");
        Assert.Equal(over, await CodeAsync(visit));
    }

    [Fact]
    public async Task A_finger_draws_in_colour()
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/draw", width: 390, touch: true);
        await visit.ByRole(AriaRole.Button, "red", exact: true).ClickAsync();
        ILocator pad = visit.Page.GetByLabel("Drawing area");
        await pad.TapAsync();
        await Expect(visit.Page.GetByAltText("Reconstruction")).ToBeVisibleAsync();
        string[] seen = await visit.Page.EvaluateAsync<string[]>("""
            () => { const pad = document.querySelector('.pad canvas'); const at = (x, y) => pad.getContext('2d').getImageData(x, y, 1, 1).data.slice(0, 3).join();
                return [at(pad.width / 2, pad.height / 2), at(2, 2)]; }
            """);
        Assert.Equal(["215,38,61", "255,255,255"], seen);
    }

    [Fact]
    public async Task The_keyboard_draws_too()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/draw");
        ILocator pad = visit.Page.GetByLabel("Drawing area");
        await pad.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Shift+ArrowUp");
        await Expect(visit.Page.Locator(".pad-cursor")).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("Space");
        for (int step = 0; step < 12; step++)
            await visit.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(visit.Page.GetByText("Pen down", new PageGetByTextOptions { Exact = true })).ToBeAttachedAsync();
        await Expect(visit.Page.GetByRole(AriaRole.List, new PageGetByRoleOptions { Name = "Nearest class" }).GetByRole(AriaRole.Listitem).First)
            .ToContainTextAsync("1");
        await visit.Page.Keyboard.PressAsync("Space");
        string upright = await CodeAsync(visit);
        await visit.Page.Keyboard.PressAsync("ArrowRight"); // the pen is up
        await visit.Page.GetByText("As MNIST’s digits").ClickAsync();
        await Expect(Code(visit)).Not.ToHaveTextAsync(upright);
        await Expect(visit.Page).ToHaveURLAsync("/draw?normalise=off");
    }

    [Fact]
    public async Task A_drawing_may_start_from_an_image_of_the_set()
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/draw");
        await visit.Page.GetByLabel("Start from image").FillAsync("33");
        await visit.ByRole(AriaRole.Button, "Load").ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync("/draw?from=33");
        await Expect(visit.Page.GetByRole(AriaRole.Group, new PageGetByRoleOptions { Name = "Similar images" }).GetByRole(AriaRole.Link).First)
            .ToHaveAttributeAsync("href", "/images/33");
        string code = await CodeAsync(visit);
        await StrokeAsync(visit, s_seven);
        await Expect(Code(visit)).Not.ToHaveTextAsync(code);
        await visit.ByRole(AriaRole.Button, "Load").ClickAsync();
        await Expect(Code(visit)).ToHaveTextAsync(code);
    }

    [Fact]
    public async Task A_picture_is_uploaded_and_a_broken_one_is_said_kindly()
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/draw");
        visit.ExpectedFailures.Add(400);
        byte[] file = TestPng.Encode(50, 50, TestPng.Rgb, 8, interlace: false, (x, y, channel) => channel == 0 && x is > 12 and < 38 && y is > 12 and < 38 ? 255 : 20);
        await UploadAsync(visit, "square.png", file);
        await Expect(visit.Page.GetByAltText("Reconstruction")).ToBeVisibleAsync();
        string code = await CodeAsync(visit);
        await visit.ShowAsync("draw-upload");
        await UploadAsync(visit, "square.png", file[..^30]);
        await Expect(visit.ByRole(AriaRole.Alert)).ToContainTextAsync("The file is a broken picture");
        await UploadAsync(visit, "note.txt", "no picture"u8.ToArray());
        await Expect(visit.ByRole(AriaRole.Alert)).ToContainTextAsync("is not a picture that tangram reads");
        await UploadAsync(visit, "large.png", new byte[(16 << 20) + 1]);
        await Expect(visit.ByRole(AriaRole.Alert)).ToContainTextAsync("larger than 16 MB");
        Assert.Equal(code, await CodeAsync(visit));
        await StrokeAsync(visit, s_seven); // one goes on drawing on it
        await Expect(visit.ByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Expect(Code(visit)).Not.ToHaveTextAsync(code);
    }

    private static ILocator Code(Visit visit) => visit.Page.GetByRole(AriaRole.Group, new PageGetByRoleOptions { Name = "Code" });

    /// <summary>The code of all that was drawn so far.</summary>
    private static async Task<string> CodeAsync(Visit visit)
    {
        await Expect(visit.Page.Locator(".drawing-result")).ToHaveAttributeAsync("aria-busy", "false");
        return (await Code(visit).TextContentAsync())!;
    }

    private static Task UploadAsync(Visit visit, string name, byte[] file) =>
        visit.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = file });

    private static async Task StrokeAsync(Visit visit, (float X, float Y)[] points)
    {
        LocatorBoundingBoxResult box = (await visit.Page.GetByLabel("Drawing area").BoundingBoxAsync())!;
        IMouse mouse = visit.Page.Mouse;
        await mouse.MoveAsync(box.X + (points[0].X * box.Width), box.Y + (points[0].Y * box.Height));
        await mouse.DownAsync();
        foreach (var (x, y) in points[1..])
            await mouse.MoveAsync(box.X + (x * box.Width), box.Y + (y * box.Height), new MouseMoveOptions { Steps = 12 });
        await mouse.UpAsync();
    }
}
