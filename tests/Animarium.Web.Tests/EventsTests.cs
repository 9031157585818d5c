using Animarium.Web.Tests.Client;
using Xunit;

namespace Animarium.Web.Tests;

/// <summary>Server-sent events: in order, and again from where a connection broke.</summary>
public class EventsTests
{
    static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_listens_hears_of_a_job_and_goes_on_where_the_connection_broke()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        string first;
        using (var listening = await Listen(studio, "/api/v1/events", null))
        {
            Assert.Equal("hello", (await Next(listening)).Type);
            await client.AddJobAsync(new() { Settings = new() { Prompt = "one" } }, null, Ended);
            var heard = await Next(listening);
            Assert.Equal("job", heard.Type);
            Assert.Contains("\"one\"", heard.Data, StringComparison.Ordinal);
            first = heard.Id;
        }
        var missed = await client.AddJobAsync(new() { Settings = new() { Prompt = "two" } }, null, Ended);
        using var again = await Listen(studio, "/api/v1/events", first);
        Assert.Equal(("hello", first), (await Next(again) is var hello ? (hello.Type, hello.Id) : default));
        string text = "";
        while (!text.Contains("\"two\"", StringComparison.Ordinal)) text = (await Next(again)).Data;
        using var one = await Listen(studio, $"/api/v1/jobs/{missed.Id}/events", first);
        Assert.Equal("hello", (await Next(one)).Type);
        Assert.Contains("\"two\"", (await Next(one)).Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00000000.5")]
    [InlineData("nonsense")]
    [InlineData("-1")]
    public async Task A_number_of_another_run_is_a_gap(string last)
    {
        await using var studio = await TestStudio.Start();
        using var listening = await Listen(studio, "/api/v1/events", last);
        Assert.Equal("gap", (await Next(listening)).Type);
    }

    [Fact]
    public async Task Listeners_do_not_hold_up_the_end_of_the_server()
    {
        var studio = await TestStudio.Start();
        using var listening = await Listen(studio, "/api/v1/events", null);
        await Next(listening);
        await studio.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(7), Ended); // less than the time after which it would be cut off
    }

    static async Task<StreamReader> Listen(TestStudio studio, string address, string? last)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (last is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        var answer = await studio.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ended);
        Assert.Equal("text/event-stream", answer.EnsureSuccessStatusCode().Content.Headers.ContentType!.MediaType);
        return new(await answer.Content.ReadAsStreamAsync(Ended));
    }

    static async Task<(string Type, string Data, string Id)> Next(StreamReader reader)
    {
        var told = (Type: "", Data: "", Id: "");
        while (await reader.ReadLineAsync(Ended) is { Length: > 0 } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) told.Type = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) told.Data = line[6..];
            if (line.StartsWith("id: ", StringComparison.Ordinal)) told.Id = line[4..];
        }
        return told;
    }
}
