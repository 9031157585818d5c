using static Microsoft.Playwright.Assertions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace Animarium.Browser.Tests;

/// <summary>A studio of its own and a page in it, for one test.</summary>
public abstract class Journey(Chromium chromium) : IAsyncLifetime
{
    /// <summary>Milliseconds that the mini model may take for some pictures or some steps of a training, on a busy machine.</summary>
    protected const float Long = 360_000;

    /// <summary>The studio.</summary>
    internal StudioProcess Studio { get; } = new();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _ = chromium.Browser; // without one there is nothing to start a studio for
        Prepare(Studio.Data);
        await Studio.Start();
    }

    /// <summary>What is in the studio's folder before it starts.</summary>
    protected virtual void Prepare(string data)
    {
    }

    /// <summary>Takes a way through the pages. A picture of where it failed is kept under artifacts/screenshots.</summary>
    /// <param name="way">What is done and looked for.</param>
    /// <param name="width">Of the window, in pixels.</param>
    /// <param name="height">Of the window, in pixels.</param>
    /// <param name="language">What the browser asks for.</param>
    protected async Task Take(Func<IPage, Task> way, int width = 1440, int height = 900, string language = "en")
    {
        await using var context = await chromium.Browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, Locale = language, HasTouch = width < 600, ReducedMotion = ReducedMotion.Reduce });
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) => { if (message.Type == "error" && message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) errors.Add(message.Text); };
        try
        {
            await page.GotoAsync(Studio.Address.ToString());
            await Expect(page.Locator("[data-listens]")).ToBeAttachedAsync(new() { Timeout = 30_000 }); // keys and remembered settings are there
            await way(page);
            Assert.Empty(errors);
        }
        catch
        {
            Directory.CreateDirectory(Checkout.Screenshots);
            string name = $"{TestContext.Current.TestMethod?.MethodName}-{width}-{language}.png";
            await page.ScreenshotAsync(new() { Path = Path.Combine(Checkout.Screenshots, name) });
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}\n{string.Join('\n', errors)}\n{Studio.Said}");
            throw;
        }
    }

    /// <summary>Nothing that keeps people with a screen reader, a keyboard or weak eyes out.</summary>
    protected static async Task IsAccessible(IPage page)
    {
        var result = await page.RunAxe();
        Assert.Empty(result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{v.Id}: {string.Join(" | ", v.Nodes.Take(5).Select(node => node.Html))}"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Studio.DisposeAsync();
    }
}
