using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Animarium.Web.Tests.Client;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;
using JsonElement = System.Text.Json.JsonElement;

namespace Animarium.Web.Tests;

/// <summary>Jobs, through the generated client where a program would use it.</summary>
public class JobsApiTests
{
    static CancellationToken Ended => TestContext.Current.CancellationToken;

    static JobRequest Draw(string prompt, int count = 1) => new() { Settings = new() { Prompt = prompt, Count = count } };

    [Fact]
    public async Task A_job_is_ordered_paused_continued_cancelled_and_removed()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        var job = await client.AddJobAsync(Draw("1girl", 3), null, Ended);
        Assert.Equal((3, 0, "1girl"), (job.Total, job.Done, job.Title));
        Assert.Equal(JobState.Paused, (await client.PauseJobAsync(job.Id, Ended)).State);
        Assert.Equal(JobState.Waiting, (await client.ContinueJobAsync(job.Id, Ended)).State);
        Assert.Equal(JobState.Cancelled, (await client.CancelJobAsync(job.Id, Ended)).State);
        Assert.Equal(5, (await client.PrioritizeJobAsync(job.Id, new() { Priority = 5 }, Ended)).Priority);
        await client.RemoveJobAsync(job.Id, Ended);
        Assert.Equal(404, (await Assert.ThrowsAnyAsync<ApiException>(() => client.GetJobAsync(job.Id, Ended))).StatusCode);
    }

    [Fact]
    public async Task The_same_key_is_the_same_order()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        var orders = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.AddJobAsync(Draw("cat"), "key-1", Ended)));
        Assert.Single(orders.Select(job => job.Id).Distinct());
        Assert.NotEqual(orders[0].Id, (await client.AddJobAsync(Draw("cat"), "key-2", Ended)).Id);
        Assert.Equal(2, (await client.ListJobsAsync(0, 100, Ended)).Count);
    }

    [Fact]
    public async Task A_locked_database_is_said_and_the_server_goes_on()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        using (var other = new SqliteConnection($"Data Source={studio.Home.Database};Pooling=False"))
        {
            await other.OpenAsync(Ended);
            await other.ExecuteAsync("BEGIN IMMEDIATE");
            var refused = await Assert.ThrowsAnyAsync<ApiException>(() => client.AddJobAsync(Draw("1girl"), "key", Ended));
            Assert.Equal(409, refused.StatusCode);
            Assert.Contains("is locked by another program", refused.Response, StringComparison.Ordinal);
            Assert.Empty(await client.ListJobsAsync(0, 10, Ended));
        }
        var job = await client.AddJobAsync(Draw("1girl"), "key", Ended);
        Assert.Equal([job.Id], (await client.ListJobsAsync(0, 10, Ended)).Select(one => one.Id));
    }

    [Theory]
    [InlineData("""{}""", 400, "orders", null)]
    [InlineData("""{"settings":{"prompt":"x"},"import":{"folder":"/x"}}""", 400, "orders", null)]
    [InlineData("""{"settings":{"steps":-1}}""", 400, "setting", "steps")]
    [InlineData("""{"settings":{"stepz":1}}""", 400, "setting", "stepz")]
    [InlineData("""{"settings":[]}""", 400, "setting", null)]
    [InlineData("""{"settings":{"prompt":"x"},"priority":99999}""", 400, "value", "priority")]
    [InlineData("""{"sittings":{}}""", 400, "request", null)]
    [InlineData("""{"settings":""", 400, "request", null)]
    [InlineData("""null""", 400, "request", null)]
    [InlineData("""{"plan":{"version":7}}""", 400, "setting", "version")]
    [InlineData("""{"settings":{"prompt":"nude","rating":"safe"}}""", 422, "rating", "rating")]
    public async Task What_is_wrong_is_said_with_its_field_in_the_language_that_is_asked_for(string body, int status, string code, string? field)
    {
        await using var studio = await TestStudio.Start();
        var details = new List<string>();
        foreach (string language in new[] { "en", "ja-JP,ja;q=0.9" })
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/jobs") { Content = new StringContent(body, null, "application/json") };
            request.Headers.Add("Accept-Language", language);
            using var answer = await studio.Client.SendAsync(request, Ended);
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Ended);
            Assert.Equal(code, problem.GetProperty("code").GetString());
            Assert.Equal(field, problem.TryGetProperty("field", out var said) ? said.GetString() : null);
            details.Add(problem.GetProperty("detail").GetString()!);
        }
        Assert.NotEqual(details[0], details[1]);
        Assert.Empty(await new StudioClient(studio.Client).ListJobsAsync(null, null, Ended));
    }

    [Fact]
    public async Task What_is_never_drawn_never_reaches_the_queue()
    {
        await using var studio = await TestStudio.Start();
        foreach (string order in new[]
        {
            """{"settings":{"prompt":"loli, nude","rating":"explicit"}}""",
            """{"plan":{"version":1,"settings":{"prompt":"child","rating":"explicit"},"prompts":["a cat","child, sex"],"seeds":{"start":1}}}""",
            """{"plan":{"version":1,"settings":{"prompt":"child, HERE","rating":"explicit"},"axes":[{"name":"replace","values":["HERE","sex"]}],"seeds":{"start":1}}}""",
        })
        {
            using var answer = await studio.Client.PostAsync("/api/v1/jobs", new StringContent(order, null, "application/json"), Ended);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Equal("refused", (await answer.Content.ReadFromJsonAsync<JsonElement>(Ended)).GetProperty("code").GetString());
        }
        Assert.Empty(await new StudioClient(studio.Client).ListJobsAsync(null, null, Ended));
    }

    [Fact]
    public async Task Other_types_methods_and_sizes_are_told_as_problems()
    {
        await using var studio = await TestStudio.Start();
        using var text = await studio.Client.PostAsync("/api/v1/jobs", new StringContent("x"), Ended);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "media"), (text.StatusCode, await Code(text)));
        using var put = await studio.Client.PutAsync("/api/v1/jobs", null, Ended);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "request"), (put.StatusCode, await Code(put)));
        using var nowhere = await studio.Client.GetAsync("/api/v1/nowhere", Ended);
        Assert.Equal((HttpStatusCode.NotFound, "request"), (nowhere.StatusCode, await Code(nowhere)));
        using var window = await studio.Client.GetAsync("/api/v1/jobs?take=100000", Ended);
        Assert.Equal((HttpStatusCode.BadRequest, "value"), (window.StatusCode, await Code(window)));
        using var noPicture = await studio.Client.PostAsync("/api/v1/metadata", new ByteArrayContent(new byte[5000]) { Headers = { ContentType = new("image/png") } }, Ended);
        Assert.Equal((HttpStatusCode.BadRequest, "picture"), (noPicture.StatusCode, await Code(noPicture)));
    }

    [Fact]
    public async Task Knobs_are_those_of_the_command_line()
    {
        await using var studio = await TestStudio.Start();
        var knobs = await new StudioClient(studio.Client).ListKnobsAsync(Ended);
        Assert.Equal(Animarium.Studio.Generation.Knobs.All.Select(knob => knob.Key), knobs.Select(knob => knob.Key));
        Assert.Equal("px", knobs.Single(knob => knob.Key == "width").Unit);
    }

    static async Task<string?> Code(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>(Ended)).GetProperty("code").GetString();
}
