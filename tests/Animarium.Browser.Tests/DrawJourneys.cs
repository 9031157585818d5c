using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Animarium.Browser.Tests;

/// <summary>What people do on the page to draw.</summary>
public sealed class DrawJourneys(Chromium chromium) : Journey(chromium)
{
    [Fact]
    public Task A_newcomer_has_a_first_picture_with_one_click() => Take(async page =>
    {
        await page.Locator(".canvas .chip").First.ClickAsync();
        await Expect(page.Locator(".strip img")).ToHaveCountAsync(1, new() { Timeout = Long });
        await HasPixels(page.Locator(".canvas img"));
    });

    [Fact]
    public Task The_page_keeps_its_language_when_a_picture_arrives() => Take(async page =>
    {
        await page.Locator(".canvas .chip").First.ClickAsync();
        await Expect(page.Locator(".strip img")).ToHaveCountAsync(1, new() { Timeout = Long });
        await Expect(page.Locator(".canvas .tools")).ToBeVisibleAsync();
        await Expect(Draw(page)).ToHaveTextAsync("描く");
        await Expect(page.Locator(".queue .job .row")).ToContainTextAsync("完了");
    }, language: "ja");

    [Fact]
    public Task Ctrl_Enter_draws_what_was_just_typed() => Take(async page =>
    {
        await Prompt(page).FillAsync("1girl, blue hair");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator(".strip img")).ToHaveCountAsync(1, new() { Timeout = Long });
        await page.Locator(".canvas img").ClickAsync();
        await Expect(page.Locator(".mud-dialog")).ToContainTextAsync("blue hair");
        await IsAccessible(page);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        await page.Locator(".bar").GetByRole(AriaRole.Button, new() { Name = "Keyboard" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard" })).ToBeVisibleAsync();
        await IsAccessible(page);
    });

    [Fact]
    public Task The_form_stays_as_it_was_while_somebody_looks_elsewhere() => Take(async page =>
    {
        var (rooms, dialogs, more) = (page.GetByRole(AriaRole.Navigation), page.GetByRole(AriaRole.Dialog), page.Locator("details.group").Last);
        await page.GetByRole(AriaRole.Button, new() { Name = "All settings" }).ClickAsync();
        await more.Locator("summary").ClickAsync();
        await Prompt(page).FillAsync("1girl, half");
        await rooms.GetByRole(AriaRole.Link, new() { Name = "Gallery" }).ClickAsync();
        await Expect(page.Locator(".wall[data-listens]")).ToBeAttachedAsync();
        await Expect(Prompt(page)).ToBeHiddenAsync();
        await Expect(page).ToHaveTitleAsync("Gallery");
        await page.Keyboard.PressAsync("?");
        await Expect(dialogs).ToHaveCountAsync(1); // what is out of sight hears no keys
        await dialogs.GetByRole(AriaRole.Button).Last.ClickAsync();
        await Expect(dialogs).ToHaveCountAsync(0);
        await rooms.GetByRole(AriaRole.Link, new() { Name = "Draw" }).ClickAsync();
        await Expect(Prompt(page)).ToBeVisibleAsync();
        await Expect(Prompt(page)).ToHaveValueAsync("1girl, half");
        await Expect(more).ToHaveAttributeAsync("open", "");
        await Expect(page).ToHaveTitleAsync("Draw");
    });

    [Fact]
    public Task A_dropped_picture_brings_its_settings_back() => Take(async page =>
    {
        await Prompt(page).FillAsync("1girl, red hair");
        await Draw(page).ClickAsync();
        await Expect(page.Locator(".strip img")).ToHaveCountAsync(1, new() { Timeout = Long });
        await Expect(page.Locator(".canvas .tools")).ToBeVisibleAsync(); // the finished picture, no preview of it
        var file = await (await page.APIRequest.GetAsync(new Uri(Studio.Address, (await page.Locator(".canvas img").GetAttributeAsync("src"))!).ToString())).BodyAsync();
        await Prompt(page).FillAsync("1boy");
        await Drop(page, file);
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("1girl, red hair");
        await dialog.Locator("button.primary").ClickAsync();
        await Expect(Prompt(page)).ToHaveValueAsync(new Regex("1girl, red hair"));
    });

    [Fact]
    public Task A_dropped_file_that_is_no_picture_is_refused_in_words() => Take(async page =>
    {
        foreach (byte[] file in new[] { [], "not a picture"u8.ToArray() })
        {
            await Drop(page, file);
            await Expect(page.Locator(".mud-snackbar").Last).ToContainTextAsync("no picture");
        }
        await Expect(Prompt(page)).ToBeVisibleAsync();
    });

    [Fact]
    public Task The_masked_part_of_a_picture_is_drawn_anew_and_the_rest_stays() => Take(async page =>
    {
        await Prompt(page).FillAsync("1girl, solo, @lorelei, simple background, blue background");
        await Draw(page).ClickAsync();
        await Expect(page.Locator(".strip img")).ToHaveCountAsync(1, new() { Timeout = Long });
        await page.Locator(".canvas .tools button").Nth(1).ClickAsync();
        var canvas = page.Locator(".painter canvas");
        await canvas.ScrollIntoViewIfNeededAsync();
        await Expect(canvas).Not.ToHaveAttributeAsync("width", "300"); // it has the picture's size once that is loaded
        var box = (await canvas.BoundingBoxAsync())!;
        for (double height = 0.05; height < 1; height += 0.1)
        {
            await page.Mouse.MoveAsync(box.X + 10, (float)(box.Y + (box.Height * height)));
            await page.Mouse.DownAsync();
            await page.Mouse.MoveAsync(box.X + (box.Width / 4), (float)(box.Y + (box.Height * height)), new() { Steps = 4 });
            await page.Mouse.UpAsync();
        }
        await page.Locator("#knob-denoise").FillAsync("1");
        await Prompt(page).FillAsync("1girl, solo, @lorelei, simple background, yellow background");
        await Draw(page).ClickAsync();
        await Expect(page.Locator(".strip img")).ToHaveCountAsync(2, new() { Timeout = Long });
        var (left, right) = (await Difference(page, 0, 0.3), await Difference(page, 0.6, 1));
        Assert.True(left > 4 * right, $"left {left}, right {right}");
    });

    [Fact]
    public async Task A_queue_of_fifty_pictures_outlives_a_pause_and_a_killed_server()
    {
        await Take(async page =>
        {
            await Prompt(page).FillAsync("1girl, green eyes");
            await page.GetByRole(AriaRole.Button, new() { Name = "All settings" }).ClickAsync();
            await page.Locator("#knob-count").FillAsync("50");
            await Draw(page).ClickAsync();
            await Expect(page.Locator(".strip img").Nth(2)).ToBeVisibleAsync(new() { Timeout = Long });
            await page.Locator(".queue").GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
            await Expect(page.Locator(".queue .job")).ToContainTextAsync("Paused");
        });
        await Studio.Kill();
        await Studio.Start();
        await Take(async page =>
        {
            await Expect(page.Locator(".queue .job")).ToContainTextAsync("Paused");
            await page.Locator(".queue").GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
            await Expect(page.Locator(".queue .job")).ToContainTextAsync("50/50", new() { Timeout = 400_000 });
        });
    }

    internal static ILocator Prompt(IPage page) => page.Locator("#knob-prompt");

    internal static ILocator Draw(IPage page) => page.Locator("form button[type=submit]");

    private static async Task HasPixels(ILocator picture) => Assert.True(await picture.EvaluateAsync<int>("async image => { await image.decode(); return image.naturalWidth; }") > 0);

    /// <summary>Lets a file fall onto the page, as from a file manager.</summary>
    private static async Task Drop(IPage page, byte[] file)
    {
        await Expect(page.Locator("[data-listens]")).ToBeAttachedAsync();
        await page.EvaluateAsync("""
            bytes => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], "picture.png", { type: "image/png" }));
              document.querySelector("main").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
            }
            """, Convert.ToBase64String(file));
    }

    /// <summary>How far the two pictures of the strip are apart between two vertical lines, in steps of 0…255.</summary>
    private static Task<double> Difference(IPage page, double from, double to) => page.EvaluateAsync<double>("""
        async ([from, to]) => {
          const pixels = [];
          for (const image of document.querySelectorAll(".strip img")) {
            await image.decode();
            const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight), paint = canvas.getContext("2d");
            paint.drawImage(image, 0, 0);
            pixels.push(paint.getImageData(from * canvas.width, 0, (to - from) * canvas.width, canvas.height).data);
          }
          return pixels[0].reduce((sum, value, i) => sum + Math.abs(value - pixels[1][i]), 0) / pixels[0].length;
        }
        """, new[] { from, to });
}
