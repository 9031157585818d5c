using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Animarium.Browser.Tests;

/// <summary>What people do with the settings of the page to draw.</summary>
public sealed class SettingsJourneys(Chromium chromium) : Journey(chromium)
{
    [Fact]
    public Task LoRAs_are_taken_from_the_shelf_and_put_into_another_order()
    {
        Studio.AddLora("ink", "ink lines");
        Studio.AddLora("oil", "oil paint");
        return Take(async page =>
        {
            await AllSettings(page);
            await Button(page, "Add a LoRA").ClickAsync();
            foreach (string name in (string[])["ink", "oil"])
            {
                var entry = page.Locator(".shelf button").Filter(new() { HasText = name });
                await entry.ClickAsync();
                await Expect(entry).ToHaveAttributeAsync("aria-pressed", "true"); // before the next: the shelf is drawn anew
            }
            await IsAccessible(page);
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0); // it gives the focus back when it goes
            var names = page.Locator(".lora .name");
            await Expect(names).ToHaveTextAsync(["ink", "oil"]);
            await page.Locator(".lora .handle").First.PressAsync("ArrowDown");
            await Expect(names).ToHaveTextAsync(["oil", "ink"]);
            await Expect(page.Locator(".lora .handle").Last).ToBeFocusedAsync(); // the row that was moved
            var (from, to) = ((await page.Locator(".lora .handle").Last.BoundingBoxAsync())!, (await page.Locator(".lora").First.BoundingBoxAsync())!);
            await page.Mouse.MoveAsync(from.X + (from.Width / 2), from.Y + (from.Height / 2));
            await page.Mouse.DownAsync();
            await page.Mouse.MoveAsync(from.X + (from.Width / 2), to.Y + 4, new() { Steps = 4 });
            await page.Mouse.UpAsync();
            await Expect(names).ToHaveTextAsync(["ink", "oil"]);
            await Button(page, "oil paint").ClickAsync();
            await Expect(DrawJourneys.Prompt(page)).ToHaveValueAsync("oil paint");
        });
    }

    [Fact]
    public Task Controls_stay_where_they_are_when_something_is_wrong() => Take(async page =>
    {
        await AllSettings(page);
        var groups = page.Locator(".form details.group > summary");
        await groups.Nth(2).ClickAsync();
        await groups.Nth(3).ClickAsync();
        await Expect(page.Locator("#knob-cfgRescale")).ToBeVisibleAsync();
        await Expect(page.Locator("#knob-eta")).ToBeVisibleAsync();
        await page.Locator("#knob-sampler").ScrollIntoViewIfNeededAsync();
        string[] controls = ["#knob-cfg", "#knob-sampler", "#knob-eta", "form button[type=submit]"];
        var before = await Places(page, controls);
        await page.Locator("#knob-steps").FillAsync("99999999");
        await page.Locator("#knob-steps").DispatchEventAsync("change");
        await Expect(page.Locator(".wrong")).ToBeVisibleAsync();
        Assert.Equal(before, await Places(page, controls));
        await page.Locator("#knob-cfg").FillAsync("1");
        await page.Locator("#knob-cfg").DispatchEventAsync("change");
        await Expect(page.Locator("label[for=knob-cfgRescale] .why")).ToHaveTextAsync("CFG is 1"); // it lost its effect
        Assert.Equal(before, await Places(page, controls));
    });

    [Fact]
    public Task A_finished_picture_is_enlarged_after_a_mask_was_inverted_and_cleared() => Take(async page =>
    {
        await DrawJourneys.Prompt(page).FillAsync("1girl, solo, @lorelei, simple background, blue background");
        await DrawJourneys.Draw(page).ClickAsync();
        await Expect(page.Locator(".strip img")).ToHaveCountAsync(1, new() { Timeout = Long });
        await page.Locator(".canvas .tools").GetByRole(AriaRole.Button, new() { Name = "Enlarge and refine" }).ClickAsync();
        await Expect(page.Locator("#knob-hires")).ToHaveValueAsync("1.5");
        var canvas = page.Locator(".painter canvas");
        await canvas.ScrollIntoViewIfNeededAsync();
        await Expect(canvas).ToHaveAttributeAsync("width", "128");
        var box = (await canvas.BoundingBoxAsync())!;
        await page.Mouse.ClickAsync(box.X + (box.Width / 4), box.Y + (box.Height / 2));
        await Eventually(canvas, 255, 0);
        await Button(page, "Invert").ClickAsync();
        await Eventually(canvas, 0, 255);
        await Button(page, "Undo").ClickAsync();
        await Eventually(canvas, 255, 0);
        await page.Locator(".painter + .chips").GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Eventually(canvas, 0, 0);
        await page.Keyboard.PressAsync("]");
        await Expect(page.Locator("#brush")).ToHaveValueAsync("56");
        await DrawJourneys.Draw(page).ClickAsync();
        await Expect(page.Locator(".strip img")).ToHaveCountAsync(2, new() { Timeout = Long });
        await Expect(page.Locator(".progress")).ToContainTextAsync(new Regex("192 × 192"));
    });

    private static Task AllSettings(IPage page) => Button(page, "All settings").ClickAsync();

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });

    private static Task<double[]> Places(IPage page, string[] controls) =>
        page.EvaluateAsync<double[]>("controls => controls.map(control => document.querySelector(control).getBoundingClientRect().top)", controls);

    /// <summary>How much is painted left and right of the middle, 0 … 255.</summary>
    private static Task<int[]> Painted(ILocator canvas) =>
        canvas.EvaluateAsync<int[]>("canvas => [1, 3].map(quarter => canvas.getContext('2d').getImageData(canvas.width * quarter / 4, canvas.height / 2, 1, 1).data[3])");

    private static async Task Eventually(ILocator canvas, int left, int right)
    {
        for (int look = 0; look < 100 && await Painted(canvas) is var now && (now[0], now[1]) != (left, right); look++) await canvas.Page.WaitForTimeoutAsync(100);
        var painted = await Painted(canvas);
        Assert.Equal((left, right), (painted[0], painted[1]));
    }
}
