using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Tangram.Tests;

/// <summary>A way through the explorer without a mouse: nothing but keys, each pressed where the focus is.</summary>
public sealed class KeyboardTests(ExplorerSite site) : BrowserTests(site)
{
    private const int MostTabs = 80;

    [Fact]
    public async Task From_the_overview_to_a_feature_to_an_image_whose_code_is_changed()
    {
        await using Visit visit = await Site.VisitAsync(Site.Digits, "/");
        await Expect(visit.ByRole(AriaRole.Heading).First).ToBeVisibleAsync();

        await TabToAsync(visit, "Skip to content");
        await TabToAsync(visit, "Features");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync("/features");

        await Expect(visit.ByRole(AriaRole.Listitem).First).ToBeVisibleAsync();
        string first = (await visit.ByRole(AriaRole.Listitem).First.GetByRole(AriaRole.Link).GetAttributeAsync("href"))!;
        await TabToAsync(visit, element => element == first);
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(first);

        ILocator image = visit.ByRole(AriaRole.Main).Locator("a[href^='/images/']").First;
        string target = (await image.GetAttributeAsync("href"))!;
        await TabToAsync(visit, element => element == target);
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(target);

        ILocator rebuilt = visit.ByRole(AriaRole.Img, "Edited", exact: true);
        string? before = await rebuilt.GetAttributeAsync("src");
        await TabToAsync(visit, "on"); // the first feature's switch
        await visit.Page.Keyboard.PressAsync("Space");
        await Expect(rebuilt).Not.ToHaveAttributeAsync("src", before!);

        await visit.Page.GoBackAsync(); // without a window, browsers have no keys of their own
        await Expect(visit.Page).ToHaveURLAsync(first);
    }

    /// <summary>Presses Tab until what has the focus is called so.</summary>
    private static Task TabToAsync(Visit visit, string name) => TabToAsync(visit, element => element == name);

    /// <summary>Presses Tab until the name, the text, or the address of what has the focus is the one sought. What has it must be seen to have it.</summary>
    private static async Task TabToAsync(Visit visit, Func<string, bool> isSought)
    {
        var passed = new List<string>();
        for (int press = 0; press < MostTabs; press++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            string[] focused = await visit.Page.EvaluateAsync<string[]>("""
                () => {
                    const at = document.activeElement;
                    return [at.getAttribute('aria-label') ?? '', (at.textContent ?? '').trim(), at.getAttribute('href') ?? '', (at.labels?.[0]?.textContent ?? '').trim(),
                        getComputedStyle(at).outlineStyle];
                }
                """);
            Assert.NotEqual("none", focused[^1], StringComparer.Ordinal);
            if (Array.Exists(focused[..^1], one => isSought(one)))
                return;
            passed.Add(string.Join('|', focused[..^1]));
        }
        Assert.Fail($"After {MostTabs} tabs it wasn't reached: {string.Join(" → ", passed)}");
    }
}
