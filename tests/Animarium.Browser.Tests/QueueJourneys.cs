using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Animarium.Browser.Tests;

/// <summary>What people do with jobs that are in the queue.</summary>
public sealed class QueueJourneys(Chromium chromium) : Journey(chromium)
{
    [Fact]
    public Task A_plan_is_cut_and_extended_while_it_waits() => Take(async page =>
    {
        await DrawJourneys.Prompt(page).FillAsync("1girl, red hair");
        await page.GetByRole(AriaRole.Button, new() { Name = "Many pictures" }).ClickAsync();
        await page.GetByLabel("What differs along X").SelectOptionAsync("replace");
        await page.GetByLabel("Values along X").FillAsync("red hair, blue hair, pink hair");
        await page.GetByLabel("Pictures of each").FillAsync("20");
        await page.Keyboard.PressAsync("Tab");
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw (60)" }).ClickAsync();
        var job = page.Locator(".queue .job");
        await job.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(job).ToContainTextAsync("Paused");

        await job.GetByRole(AriaRole.Button, new() { Name = "Leave out" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("First number").FillAsync("31");
        await dialog.GetByLabel("Last number").FillAsync("61");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Leave out" }).First.ClickAsync();
        await Expect(dialog.Locator(".error")).ToContainTextAsync("no pictures"); // there are sixty
        await dialog.GetByLabel("Last number").FillAsync("60");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Leave out" }).First.ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("Pictures: 30");
        await dialog.Locator("#replan-more").FillAsync("2");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Draw more" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("Pictures: 36");
        await IsAccessible(page);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
        await Expect(job).ToContainTextAsync("/36");
    });
}
