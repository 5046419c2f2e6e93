using Microsoft.Playwright;
using Tangram.Explorer;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>A training seen in a browser.</summary>
public sealed class LiveViewTests(ExplorerSite site) : BrowserTests(site)
{
    /// <summary>Features are looked at from the start, at each step, and each that is silent is replaced.</summary>
    private static readonly TrainingOptions Restless = WatchedTraining.Options with
    {
        Reinitialisation = new ReinitialisationOptions { Window = 2, Every = 1, From = 0, Share = 0.1 },
        Decay = 0.5,
    };

    [Theory]
    [InlineData(1280, false)]
    [InlineData(390, true)]
    public async Task A_training_is_watched_to_its_end(int width, bool dark)
    {
        await using WatchedTraining training = await WatchedTraining.StartAsync(waitAt: 7, Restless);
        await training.WaitsAsync();
        await using Visit visit = await Site.VisitAsync(training.Address, "/", width, dark);
        await Expect(visit.Page.GetByText("7 of 12")).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Progressbar, "Progress of the training")).ToHaveAttributeAsync("value", "0.5833333333333334");
        await Expect(visit.ByRole(AriaRole.Img, "Losses")).ToBeVisibleAsync();
        await Expect(visit.ByRole(AriaRole.Row)).ToHaveCountAsync(2); // the head, and the first epoch
        await Expect(visit.Page).ToHaveTitleAsync("58% · run · Tangram");

        training.GoOn();
        await training.EndAsync();
        await Expect(visit.ByRole(AriaRole.Heading, "The training has finished")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("code")).ToContainTextAsync("tangram explore");
        await Expect(visit.Page.Locator(".forming img")).ToHaveCountAsync(LiveTraining.Shown);
        await Expect(visit.Page.Locator(".forming img.born").First).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await visit.AssertNoSidewaysScrollAsync();
        await visit.ShowAsync($"live-{width}");

        training.Live.Close();
        await Expect(visit.Page.GetByText("The program has ended")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_features_to_see_are_the_users_choice_and_part_of_the_address()
    {
        await using WatchedTraining training = await WatchedTraining.StartAsync();
        await training.EndAsync();
        await using Visit visit = await Site.VisitAsync(training.Address, "/");
        await visit.Page.GetByLabel("First feature").FillAsync("70");
        await Expect(visit.Page.Locator(".forming img")).ToHaveCountAsync(10); // 70 … 79
        await Expect(visit.Page).ToHaveURLAsync("/?from=70");
        await visit.Page.ReloadAsync();
        await Expect(visit.Page.Locator(".forming .caption").First).ToContainTextAsync("70");
    }

    [Fact]
    public async Task A_training_that_is_stopped_says_how_to_go_on()
    {
        await using WatchedTraining training = await WatchedTraining.StartAsync(waitAt: 6);
        await using Visit visit = await Site.VisitAsync(training.Address, "/");
        await training.WaitsAsync();
        training.Live.Stopped(LiveOutcome.Interrupted, "Interrupted; continue with --resume.");
        await Expect(visit.ByRole(AriaRole.Heading, "The training was interrupted")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("continue with --resume")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_program_that_ends_without_a_word_is_noticed()
    {
        WatchedTraining training = await WatchedTraining.StartAsync(waitAt: 6);
        await using Visit visit = await Site.VisitAsync(training.Address, "/");
        visit.ExpectsLostConnection = true;
        await Expect(visit.Page.GetByText("of 12")).ToBeVisibleAsync();
        await training.BreakOffAsync();
        await Expect(visit.Page.GetByText("The training can’t be reached")).ToBeVisibleAsync();
        await training.DisposeAsync();
    }
}
