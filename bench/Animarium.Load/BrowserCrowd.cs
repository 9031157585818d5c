using Microsoft.Playwright;

namespace Animarium.Load;

/// <summary>People before browsers: each goes the same round through the pages again and again, with a pause after each action.</summary>
/// <param name="address">The studio.</param>
/// <param name="browser">Chromium; each person has a context, and with it a process, of their own.</param>
/// <param name="timings">Where their actions are noted.</param>
sealed class BrowserCrowd(Uri address, IBrowser browser, Timings timings)
{
    const int LongestPause = 1500; // milliseconds

    readonly List<(IPage Page, int Number)> pages = [];

    /// <summary>Opens the pages one after the other and goes one round in each: what is loaded and compiled once does not count.</summary>
    public async Task Open(int browsers)
    {
        for (int number = 0; number < browsers; number++)
        {
            var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 }, Locale = "en", ReducedMotion = ReducedMotion.Reduce });
            var page = await context.NewPageAsync();
            int person = number;
            page.PageError += (_, error) => timings.Fail($"browser {person}: {error}");
            page.Console += (_, message) => { if (message.Type == "error") timings.Fail($"browser {person}: {message.Text}"); };
            page.Response += (_, response) => { if (response.Status >= 400) timings.Fail($"browser {person}: {response.Status} {response.Url}"); };
            await page.GotoAsync(address.ToString());
            await page.Locator("[data-listens]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            pages.Add((page, number));
            foreach (var action in PageActions.Round($"1girl, browser {number}")) await Try(page, number, action);
        }
    }

    /// <summary>Goes round until it is cancelled.</summary>
    public Task Run(CancellationToken ended) => Task.WhenAll(pages.Select(page => Person(page.Page, page.Number, ended)));

    async Task Person(IPage page, int number, CancellationToken ended)
    {
        var random = new Random(number);
        string prompt = $"1girl, browser {number}";
        while (!ended.IsCancellationRequested)
        {
            foreach (var action in PageActions.Round(prompt))
            {
                if (ended.IsCancellationRequested) return;
                if (await Try(page, number, action) is { } seconds) timings.Add(action.Name, seconds);
                await Task.WhenAny(Task.Delay(random.Next(LongestPause / 3, LongestPause), ended));
            }
        }
    }

    /// <summary>Seconds that an action takes; null: it cannot be done just now, or went wrong.</summary>
    async Task<double?> Try(IPage page, int number, PageAction action)
    {
        try
        {
            return await page.EvaluateAsync<double?>(action.Script) / 1000;
        }
        catch (PlaywrightException e)
        {
            timings.Fail($"browser {number}, {action.Name}: {e.Message.Split('\n')[0]}");
            return null;
        }
    }
}
