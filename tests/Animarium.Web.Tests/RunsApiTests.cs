using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Jobs;
using Xunit;

namespace Animarium.Web.Tests;

/// <summary>Runs of trainings through the API.</summary>
public class RunsApiTests
{
    static CancellationToken Ended => TestContext.Current.CancellationToken;

    static string Run(TestStudio studio, string name)
    {
        string run = Directory.CreateDirectory(Path.Combine(studio.Home.Runs, name)).FullName;
        File.WriteAllText(Path.Combine(run, "settings.toml"), "");
        File.WriteAllText(Path.Combine(run, "metrics.jsonl"), "[]\n{\"event\":\"step\",\"step\":1,\"smooth_loss\":0.5}\n{\"event\":\"measured\",\"step\":1,\"loss\":0.4,\"sigmas\":[0.5],\"losses\":[0.3]}\n");
        return run;
    }

    [Fact]
    public async Task A_run_is_listed_with_the_course_of_its_loss_whoever_started_it()
    {
        await using var studio = await TestStudio.Start();
        Run(studio, "miku & 初音");
        var run = Assert.Single((await studio.Client.GetFromJsonAsync<JsonArray>("/api/v1/runs", Ended))!);
        Assert.Equal("miku & 初音", (string)run!["name"]!);
        var metrics = (await studio.Client.GetFromJsonAsync<JsonObject>($"/api/v1/runs/{Uri.EscapeDataString("miku & 初音")}/metrics", Ended))!;
        Assert.Equal((1L, 0.5, 0.3), ((long)metrics["lastStep"]!, (double)metrics["smooth"]![0]!["value"]!, (double)metrics["levels"]![0]!["points"]![0]!["value"]!));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("%2e%2e")]
    [InlineData("..%2f..%2fetc")]
    [InlineData("nobody")]
    [InlineData("miku%00")]
    public async Task No_name_leads_out_of_the_folder_of_runs(string name)
    {
        await using var studio = await TestStudio.Start();
        Run(studio, "miku");
        foreach (string what in new[] { "metrics", "pictures/samples.png" })
            Assert.NotEqual(HttpStatusCode.OK, (await studio.Client.GetAsync($"/api/v1/runs/{name}/{what}", Ended)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await studio.Client.GetAsync("/api/v1/runs/miku/pictures/settings.toml", Ended)).StatusCode);
    }

    [Fact]
    public async Task A_run_is_evaluated_in_the_queue_and_gone_on_with_only_where_it_can_be()
    {
        await using var studio = await TestStudio.Start();
        string run = Run(studio, "miku");
        var job = await (await studio.Client.PostAsync("/api/v1/runs/miku/evaluate", null, Ended)).Content.ReadFromJsonAsync<JsonObject>(Ended);
        Assert.Equal(new EvaluateOrder(run), studio.Get<JobQueue>().OrderOf((long)job!["id"]!));
        var again = await (await studio.Client.PostAsync("/api/v1/runs/miku/evaluate", null, Ended)).Content.ReadFromJsonAsync<JsonObject>(Ended);
        Assert.Equal(((long)job["id"]!, run), ((long)again!["id"]!, (string)again["folder"]!)); // pressed twice, it is one
        Assert.Equal(HttpStatusCode.Conflict, (await studio.Client.PostAsync("/api/v1/runs/miku/continue", null, Ended)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await studio.Client.PostAsync("/api/v1/runs/other/continue", null, Ended)).StatusCode);
    }
}
