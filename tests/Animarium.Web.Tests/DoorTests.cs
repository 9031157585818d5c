using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace Animarium.Web.Tests;

/// <summary>Who comes in: docs/server.md.</summary>
public partial class DoorTests
{
    static CancellationToken Ended => TestContext.Current.CancellationToken;

    static HttpRequestMessage Ask(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    [Theory]
    [InlineData("Host", "studio.evil.example", 421)]
    [InlineData("Host", "127.0.0.1.evil.example:7680", 421)]
    [InlineData("Host", "192.168.0.9", 421)]
    [InlineData("Host", "localhost:1", 200)]
    [InlineData("Host", "[::1]", 200)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "http://127.0.0.1:1", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    public async Task Strange_sites_and_names_are_turned_away_on_loopback(string header, string value, int status)
    {
        await using var studio = await TestStudio.Start();
        using var answer = await studio.Client.SendAsync(Ask("/api/v1/jobs", (header, value)), Ended);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_circuit_of_the_pages_is_closed_to_other_sites()
    {
        await using var studio = await TestStudio.Start();
        using var answer = await studio.Client.SendAsync(Ask("/_blazor?id=x", ("Origin", "http://evil.example"), ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")), Ended);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Nobody_is_asked_on_loopback_and_no_token_is_made()
    {
        await using var studio = await TestStudio.Start();
        Assert.Equal(HttpStatusCode.OK, (await studio.Client.GetAsync("/api/v1/jobs", Ended)).StatusCode);
        Assert.False(File.Exists(Path.Combine(studio.Home.Folder, "access-token")));
    }

    [Fact]
    public async Task Beyond_loopback_programs_need_the_token()
    {
        await using var studio = await TestStudio.Start(beyond: true);
        Assert.Equal(HttpStatusCode.OK, (await studio.Client.GetAsync("/api/v1/health", Ended)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await studio.Client.GetAsync("/api/v1/jobs", Ended)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await studio.Client.SendAsync(Ask("/api/v1/jobs", ("Authorization", "Bearer " + studio.Token + "x")), Ended)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await studio.Client.SendAsync(Ask("/openapi/v1.json", ("Authorization", "Bearer ")), Ended)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await studio.Client.SendAsync(Ask("/api/v1/jobs", ("Authorization", "Bearer " + studio.Token)), Ended)).StatusCode);
        foreach (string path in new[] { "/", "/_blazor/negotiate", "/scalar/" })
            Assert.Contains((await studio.Client.GetAsync(path, Ended)).StatusCode, new[] { HttpStatusCode.Redirect, HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound });
    }

    [Fact]
    public async Task A_browser_logs_in_and_out()
    {
        await using var studio = await TestStudio.Start(beyond: true);
        using var wrong = await LogIn(studio, studio.Client, "guess", "/");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        using var right = await LogIn(studio, studio.Client, studio.Token!, "//evil.example");
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal("/", right.Headers.Location!.ToString());
        string cookie = right.Headers.GetValues("Set-Cookie").Single(text => text.StartsWith("animarium.session", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await studio.Client.GetAsync("/api/v1/jobs", Ended)).StatusCode);
    }

    [Fact]
    public async Task A_login_without_the_pages_own_mark_is_refused()
    {
        await using var studio = await TestStudio.Start(beyond: true);
        using var form = new FormUrlEncodedContent([new("token", studio.Token), new("back", "/")]);
        using var answer = await studio.Client.PostAsync("/login", form, Ended);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Tokens_cannot_be_tried_quickly()
    {
        await using var studio = await TestStudio.Start(beyond: true);
        HttpResponseMessage? last = null;
        for (int attempt = 0; attempt < 12; attempt++) last = await LogIn(studio, studio.Client, $"guess {attempt}", "/");
        Assert.Equal(HttpStatusCode.TooManyRequests, last!.StatusCode);
        Assert.NotNull(last.Headers.RetryAfter);
    }

    [Fact]
    public async Task The_token_is_kept_as_a_hash_for_its_owner_alone_and_stands_in_no_log()
    {
        string token, log = "";
        await using (var studio = await TestStudio.Start(beyond: true))
        {
            token = studio.Token!;
            await LogIn(studio, studio.Client, token, "/");
            await studio.Client.GetAsync($"/api/v1/jobs?token={token}", Ended);
            await studio.Client.SendAsync(Ask("/api/v1/jobs/x", ("Authorization", "Bearer " + token)), Ended);
            string path = Path.Combine(studio.Home.Folder, "access-token");
            Assert.DoesNotContain(token, await File.ReadAllTextAsync(path, Ended), StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            foreach (string file in Directory.GetFiles(studio.Home.Logs)) log += await File.ReadAllTextAsync(file, Ended);
        }
        Assert.DoesNotContain(token, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_forbids_scripts_that_stand_in_the_page_and_frames_around_it()
    {
        await using var studio = await TestStudio.Start();
        foreach (string path in new[] { "/", "/login", "/api/v1/jobs", "/api/v1/nothing", "/scalar/" })
        {
            using var answer = await studio.Client.GetAsync(path, Ended);
            string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            string scripts = policy.Split(';').Single(part => part.Trim().StartsWith("script-src", StringComparison.Ordinal));
            Assert.DoesNotContain("unsafe", scripts, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    internal static async Task<HttpResponseMessage> LogIn(TestStudio studio, HttpClient browser, string token, string back)
    {
        string page = await browser.GetStringAsync("/login", Ended);
        var form = new FormUrlEncodedContent([new("token", token), new("back", back), new("__RequestVerificationToken", Mark().Match(page).Groups[1].Value)]);
        var request = new HttpRequestMessage(HttpMethod.Post, "/login") { Content = form };
        request.Headers.Add("Origin", studio.Address.GetLeftPart(UriPartial.Authority));
        return await browser.SendAsync(request, Ended);
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Mark();
}
