using Microsoft.Playwright;
using Tangram.Explorer;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>The gallery of images, and the editor of one's code.</summary>
public sealed class ImagesViewTests(ExplorerSite site) : BrowserTests(site)
{
    [Fact]
    public async Task A_class_a_number_and_a_tile_lead_to_an_image()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/images");
        await visit.Page.GetByLabel("Class").SelectOptionAsync("3");
        await Expect(visit.Page).ToHaveURLAsync("/images?class=3");
        await Expect(visit.Page.Locator(".gallery .caption").First).ToHaveTextAsync("3");
        await visit.Page.GetByLabel("Class").SelectOptionAsync("");
        await visit.Page.GetByLabel("Number").FillAsync("1500");
        await visit.ByRole(AriaRole.Button, "Show").ClickAsync();
        ILocator tile = visit.ByRole(AriaRole.Link, "image 1500");
        await Expect(tile).ToBeInViewportAsync();
        await tile.ClickAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Image 1500")).ToBeVisibleAsync();
        await visit.ByRole(AriaRole.Link, "Next").ClickAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Image 1501")).ToBeVisibleAsync();
        await visit.Page.GoBackAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "Image 1500")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slider_changes_pixels_and_reset_brings_them_back(bool digits)
    {
        await using Visit visit = await Site.VisitAsync(digits ? Site.Digits : Site.Shapes, "/images/3");
        string before = await ReconstructionAsync(visit);
        ILocator slider = Sliders(visit).First;
        await slider.FocusAsync();
        await slider.PressAsync("Home"); // by keyboard: the least activation
        string moved = await ChangedAsync(visit, before);
        await Expect(visit.Page.GetByText("1 change")).ToBeVisibleAsync();
        await visit.Page.WaitForURLAsync(address => address.Contains("edit=", StringComparison.Ordinal) && address.Contains("%3A-", StringComparison.Ordinal));
        await visit.Page.ReloadAsync(); // a permalink
        await Expect(Reconstruction(visit)).ToHaveAttributeAsync("src", moved);
        await visit.ShowAsync($"edit-{(digits ? "digits" : "shapes")}");
        await visit.ByRole(AriaRole.Button, "Reset").ClickAsync();
        await Expect(Reconstruction(visit)).ToHaveAttributeAsync("src", before);
    }

    [Fact]
    public async Task Each_edit_is_a_step_that_back_undoes_and_the_unedited_stays_beside_it()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/images/3");
        string before = await ReconstructionAsync(visit);
        await Expect(Unedited(visit)).ToHaveAttributeAsync("src", before);
        int length = await LengthAsync(visit);

        // One pull at a slider is one step, however many places it passes and however long it takes.
        LocatorBoundingBoxResult box = (await Sliders(visit).First.BoundingBoxAsync())!;
        await visit.Page.Mouse.MoveAsync(box.X + (box.Width * 0.75f), box.Y + (box.Height / 2));
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.MoveAsync(box.X + (box.Width * 0.4f), box.Y + (box.Height / 2), new MouseMoveOptions { Steps = 5 });
        await visit.Page.WaitForTimeoutAsync(500);
        await Expect(visit.Page).ToHaveURLAsync("/images/3");
        await visit.Page.Mouse.MoveAsync(box.X + (box.Width * 0.1f), box.Y + (box.Height / 2), new MouseMoveOptions { Steps = 5 });
        await visit.Page.Mouse.UpAsync();
        await visit.Page.WaitForURLAsync(address => address.Contains("edit=", StringComparison.Ordinal));
        Assert.Equal(length + 1, await LengthAsync(visit));
        await Expect(visit.Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
        string pulled = await ChangedAsync(visit, before);
        await Expect(Unedited(visit)).ToHaveAttributeAsync("src", before);

        await visit.Page.Locator(".card").Nth(1).GetByRole(AriaRole.Checkbox).UncheckAsync();
        await visit.Page.WaitForURLAsync(address => address.Contains("off=", StringComparison.Ordinal));
        Assert.Equal(length + 2, await LengthAsync(visit));
        await Expect(visit.Page.GetByText("2 changes")).ToBeVisibleAsync();
        await visit.ShowAsync("edit-beside");

        await visit.Page.GoBackAsync();
        await Expect(visit.Page.GetByText("1 change")).ToBeVisibleAsync();
        await visit.Page.GoBackAsync();
        await Expect(visit.Page).ToHaveURLAsync("/images/3");
        await Expect(Reconstruction(visit)).ToHaveAttributeAsync("src", before);
        await visit.Page.GoForwardAsync();
        await Expect(Reconstruction(visit)).Not.ToHaveAttributeAsync("src", before);
        Assert.NotEqual(before, pulled, StringComparer.Ordinal);
    }

    private static Task<int> LengthAsync(Visit visit) => visit.Page.EvaluateAsync<int>("() => history.length");

    [Fact]
    public async Task Another_member_decodes_its_own_code()
    {
        MemberView other = Site.DigitsExploration.Member(1);
        var (features, activations) = other.Codes[3];
        string expected = CodeAnswers.Decode(other, new FeatureNotes(Site.DigitsExploration), features.Span, activations.Span, Site.DigitsExploration.Image(3), first: 2).Reconstruction;
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/images/3?first=2");
        await Expect(Reconstruction(visit)).ToBeVisibleAsync();
        await visit.Page.GetByLabel("Member of the ensemble").SelectOptionAsync("1");
        await Expect(Reconstruction(visit)).ToHaveAttributeAsync("src", expected);
    }

    [Fact]
    public async Task A_feature_is_switched_off_and_on()
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/images/4");
        string before = await ReconstructionAsync(visit);
        ILocator check = visit.Page.Locator(".card").First.GetByRole(AriaRole.Checkbox);
        await check.UncheckAsync();
        await ChangedAsync(visit, before);
        await Expect(visit.Page.Locator(".comparison .facts")).ToContainTextAsync("11");
        await check.CheckAsync();
        await Expect(Reconstruction(visit)).ToHaveAttributeAsync("src", before);
    }

    [Fact]
    public async Task A_feature_is_added_by_number_and_removed()
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/images/4");
        string before = await ReconstructionAsync(visit);
        int feature = Enumerable.Range(10, 100).First(one => Site.ShapesExploration.Member(0).Use[one].MeanActivation > 0.2
            && !Site.ShapesExploration.Member(0).Codes[4].Features.Span.Contains(one));
        await visit.Page.GetByText("Add a feature").ClickAsync();
        await visit.Page.GetByLabel("Number or name").FillAsync($"{feature}");
        await visit.ByRole(AriaRole.Button, $"Add feature {feature}", exact: true).ClickAsync();
        await ChangedAsync(visit, before);
        await visit.ByRole(AriaRole.Button, "Images like this edit").ClickAsync();
        await Expect(visit.Page.Locator("section", new PageLocatorOptions { HasText = "Images like this edit" }).Last.GetByRole(AriaRole.Link).First).ToBeVisibleAsync();
        await visit.ByRole(AriaRole.Button, $"Remove feature {feature}").ClickAsync();
        await Expect(Reconstruction(visit)).ToHaveAttributeAsync("src", before);
    }

    [Fact]
    public async Task The_heat_map_names_features_and_adds_one_by_keyboard()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/images/8");
        string before = await ReconstructionAsync(visit);
        ILocator map = visit.Page.GetByRole(AriaRole.Application);
        await map.FocusAsync();
        await map.PressAsync("Home");
        await Expect(visit.Page.Locator("#heat-map-cell")).ToContainTextAsync("Feature 0");
        int feature = 0;
        while (Site.DigitsExploration.Member(0).Use[feature].MeanActivation < 0.2 || Site.DigitsExploration.Member(0).Codes[8].Features.Span.Contains(feature))
        {
            await map.PressAsync("ArrowRight");
            feature++;
        }
        await Expect(visit.Page.Locator("#heat-map-cell")).ToContainTextAsync($"Feature {feature}: not active");
        await visit.ByRole(AriaRole.Button, "Add to the code").ClickAsync();
        await ChangedAsync(visit, before);
        await visit.ByRole(AriaRole.Button, "Take out of the code").ClickAsync();
        await Expect(Reconstruction(visit)).ToHaveAttributeAsync("src", before);
    }

    [Fact]
    public async Task The_number_of_features_is_a_slider_and_stays_in_the_address()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/images/8");
        string before = await ReconstructionAsync(visit);
        ILocator slider = visit.Page.Locator(".editor-count input");
        await slider.FillAsync("2");
        string few = await ChangedAsync(visit, before);
        await Expect(visit.Page.GetByText("2 of 16")).ToBeVisibleAsync();
        await Expect(visit.Page).ToHaveURLAsync("/images/8?first=2");
        await visit.Page.ReloadAsync();
        await Expect(Reconstruction(visit)).ToHaveAttributeAsync("src", few);
    }

    [Fact]
    public async Task An_image_that_isnt_there_is_said_kindly()
    {
        await using Visit visit = await Site.VisitAsync(Site.Shapes, "/");
        visit.ExpectedFailures.Add(404);
        await visit.Page.GotoAsync("/images/600");
        await Expect(visit.ByRole(AriaRole.Alert)).ToContainTextAsync("There is no image 600");
    }

    /// <summary>What the code as it is edited decodes to.</summary>
    private static ILocator Reconstruction(Visit visit) => visit.Page.GetByAltText("Edited");

    private static ILocator Unedited(Visit visit) => visit.Page.GetByAltText("Reconstruction");

    private static ILocator Sliders(Visit visit) => visit.Page.Locator(".card input[type=range]");

    private static async Task<string> ReconstructionAsync(Visit visit) => (await Reconstruction(visit).GetAttributeAsync("src"))!;

    /// <summary>Waits until the reconstruction is another one.</summary>
    private static async Task<string> ChangedAsync(Visit visit, string before)
    {
        await Expect(Reconstruction(visit)).Not.ToHaveAttributeAsync("src", before);
        return await ReconstructionAsync(visit);
    }
}
