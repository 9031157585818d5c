using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Animarium.Browser.Tests;

/// <summary>What people do on the page of trainings.</summary>
public sealed class TrainingJourneys(Chromium chromium) : Journey(chromium)
{
    private const int Steps = 40, Patience = 180_000; // ms: the model is loaded, and pictures are encoded first

    [Fact]
    public Task A_training_is_started_followed_stopped_and_gone_on_with() => Take(async page =>
    {
        await Open(page, Pictures(3));
        var outlook = page.GetByRole(AriaRole.Region, new() { Name = "What will be done" });
        await Expect(outlook).ToContainTextAsync("3 pictures");
        await page.Locator("summary", new() { HasTextRegex = new("^Settings$") }).ClickAsync();
        foreach (var (setting, value) in new[] { ("steps-max_steps", $"{Steps}"), ("steps-batch_size", "1") })
        {
            await page.Locator($"#setting-{setting}").FillAsync(value);
            await page.Keyboard.PressAsync("Tab");
        }
        await Expect(outlook).ToContainTextAsync($"{Steps} steps");
        await IsAccessible(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();

        await Expect(page.Locator("svg.chart polyline").First).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".legend").First).ToContainTextAsync("σ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(page.Locator(".run-list")).ToContainTextAsync("Stopped");
        await IsAccessible(page);
        await page.Locator(".run").GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(page.Locator(".run-list")).ToContainTextAsync("finished", new() { Timeout = Patience });

        var run = Assert.Single((await Api(page, "runs")).EnumerateArray().ToList());
        Assert.True(run.GetProperty("hasResult").GetBoolean());
        Assert.Equal(Steps, (await Api(page, $"runs/{run.GetProperty("name").GetString()}/metrics")).GetProperty("lastStep").GetInt32());
        // Each step once, though it was stopped on the way.
        var steps = File.ReadLines(Path.Combine(Studio.Data, "runs", run.GetProperty("name").GetString()!, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("event").GetString() == "step").Select(line => line.GetProperty("step").GetInt32());
        Assert.Equal(Enumerable.Range(1, Steps), steps);
    });

    [Fact]
    public Task What_cannot_be_trained_is_said_beside_the_form() => Take(async page =>
    {
        await Open(page, Path.Combine(Studio.Data, "uploads", "nowhere"));
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("nowhere");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true })).ToBeDisabledAsync();
        await page.Locator("summary", new() { HasTextRegex = new("^Settings$") }).ClickAsync();
        await page.Locator("#setting-steps-max_steps").FillAsync("many");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".wrong")).ToBeVisibleAsync();
        await page.Locator("#setting-steps-max_steps").FillAsync("");
        await page.Locator("#source").FillAsync(Pictures(2));
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true })).ToBeEnabledAsync();
        await Expect(page.Locator(".wrong")).ToHaveCountAsync(0);
    });

    [Fact]
    public Task A_damaged_run_breaks_no_page() => Take(async page =>
    {
        string run = Directory.CreateDirectory(Path.Combine(Studio.Data, "runs", "broken & <odd>")).FullName;
        await File.WriteAllTextAsync(Path.Combine(run, "settings.toml"), "");
        await File.WriteAllTextAsync(Path.Combine(run, "state.safetensors"), "no state");
        await File.WriteAllTextAsync(Path.Combine(run, "metrics.jsonl"), """
            []
            {"event":"step","loss":1}
            {"event":"step","step":1,"loss":1,"smooth_loss":1,"seconds":1}
            {"event":"step","step":2,"loss":null,"smooth_loss":null}
            {"event":"step","step":3,"loss":1e999,"smooth_loss":1e999}
            {"event":"step","step":4,"loss":2,"smooth_loss":2}

            """);
        Directory.CreateDirectory(Path.Combine(run, "evaluation"));
        await File.WriteAllTextAsync(Path.Combine(run, "evaluation", "evaluation.json"), "{");
        await page.GotoAsync(new Uri(Studio.Address, "training").ToString());
        await Expect(page.Locator(".run")).ToContainTextAsync("broken & <odd>");
        await Expect(page.Locator(".run")).ToContainTextAsync("Steps whose loss was no number: 2");
        Assert.DoesNotMatch(new Regex("NaN|Infinity|∞"), (await page.Locator("svg.chart polyline").First.GetAttributeAsync("points"))!);
    });

    private string Pictures(int count)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Studio.Data, "uploads", "tiny")).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Checkout.Root, "samples", "lora-style")).Order(StringComparer.Ordinal).Take(2 * count)) // each with its caption
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }

    private static async Task Open(IPage page, string folder)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Training" }).ClickAsync(); // over the open connection: a page that is loaded anew shows before it listens
        await page.Locator("#source").FillAsync(folder);
        await page.Keyboard.PressAsync("Tab");
    }

    private async Task<JsonElement> Api(IPage page, string path) =>
        JsonDocument.Parse(await (await page.APIRequest.GetAsync(new Uri(Studio.Address, $"api/v1/{path}").ToString())).TextAsync()).RootElement;
}
