using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Animarium.Studio.Prompts.History;
using Animarium.Web.Tests.Client;
using Xunit;
using JsonElement = System.Text.Json.JsonElement;

namespace Animarium.Web.Tests;

/// <summary>What pages know about prompts and plans, through the generated client.</summary>
public class PromptsApiTests
{
    static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tags_are_completed_where_the_caret_is()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        var found = await client.CompletePromptAsync(new() { Prompt = "1girl, blue ha, smile", Caret = 14, Most = 5 }, Ended);
        Assert.Equal((CompletionKind.Tag, 7, 7), (found.Kind, found.Start, found.Length));
        Assert.Contains(found.Items, item => item.Label == "blue hair");
        Assert.InRange(found.Items.Count, 1, 5);
        Assert.Equal(400, (await Assert.ThrowsAnyAsync<ApiException>(() => client.CompletePromptAsync(new() { Prompt = "1girl", Caret = 6 }, Ended))).StatusCode);
    }

    [Fact]
    public async Task A_prompt_is_reported_in_the_language_that_is_asked_for()
    {
        await using var studio = await TestStudio.Start();
        var messages = new List<string>();
        foreach (string language in new[] { "en", "ja" })
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/prompts/report") { Content = JsonContent.Create(new { settings = new { prompt = "1girl, smile, smile" } }) };
            request.Headers.Add("Accept-Language", language);
            var report = await (await studio.Client.SendAsync(request, Ended)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ended);
            Assert.Equal(3, report.GetProperty("sections").GetArrayLength());
            messages.Add(report.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("kind").GetString() == "duplicate").GetProperty("message").GetString()!);
        }
        Assert.NotEqual(messages[0], messages[1]);
    }

    [Fact]
    public async Task A_prompt_is_cut_into_slots_and_put_in_order()
    {
        await using var studio = await TestStudio.Start();
        var slots = await new StudioClient(studio.Client).SplitPromptAsync(new() { Prompt = "1girl, masterpiece" }, Ended);
        Assert.Equal(new[] { PromptSlot.Count, PromptSlot.Quality }, slots.Pieces.Select(piece => piece.Slot));
        Assert.Equal((false, "masterpiece, 1girl"), (slots.IsInOrder, slots.InOrder));
    }

    [Fact]
    public async Task Styles_are_kept_listed_and_deleted()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        // Many at once: none may take another's away.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => client.KeepStyleAsync($"style {n}", new() { Prompt = $"{{prompt}}, {n}", Settings = new() { Steps = n + 1 } }, Ended)));
        Assert.Equal(8, (await client.ListStylesAsync(Ended)).Count);
        await client.KeepStyleAsync("style 3", new() { Prompt = "other" }, Ended);
        var changed = (await client.ListStylesAsync(Ended)).Single(style => style.Name == "style 3");
        Assert.Equal(("other", null), (changed.Style.Prompt, changed.Style.Settings));
        await client.ForgetStyleAsync("style 3", Ended);
        Assert.Equal(404, (await Assert.ThrowsAnyAsync<ApiException>(() => client.ForgetStyleAsync("style 3", Ended))).StatusCode);
        await File.WriteAllTextAsync(studio.Home.Styles, "{ no list", Ended);
        var broken = await Assert.ThrowsAnyAsync<ApiException>(() => client.KeepStyleAsync("new", new() { Prompt = "x" }, Ended));
        Assert.Equal(409, broken.StatusCode);
        Assert.Equal("{ no list", await File.ReadAllTextAsync(studio.Home.Styles, Ended));
    }

    static Task<TestStudio> StudioWithLists() => TestStudio.Start(change: options => options with { Library = options.Library with { Wildcards = Path.Combine(options.Home.Folder, "wildcards") } });

    [Fact]
    public async Task Wildcard_lists_are_written_read_and_not_overwritten_unseen()
    {
        await using var studio = await StudioWithLists();
        var client = new StudioClient(studio.Client);
        Assert.Empty(await client.ListWildcardsAsync(Ended));
        Assert.Equal("oil\nink\n", (await client.WriteWildcardAsync("style/paint", new() { Text = "oil\r\nink\n" }, Ended)).Text);
        Assert.Equal(("style/paint", 2), (await client.ListWildcardsAsync(Ended)).Select(list => (list.Name, list.Options)).Single());
        await client.WriteWildcardAsync("style/paint", new() { Text = "oil\n", Before = "oil\nink\n" }, Ended);
        Assert.Equal(409, (await Assert.ThrowsAnyAsync<ApiException>(() => client.WriteWildcardAsync("style/paint", new() { Text = "mine\n", Before = "oil\nink\n" }, Ended))).StatusCode);
        Assert.Equal(("style/paint", "oil\n"), await client.GetWildcardAsync("style/paint", Ended) is var read ? (read.Name, read.Text) : default);
        await client.DeleteWildcardAsync("style/paint", Ended);
        Assert.Equal(404, (await Assert.ThrowsAnyAsync<ApiException>(() => client.GetWildcardAsync("style/paint", Ended))).StatusCode);
        Assert.Equal(404, (await Assert.ThrowsAnyAsync<ApiException>(() => client.DeleteWildcardAsync("style/paint", Ended))).StatusCode);
    }

    [Fact]
    public async Task A_wildcard_list_stays_in_its_folder()
    {
        await using var studio = await StudioWithLists();
        var client = new StudioClient(studio.Client);
        foreach (string name in new[] { "../out", "/etc/out", "a__b", ".hidden" })
            Assert.Equal(400, (await Assert.ThrowsAnyAsync<ApiException>(() => client.WriteWildcardAsync(name, new() { Text = "x" }, Ended))).StatusCode);
        await using var without = await TestStudio.Start();
        Assert.Equal(409, (await Assert.ThrowsAnyAsync<ApiException>(() => new StudioClient(without.Client).ListWildcardsAsync(Ended))).StatusCode);
    }

    [Fact]
    public async Task Past_prompts_are_found_and_forgotten()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        studio.Get<PromptHistory>().Add("1girl, blue hair", "");
        studio.Get<PromptHistory>().Add("landscape", "");
        var past = (await client.ListPastPromptsAsync("blue", cancellationToken: Ended)).Single();
        await client.ForgetPastPromptAsync(past.Id, Ended);
        Assert.Equal("landscape", (await client.ListPastPromptsAsync(cancellationToken: Ended)).Single().Prompt);
        Assert.Equal(404, (await Assert.ThrowsAnyAsync<ApiException>(() => client.ForgetPastPromptAsync(past.Id, Ended))).StatusCode);
    }

    [Fact]
    public async Task A_plan_is_made_as_people_write_it_ordered_extended_and_trimmed()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        var plan = await client.MakePlanAsync(new() { Settings = new() { Prompt = "cat", Width = 512, Height = 512 }, Axes = [new() { Name = "steps", Values = "10-30 (+10)" }], Prompts = ["a cat", "a dog"] }, Ended);
        Assert.Equal((6, 120), (plan.Pictures, plan.Steps));
        var job = await client.AddJobAsync(new() { Plan = plan.Plan }, null, Ended);
        Assert.Equal(6, job.Total);
        await client.PauseJobAsync(job.Id, Ended);
        Assert.Equal(12, (await client.ExtendJobAsync(job.Id, new() { Count = 1 }, Ended)).Total);
        Assert.True((await client.TrimJobAsync(job.Id, new() { Values = [new() { Axis = "steps", Value = "30" }] }, Ended)).Total is >= 8 and < 12);
        Assert.Equal(400, (await Assert.ThrowsAnyAsync<ApiException>(() => client.TrimJobAsync(job.Id, new() { Values = [new() { Axis = "steps", Value = "31" }] }, Ended))).StatusCode);
        Assert.Equal(404, (await Assert.ThrowsAnyAsync<ApiException>(() => client.ExtendJobAsync(99, new() { Count = 1 }, Ended))).StatusCode);
        await client.CancelJobAsync(job.Id, Ended);
        Assert.Equal(409, (await Assert.ThrowsAnyAsync<ApiException>(() => client.ExtendJobAsync(job.Id, new() { Count = 1 }, Ended))).StatusCode);
    }

    [Fact]
    public async Task Official_files_are_listed_and_only_those_are_fetched()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        var files = await client.ListOfficialFilesAsync(Ended);
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Equal(64, file.Sha256.Length));
        // This studio has no folder of models of its own.
        Assert.Equal(409, (await Assert.ThrowsAnyAsync<ApiException>(() => client.DownloadOfficialFileAsync(files.First().Name, new(), Ended))).StatusCode);
        Assert.Equal(404, (await Assert.ThrowsAnyAsync<ApiException>(() => client.CancelDownloadAsync("passwd", Ended))).StatusCode);
    }
}
