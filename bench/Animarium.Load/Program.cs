using System.Diagnostics;
using Animarium.Bench;
using Animarium.Browser.Tests;
using Microsoft.Playwright;

namespace Animarium.Load;

/// <summary>
/// The studio under load: the real server with a real worker, real browsers and programs that use the API. Prints what it measured, one JSON object a line; ends with 1
/// where anything went wrong.
/// </summary>
static class Program
{
    static readonly string[] Chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    static async Task<int> Main(string[] arguments)
    {
        LoadOptions options;
        try
        {
            options = LoadOptions.Parse(arguments);
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        if (options.Browsers > 0 && !Chromium.Any(File.Exists))
        {
            await Console.Error.WriteLineAsync("There is no Chromium here: apt-get install chromium, or --browsers 0.");
            return 2;
        }
        await using var studio = new StudioProcess { Yields = true };
        await studio.Start();
        using var http = new HttpClient { BaseAddress = studio.Address };
        await QueueAlone.Run(http, 2); // loads the model; does not count
        if (options.Alone > 0) Print(await QueueAlone.Run(http, options.Alone));
        int errors = options.Clients > 0 ? await Crowd(studio, options) : 0;
        foreach (string line in Directory.GetFiles(Path.Combine(studio.Data, "logs")).SelectMany(File.ReadLines).Where(line => line.Contains(" Error ", StringComparison.Ordinal) || line.Contains(" Critical ", StringComparison.Ordinal)))
        {
            await Console.Error.WriteLineAsync(line);
            errors++;
        }
        Print(new("studio-errors") { Errors = errors });
        return errors == 0 ? 0 : 1;
    }

    static async Task<int> Crowd(StudioProcess studio, LoadOptions options)
    {
        var (actions, requests) = (new Timings(), new Timings());
        using var playwright = options.Browsers > 0 ? await Playwright.CreateAsync() : null;
        await using var browser = playwright is null ? null : await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium.First(File.Exists), Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"] });
        var people = browser is null ? null : new BrowserCrowd(studio.Address, browser, actions);
        if (people is not null) await people.Open(options.Browsers);

        var programs = new ApiCrowd(studio.Address, options, requests);
        await using var memory = new MemoryTrace(studio);
        using var over = new CancellationTokenSource();
        var (start, processor) = (Stopwatch.GetTimestamp(), studio.Processor);
        var ordering = programs.Run();
        while (!ordering.IsCompleted && programs.Drawn < options.Pictures / 10) await Task.WhenAny(ordering, Task.Delay(100)); // what is loaded and compiled once is there then
        memory.Start();
        var looking = people?.Run(over.Token) ?? Task.CompletedTask;
        await ordering;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Print(new("studio-load") { Browsers = options.Browsers, Clients = options.Clients, Pictures = options.Pictures, Seconds = seconds, ProcessorSeconds = (studio.Processor - processor).TotalSeconds, PicturesPerSecond = options.Pictures / seconds });
        Print(memory.Summary());
        await over.CancelAsync();
        await looking;
        foreach (var measurement in actions.Summary("studio-page").Concat(requests.Summary("studio-api"))) Print(measurement);
        return actions.Errors + requests.Errors;
    }

    static void Print(Measurement measurement) => Console.WriteLine(measurement.ToJson());
}
