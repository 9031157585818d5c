using System.Net.Http.Json;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Animarium.Browser.Tests;

/// <summary>What people do to find pictures again, to sort them, and to compare them.</summary>
public sealed class GalleryJourneys(Chromium chromium) : Journey(chromium)
{
    private const int Pictures = 5;

    protected override void Prepare(string data) => Wall.Fill(data, "1girl, red hair, smile", "1girl, 猫耳, blue hair", "1boy, 海辺, hat", "no humans, sunset", "1girl, smile, sunset");

    [Fact]
    public Task Words_of_either_language_find_pictures() => Take(async page =>
    {
        await Open(page);
        foreach (var (words, found) in new[] { ("smile", 2), ("smile -sunset", 1), ("猫", 1), ("海辺", 1), ("unicorn", 0), ("", Pictures) })
        {
            await Search(page, words);
            await Expect(Tiles(page)).ToHaveCountAsync(found);
        }
        await page.GetByLabel("Order").SelectOptionAsync("Random");
        await Expect(Tiles(page)).ToHaveCountAsync(Pictures);
        await page.GetByRole(AriaRole.Button, new() { Name = "Trash", Exact = true }).ClickAsync();
        await Expect(page.Locator(".wall .empty")).ToHaveTextAsync("The trash is empty.");
    });

    [Fact]
    public Task Pictures_are_gone_through_and_rated_with_keys() => Take(async page =>
    {
        await Open(page);
        await Tiles(page).First.ClickAsync();
        await Expect(page.Locator(".picture[data-listens]")).ToBeVisibleAsync();
        await IsAccessible(page);
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator(".mud-dialog")).ToContainTextAsync("no humans");
        await page.Keyboard.PressAsync("4");
        await Expect(page.Locator(".picture .chip[aria-pressed=true]")).ToHaveCountAsync(4);
        await page.GetByLabel("Note", new() { Exact = true }).FillAsync("4 of them are 3");
        await page.Keyboard.PressAsync("Escape"); // out of the field
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        await Expect(page.Locator(".tile .stars")).ToHaveTextAsync(["★★★★"]);
        await page.GetByLabel("At least rated").SelectOptionAsync("4");
        await Expect(Tiles(page)).ToHaveCountAsync(1);
        await Search(page, "3");
        await Expect(Tiles(page)).ToHaveCountAsync(1);
    });

    [Fact]
    public Task A_picture_in_the_large_view_goes_to_the_trash_and_comes_back() => Take(async page =>
    {
        await Open(page);
        await Tiles(page).First.ClickAsync();
        await Expect(page.Locator(".picture[data-listens]")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Delete");
        await Expect(page.Locator(".mud-dialog")).ToContainTextAsync("no humans");
        await Expect(page.Locator(".finder .count")).ToHaveTextAsync($"{Pictures - 1} pictures");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator(".finder .count")).ToHaveTextAsync($"{Pictures} pictures");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(page.Locator(".mud-dialog")).ToContainTextAsync("1girl, smile, sunset");
    });

    [Fact]
    public Task A_range_of_pictures_goes_to_the_trash_and_comes_back() => Take(async page =>
    {
        await Open(page);
        await page.Locator(".choose").Nth(1).ClickAsync();
        await page.Locator(".choose").Nth(3).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Expect(page.Locator(".chosen .count")).ToHaveTextAsync("3 chosen");
        await IsAccessible(page);
        await page.Keyboard.PressAsync("Delete");
        await Expect(Tiles(page)).ToHaveCountAsync(Pictures - 3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(Pictures);
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose all" }).ClickAsync();
        await Expect(page.Locator(".chosen .count")).ToHaveTextAsync($"{Pictures} chosen");
        await Expect(page.Locator(".choose[aria-checked=true]")).ToHaveCountAsync(Pictures);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".choose[aria-checked=true]")).ToHaveCountAsync(0);
        await Expect(page.Locator(".chosen")).ToHaveCountAsync(0);
    });

    [Fact]
    public Task Pictures_are_collected_and_taken_out_again() => Take(async page =>
    {
        await Open(page);
        for (int n = 0; n < 2; n++) await page.Locator(".choose").Nth(n).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Into a collection" }).ClickAsync();
        await Expect(page.Locator("#asked")).ToBeFocusedAsync(); // at once, and nothing takes it away from who types
        await page.Locator("#asked").FillAsync(new string('x', 200));
        await Expect(page.Locator("#asked")).ToHaveValueAsync(new string('x', 100));
        await page.Locator("#asked").FillAsync("昔 & now");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByLabel("Collections").SelectOptionAsync("昔 & now");
        await Expect(Tiles(page)).ToHaveCountAsync(2);
        await Tiles(page).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "昔 & now" }).ClickAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(1);
    });

    [Fact]
    public Task The_wall_stands_still_while_pictures_come() => Take(async page =>
    {
        await Open(page);
        string? first = await Tiles(page).First.GetAttributeAsync("aria-label");
        using var http = new HttpClient { BaseAddress = Studio.Address };
        (await http.PostAsJsonAsync("api/v1/jobs", new { settings = new { prompt = "1girl, green hair", model = "anima-mini", width = 64, height = 64, steps = 2, count = 2 } }, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        var fresh = page.GetByRole(AriaRole.Button, new() { Name = "Show 2 new" });
        await Expect(fresh).ToBeVisibleAsync(new() { Timeout = Long });
        Assert.Equal((Pictures, first), (await Tiles(page).CountAsync(), await Tiles(page).First.GetAttributeAsync("aria-label")));
        await IsAccessible(page);
        await fresh.ClickAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(Pictures + 2);
        await Expect(fresh).ToHaveCountAsync(0);
        await Expect(Tiles(page).First).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("green hair"));
    });

    [Fact]
    public Task Two_pictures_are_compared_under_one_zoom() => Take(async page =>
    {
        await Open(page);
        for (int n = 0; n < 2; n++) await page.Locator(".choose").Nth(n).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare" }).ClickAsync();
        await Expect(page.Locator(".compare[data-listens] img")).ToHaveCountAsync(2);
        await Expect(page.Locator(".differences")).ToContainTextAsync("no humans, sunset");
        await Expect(page.Locator(".differences tr", new() { HasText = "Steps" })).ToContainTextAsync("87");
        await IsAccessible(page);
        await page.Locator(".compare img").First.HoverAsync();
        await page.Mouse.WheelAsync(0, -400);
        string zoomed = await Transform(page, 0);
        Assert.NotEqual("", zoomed);
        Assert.Equal(zoomed, await Transform(page, 1));
        await page.Keyboard.PressAsync("Tab");
        await page.Locator(".compare").FocusAsync();
        await page.Keyboard.PressAsync("0");
        Assert.Contains("scale(1)", await Transform(page, 1), StringComparison.Ordinal);
    });

    [Fact]
    public Task A_phone_shows_the_gallery_and_four_pictures_two_by_two() => Take(async page =>
    {
        await Open(page);
        for (int n = 0; n < 4; n++) await page.Locator(".choose").Nth(n).TapAsync();
        await FitsThePhone(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare" }).TapAsync();
        await Expect(page.Locator(".compare[data-listens] img")).ToHaveCountAsync(4);
        await FitsThePhone(page);
        var places = await page.Locator(".compare .canvas").EvaluateAllAsync<double[][]>("all => all.map(one => [one.offsetLeft, one.offsetTop])");
        Assert.Equal((2, 2), (places.Select(place => place[0]).Distinct().Count(), places.Select(place => place[1]).Distinct().Count()));
        await Open(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Filters" }).TapAsync();
        await page.GetByLabel("Sampler").SelectOptionAsync("euler");
        await Expect(Tiles(page)).ToHaveCountAsync(Pictures);
        await Tiles(page).First.TapAsync();
        await Expect(page.Locator(".picture")).ToBeVisibleAsync();
        await FitsThePhone(page);
    }, 390, 844);

    private static ILocator Tiles(IPage page) => page.Locator(".tile > button:first-child");

    private static async Task FitsThePhone(IPage page) => Assert.Equal(390, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));

    private static Task<string> Transform(IPage page, int picture) => page.Locator(".compare img").Nth(picture).EvaluateAsync<string>("image => image.style.transform");

    private static async Task Search(IPage page, string words)
    {
        await page.GetByRole(AriaRole.Searchbox).FillAsync(words);
        await page.Keyboard.PressAsync("Enter");
    }

    private async Task Open(IPage page)
    {
        await page.GotoAsync(new Uri(Studio.Address, "gallery").ToString());
        await Expect(page.Locator(".wall[data-listens]")).ToBeAttachedAsync();
        await Expect(Tiles(page)).ToHaveCountAsync(Pictures);
    }
}
