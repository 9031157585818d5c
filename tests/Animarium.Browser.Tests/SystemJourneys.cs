using System.IO.Compression;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Animarium.Browser.Tests;

/// <summary>What people look for when something is wrong.</summary>
public sealed class SystemJourneys(Chromium chromium) : Journey(chromium)
{
    [Fact]
    public Task Findings_and_log_are_shown_and_the_bundle_can_be_kept() => Take(async page =>
    {
        await File.WriteAllLinesAsync(Path.Combine(Studio.Data, "logs", "server-20200101.log"),
            ["2020-01-02T03:04:05.0000000+00:00 Information A.B: all is well", "2020-01-02T03:04:05.0000000+00:00 Warning A.B: something creaks"]);
        await page.GotoAsync(new Uri(Studio.Address, "system").ToString());
        var machine = page.GetByRole(AriaRole.Region, new() { Name = "This machine" });
        await Expect(machine).ToContainTextAsync("libtorch", new() { Timeout = 240_000 });
        await Expect(machine).ToContainTextAsync("TFLOP/s");
        Assert.False(Studio.Loads("torch_cpu"), "the server itself holds libtorch");
        await IsAccessible(page);

        var log = page.GetByRole(AriaRole.Region, new() { Name = "Log of the server" });
        await Expect(log.Locator("li").Filter(new() { HasText = "all is well" })).ToBeVisibleAsync();
        await log.GetByRole(AriaRole.Combobox).SelectOptionAsync("Warning");
        await Expect(log.Locator("li").Filter(new() { HasText = "all is well" })).ToHaveCountAsync(0);
        await log.GetByRole(AriaRole.Searchbox).FillAsync("creaks");
        await Expect(log.Locator("li")).ToHaveCountAsync(1);
        await log.GetByRole(AriaRole.Searchbox).FillAsync("<nonsense>");
        await Expect(log).ToContainTextAsync("No line fits.");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download diagnostics" }).ClickAsync());
        await using var archive = await ZipFile.OpenReadAsync(await download.PathAsync());
        Assert.Contains(archive.Entries, entry => entry.FullName == "findings.json");
    });
}
