using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Animarium.Browser.Tests.Chromium))]

namespace Animarium.Browser.Tests;

/// <summary>One browser for all journeys: the one that the system brings, since nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>The browser; without one on this machine the test is skipped, and in CI it fails.</summary>
    public IBrowser Browser
    {
        get
        {
            if (browser is null && Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail("There is no Chromium here; .ci/run installs it where it may.");
            Assert.SkipWhen(browser is null, "There is no Chromium here: apt-get install chromium.");
            return browser!;
        }
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Places.FirstOrDefault(File.Exists) is not { } path) return;
        Assertions.SetDefaultExpectTimeout(30_000); // a busy machine is no fault of a page
        playwright = await Playwright.CreateAsync();
        // Containers have no user namespaces for its sandbox, and it must not look for updates.
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"] });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
