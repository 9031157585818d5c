using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Animarium.Browser.Tests;

/// <summary>What people do on the pages of trainings and models.</summary>
public sealed class StudioJourneys(Chromium chromium) : Journey(chromium)
{
    [Fact]
    public Task A_training_starts_from_a_folder_shows_its_curves_stops_and_goes_on() => Take(async page =>
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Training", Exact = true }).ClickAsync();
        await Say(page, "#source", "/etc/../nowhere");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("nowhere");

        await Say(page, "#source", Pictures());
        await Expect(page.GetByText("The preset is")).ToBeVisibleAsync();
        await page.Locator(".training form details.group > summary").First.ClickAsync();
        await Say(page, "#setting-adapter-rank", "banana");
        await Expect(page.Locator(".wrong")).ToContainTextAsync("adapter.rank");
        await Say(page, "#setting-adapter-rank", "2");
        // Most of a short run's time would go to pictures on the way and to measuring.
        await Say(page, "#setting-sampling-every_steps", "30");
        await page.Locator(".training").GetByText("All settings", new() { Exact = true }).ClickAsync();
        await page.Locator("details.group").Filter(new() { Has = page.Locator("#setting-validation-pictures") }).Last.Locator("> summary").ClickAsync();
        await Say(page, "#setting-validation-pictures", "1");
        await Say(page, "#setting-steps-max_steps", "30");
        await Expect(page.GetByText("30 steps", new() { Exact = false }).First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();

        await Expect(page.Locator(".run .chart").First).ToBeVisibleAsync(new() { Timeout = Long });
        await page.Locator(".run").GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(page.Locator(".run-list")).ToContainTextAsync("Stopped");
        await IsAccessible(page);
        await page.Locator(".run").GetByRole(AriaRole.Button, new() { Name = "Go on", Exact = true }).ClickAsync();
        await Expect(page.Locator(".run-list")).ToContainTextAsync("finished", new() { Timeout = Long });
        await Expect(page.Locator(".run .legend").First).ToContainTextAsync("σ 0.5");
        await Expect(page.Locator(".run .sheet img")).ToBeVisibleAsync();
    });

    [Fact]
    public Task A_damaged_run_breaks_no_page() => Take(async page =>
    {
        string run = Directory.CreateDirectory(Path.Combine(Studio.Data, "runs", "broken & odd")).FullName;
        await File.WriteAllTextAsync(Path.Combine(run, "settings.toml"), "");
        await File.WriteAllTextAsync(Path.Combine(run, "state.safetensors"), "no state");
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(run, "evaluation")).FullName, "evaluation.json"), "{");
        await File.WriteAllTextAsync(Path.Combine(run, "metrics.jsonl"), """
            []
            {"event":"step","loss":1}
            {"event":"step","step":1,"loss":1,"smooth_loss":1,"seconds":1}
            {"event":"step","step":2,"loss":null,"smooth_loss":null}
            {"event":"step","step":3,"loss":1e999,"smooth_loss":1e999}
            {"event":"step","step":4,"loss":2,"smooth_loss":2}

            """);
        await page.GotoAsync(new Uri(Studio.Address, "training").ToString());
        await Expect(page.Locator(".run")).ToContainTextAsync("broken & odd");
        await Expect(page.Locator(".run")).ToContainTextAsync("Steps whose loss was no number: 2");
        Assert.DoesNotMatch("NaN|Infinity|∞", (await page.Locator("svg.chart polyline").First.GetAttributeAsync("points"))!);
    });

    [Fact]
    public Task A_lora_that_is_copied_appears_by_itself_and_says_what_it_is() => Take(async page =>
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Models", Exact = true }).ClickAsync();
        await Expect(page.GetByText("anima-mini", new() { Exact = true }).First).ToBeVisibleAsync();
        string shelf = Directory.CreateDirectory(Path.Combine(Studio.Models, "loras")).FullName;
        File.WriteAllText(Path.Combine(shelf, "broken.safetensors"), "this is no LoRA");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look again" }).ClickAsync();
        await page.Locator(".lora-list").GetByRole(AriaRole.Button, new() { Name = "broken" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToContainTextAsync("broken.safetensors");
        await IsAccessible(page);
        await page.Keyboard.PressAsync("Escape");
        File.Move(Path.Combine(shelf, "broken.safetensors"), Path.Combine(shelf, "renamed.safetensors"));
        await Expect(page.Locator(".lora-list")).ToContainTextAsync("renamed"); // without asking
    });

    /// <summary>Types into a field and leaves it.</summary>
    private static async Task Say(IPage page, string field, string text)
    {
        await page.Locator(field).FillAsync(text);
        await page.Locator(field).BlurAsync();
    }

    /// <summary>Three pictures with captions where the studio may read them.</summary>
    private string Pictures()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Studio.Models, "pictures")).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Checkout.Root, "samples", "lora-style"), "00000?.*").Where(file => Path.GetFileName(file)[5] <= '3')) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }
}
