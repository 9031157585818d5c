using System.Globalization;
using System.IO.Compression;
using Animarium.Studio.Gallery;
using Animarium.Studio.Hardware;
using Animarium.Studio.Images;
using Animarium.Studio.Preferences;
using Animarium.Studio.Prompts.History;
using Animarium.Web.Machine;
using Animarium.Web.Tests.Client;
using Xunit;
using PictureFormat = Animarium.Studio.Images.PictureFormat;

namespace Animarium.Web.Tests;

/// <summary>What the server tells of its machine, and what it keeps to itself.</summary>
public class MachineApiTests
{
    const string Line = "2020-01-02T03:04:05.0000000+00:00";

    static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_doctor_looks_in_a_process_of_its_own_and_only_when_asked()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        var all = await Task.WhenAll(client.GetFindingsAsync(Ended), client.GetFindingsAsync(Ended));
        var report = all[0];
        Assert.Null(report.Problem);
        Assert.Equal(report.At, all[1].At);
        Assert.All(new[] { "system", "memory", "disk", "libtorch", "device", "models" }, name => Assert.Contains(report.Checks, check => check.Name == name && check.Label.Length > 0 && check.Value.Length > 0));
        Assert.Contains(studio.Home.Pictures, report.Checks.Single(check => check.Name == "disk").Label, StringComparison.Ordinal);
        Assert.True((await client.ExamineAsync(Ended)).At > report.At);
    }

    [Fact]
    public async Task A_doctor_that_does_not_come_says_so()
    {
        var missing = await new DoctorProcess(["/no/such/program"], TimeProvider.System).Examine("/", CultureInfo.InvariantCulture, Ended);
        Assert.NotNull(missing.Problem);
        if (OperatingSystem.IsWindows()) return;
        var broken = await new DoctorProcess(["sh", "-c", "echo noise; echo '{\"event\":'; exit 3"], TimeProvider.System).Examine("/", CultureInfo.InvariantCulture, Ended);
        Assert.NotNull(broken.Problem);
        Assert.Empty(broken.Checks);
        using var cancel = new CancellationTokenSource();
        var slow = new DoctorProcess(["sh", "-c", "sleep 600"], TimeProvider.System).Examine("/", CultureInfo.InvariantCulture, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow.WaitAsync(TimeSpan.FromSeconds(30), Ended));
    }

    [Fact]
    public async Task The_log_is_searched_from_its_end()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        string[] files = ["server-20200101.log", "server-20200102.log", "server-20200102-02.log"];
        foreach (var (file, n) in files.Select((file, n) => (file, n)))
            await File.WriteAllTextAsync(Path.Combine(studio.Home.Logs, file), $"{Line} Information A.B: first {n}\ncut off\n{Line} Warning C.D: second {n}: と\n", Ended);
        var latest = await client.ListLogsAsync(take: 3, cancellationToken: Ended);
        Assert.Equal(["second 1: と", "first 2", "second 2: と"], latest.Select(line => line.Message));
        Assert.Equal(["second 0: と", "second 1: と", "second 2: と"], (await client.ListLogsAsync(level: Level.Warning, cancellationToken: Ended)).Select(line => line.Message));
        Assert.Equal(["first 1"], (await client.ListLogsAsync(text: "FIRST 1", cancellationToken: Ended)).Select(line => line.Message));
        Assert.Equal(6, (await client.ListLogsAsync(text: ".", cancellationToken: Ended)).Count);
        Assert.Equal(400, (await Assert.ThrowsAnyAsync<ApiException>(() => client.ListLogsAsync(take: 100_000, cancellationToken: Ended))).StatusCode);
    }

    [Fact]
    public async Task A_bundle_holds_no_prompts_tokens_and_names_of_people()
    {
        const string Prompt = "a secret garden of hers", Variable = "ANIMARIUM_TEST_TOKEN", Value = "plain.value.of.it";
        string person = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        Environment.SetEnvironmentVariable(Variable, Value);
        await using var studio = await TestStudio.Start(beyond: true);
        studio.Client.DefaultRequestHeaders.Authorization = new("Bearer", studio.Token);
        studio.Get<PreferencesFile>().Set("downloads.token_variable", Variable);
        studio.Get<PreferencesFile>().Set("server.host_names", new System.Text.Json.Nodes.JsonArray("hers.example"));
        studio.Get<PreferencesFile>().Set("drawing.steps", 12);
        studio.Get<PreferencesFile>().Set("folders.models", new System.Text.Json.Nodes.JsonArray(Path.Combine(person, "my models")));
        studio.Get<PromptHistory>().Add(Prompt, Prompt);
        await new StudioClient(studio.Client).AddJobAsync(new() { Settings = new() { Prompt = Prompt } }, null, Ended);
        string picture = Path.Combine(studio.Home.Pictures, "garden of hers.png");
        PictureFile.Save(new(8, 8, 3, new byte[8 * 8 * 3]), picture, PictureFormat.Png, description: new($"{Prompt}\nSteps: 4, Seed: 1, Size: 8x8"));
        studio.Get<PictureGallery>().Note([studio.Get<PictureGallery>().Add(picture).Id], "a note of hers");
        await File.WriteAllTextAsync(Path.Combine(studio.Home.Logs, "server-20200101.log"), $"""
            {Line} Error A.B: kept {person}/my models/a.safetensors is not there
            {Line} Error A.B: Authorization: Bearer {studio.Token}
            {Line} Error A.B: https://example.org/a?token=4711&x=y hf_abcdefghij0123456789 "password": "open sesame"
            {Line} Error A.B: sent {Value} to nobody
            """, Ended);

        using var answer = await studio.Client.GetAsync("/api/v1/system/bundle", Ended);
        Assert.Equal("application/zip", answer.EnsureSuccessStatusCode().Content.Headers.ContentType!.MediaType);
        Assert.EndsWith(".zip", answer.Content.Headers.ContentDisposition!.FileName, StringComparison.Ordinal);
        await using var archive = new ZipArchive(await answer.Content.ReadAsStreamAsync(Ended));
        Assert.Equal(["about.json", "findings.json", "server.log", "settings.json"], archive.Entries.Select(entry => entry.FullName).Order());
        var texts = new Dictionary<string, string>();
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync(Ended));
            texts[entry.FullName] = await reader.ReadToEndAsync(Ended);
        }
        Assert.Contains("0001-jobs.sql", texts["about.json"], StringComparison.Ordinal);
        Assert.Contains("libtorch", texts["findings.json"], StringComparison.Ordinal);
        Assert.Contains("\"drawing.steps\": 12", texts["settings.json"], StringComparison.Ordinal);
        Assert.Contains("kept ~/my models", texts["server.log"], StringComparison.Ordinal);
        foreach (string secret in new[] { Prompt, "hers", studio.Token!, await File.ReadAllTextAsync(Path.Combine(studio.Home.Folder, "access-token"), Ended), "hf_abcdef", "4711", "sesame", Value, Variable, person + "/", "access-token" })
            Assert.All(texts, text => Assert.False(text.Value.Contains(secret.Trim(), StringComparison.Ordinal), $"{text.Key} holds {secret}:\n{text.Value}"));
    }

    [Fact]
    public async Task Strangers_get_neither_log_nor_bundle()
    {
        await using var studio = await TestStudio.Start(beyond: true);
        foreach (string path in new[] { "findings", "logs", "bundle" }) Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await studio.Client.GetAsync($"/api/v1/system/{path}", Ended)).StatusCode);
    }

    [Theory]
    [InlineData(@"C:\Users\ann\x", @"~\x", @"C:\Users\ann")]
    [InlineData(@"""C:\\Users\\ann\\x""", @"""~\\x""", @"C:\Users\ann")]
    [InlineData("/home/ann/x and /home/ann", "~/x and ~", "/home/ann/")]
    [InlineData("/x", "/x", "/")]
    [InlineData("Bearer abc", "Bearer …", "/home/ann")]
    [InlineData("Cookie: a=b", "Cookie: …", "/home/ann")]
    [InlineData("Animarium.Web.Api.Problems: GET HTTP: GET /api/v1/jobs failed", "Animarium.Web.Api.Problems: GET HTTP: GET /api/v1/jobs failed", "/home/ann")]
    public void What_is_nobody_elses_business_is_taken_out(string text, string expected, string home) => Assert.Equal(expected, new Redaction(home, []).Of(text));
}
