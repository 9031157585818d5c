using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Jobs;
using Animarium.Studio.Preferences;
using Xunit;

namespace Animarium.Web.Tests;

/// <summary>settings.toml through the API.</summary>
public class SettingsApiTests
{
    static CancellationToken Ended => TestContext.Current.CancellationToken;

    static Task<HttpResponseMessage> Put(TestStudio studio, string key, JsonNode? value)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/settings/{key}") { Content = JsonContent.Create(new JsonObject { ["value"] = value }) };
        if (studio.Token is { } token) request.Headers.Authorization = new("Bearer", token);
        return studio.Client.SendAsync(request, Ended);
    }

    [Fact]
    public async Task A_setting_is_changed_in_its_line_and_counts_for_the_next_order()
    {
        await using var studio = await TestStudio.Start();
        string before = await File.ReadAllTextAsync(studio.Home.Settings, Ended);
        Assert.Equal(HttpStatusCode.OK, (await Put(studio, "drawing.steps", 12)).StatusCode);
        Assert.Equal(before.Replace("# steps = 30", "steps = 12", StringComparison.Ordinal), await File.ReadAllTextAsync(studio.Home.Settings, Ended));
        var job = await (await studio.Client.PostAsJsonAsync("/api/v1/jobs", new { settings = new { prompt = "cat" } }, Ended)).Content.ReadFromJsonAsync<JsonObject>(Ended);
        var settings = (await studio.Client.GetFromJsonAsync<JsonObject>("/api/v1/settings", Ended))!["settings"]!.AsArray();
        Assert.Equal(12, (int)settings.Single(setting => (string)setting!["key"]! == "drawing.steps")!["value"]!);
        Assert.Equal(StudioOptions.All.Select(setting => setting.Key), settings.Select(setting => (string)setting!["key"]!));
        Assert.NotNull(studio.Get<JobQueue>().Find((long)job!["id"]!));
        Assert.Equal(12, studio.Get<JobQueue>().Usual().Complete().Steps);

        Assert.Equal(HttpStatusCode.OK, (await Put(studio, "drawing.steps", null)).StatusCode);
        Assert.Equal(before, await File.ReadAllTextAsync(studio.Home.Settings, Ended));
    }

    [Fact]
    public async Task A_rating_of_the_settings_holds_for_orders_that_name_none()
    {
        await using var studio = await TestStudio.Start();
        var order = new { settings = new { prompt = "1girl, nsfw" } };
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await studio.Client.PostAsJsonAsync("/api/v1/jobs", order, Ended)).StatusCode);
        await Put(studio, "drawing.rating", "nsfw");
        Assert.True((await studio.Client.PostAsJsonAsync("/api/v1/jobs", order, Ended)).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("server.port", "99999", HttpStatusCode.BadRequest)]
    [InlineData("server.nothing", "1", HttpStatusCode.BadRequest)]
    [InlineData("../settings", "1", HttpStatusCode.MethodNotAllowed)]
    [InlineData("folders.imports", "\"/\"", HttpStatusCode.BadRequest)]
    public async Task What_is_refused_changes_nothing(string key, string value, HttpStatusCode status)
    {
        await using var studio = await TestStudio.Start();
        string before = await File.ReadAllTextAsync(studio.Home.Settings, Ended);
        Assert.Equal(status, (await Put(studio, key, JsonNode.Parse(value))).StatusCode);
        Assert.Equal(before, await File.ReadAllTextAsync(studio.Home.Settings, Ended));
    }

    [Fact]
    public async Task Beyond_this_machine_nobody_widens_the_folders_or_the_door()
    {
        await using var studio = await TestStudio.Start(beyond: true);
        foreach (string key in (string[])["folders.imports", "folders.pictures", "server.address", "server.certificate", "downloads.token_variable"])
        {
            JsonNode value = key == "folders.imports" ? new JsonArray("/") : key == "downloads.token_variable" ? "SECRET" : "/etc";
            Assert.Equal(HttpStatusCode.Forbidden, (await Put(studio, key, value)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.OK, (await Put(studio, "drawing.steps", 12)).StatusCode);
        Assert.Empty(studio.Get<PreferencesFile>().Current.Imports);
        Assert.Equal("12", Knobs.Find("steps")!.Format(studio.Get<PreferencesFile>().Current.Drawing.Complete().Steps));
    }

    [Fact]
    public async Task The_language_of_the_settings_counts_where_the_browser_chose_none()
    {
        await using var studio = await TestStudio.Start();
        await Put(studio, "interface.language", "ja");
        Assert.Contains("lang=\"ja\"", await studio.Client.GetStringAsync("/models", Ended), StringComparison.Ordinal);
    }
}
