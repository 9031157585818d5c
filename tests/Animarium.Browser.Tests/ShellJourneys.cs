using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Animarium.Browser.Tests;

/// <summary>What surrounds every page.</summary>
public sealed class ShellJourneys(Chromium chromium) : Journey(chromium)
{
    public static TheoryData<string> Pages => ["", "gallery", "training", "models", "system"];

    [Fact]
    public Task The_language_can_be_switched_and_stays() => Take(async page =>
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "日本語" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "ja");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "ギャラリー" })).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "ギャラリー" })).ToBeVisibleAsync();
    });

    [Fact]
    public Task A_browser_that_asks_for_Japanese_gets_it() => Take(page => Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "ja"), language: "ja");

    [Fact]
    public Task The_theme_can_be_switched_and_stays() => Take(async page =>
    {
        await Expect(DrawJourneys.Prompt(page)).ToBeVisibleAsync();
        string before = await Background(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Light or dark" }).ClickAsync();
        await Expect(page.Locator("body")).Not.ToHaveCSSAsync("background-color", before);
        string after = await Background(page);
        await page.ReloadAsync();
        await Expect(DrawJourneys.Prompt(page)).ToBeVisibleAsync();
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", after);
    });

    [Fact]
    public Task A_phone_shows_the_page_without_scrolling_sideways() => Take(async page =>
    {
        await Expect(DrawJourneys.Prompt(page)).ToBeVisibleAsync();
        Assert.Equal(390, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        await DrawJourneys.Prompt(page).FillAsync("1girl");
        await DrawJourneys.Draw(page).TapAsync();
        await Expect(page.Locator(".strip img")).ToHaveCountAsync(1, new() { Timeout = 240_000 });
    }, 390, 844);

    [Theory, MemberData(nameof(Pages))]
    public Task No_page_keeps_anybody_out(string address) => Take(async page =>
    {
        await page.GotoAsync(new Uri(Studio.Address, address).ToString());
        await Expect(page.Locator("main h1").First).ToBeAttachedAsync();
        await IsAccessible(page);
    });

    [Theory, InlineData("light"), InlineData("dark")]
    public Task No_setting_keeps_anybody_out(string theme) => Take(async page =>
    {
        await page.EmulateMediaAsync(new() { ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light });
        await page.GetByRole(AriaRole.Button, new() { Name = "All settings" }).ClickAsync();
        await Expect(page.Locator("#knob-steps")).ToBeVisibleAsync();
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(part => part.open = true)");
        foreach (string knob in new[] { "denoise", "hires", "nag", "eta" }) await Expect(page.Locator($"#knob-{knob}")).ToBeVisibleAsync();
        await IsAccessible(page);
        foreach (string name in new[] { "Builder", "Styles", "History", "Many pictures", "Keyboard" })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
            await IsAccessible(page);
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        }
    });

    private static Task<string> Background(IPage page) => page.Locator("body").EvaluateAsync<string>("body => getComputedStyle(body).backgroundColor");
}
