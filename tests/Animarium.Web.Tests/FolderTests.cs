using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Animarium.Web.Api;
using Animarium.Web.Security;
using Xunit;

namespace Animarium.Web.Tests;

/// <summary>No path of a request leads out of the folders that are named.</summary>
public sealed class FolderTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("animarium-folders-").FullName;
    readonly NamedFolders folders;

    public FolderTests()
    {
        Directory.CreateDirectory(In("open/deep"));
        File.WriteAllText(In("open/deep/a.png"), "a");
        File.WriteAllText(In("secret.png"), "s");
        Directory.CreateDirectory(In("open2"));
        File.WriteAllText(In("open2/b.png"), "b");
        folders = new([In("open")]);
    }

    string In(string name) => Path.Combine(root, name);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void What_lies_within_is_found()
    {
        Assert.EndsWith("a.png", folders.Require("init", In("open/deep/a.png")), StringComparison.Ordinal);
        Assert.EndsWith("a.png", folders.Require("init", In("open/deep/../deep/./a.png")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0}/secret.png")]
    [InlineData("{0}/open/../secret.png")]
    [InlineData("{0}/open/deep/../../secret.png")]
    [InlineData("{0}/open2/b.png")]
    [InlineData("{0}/open/%2e%2e/secret.png")]
    [InlineData("{0}/open/missing.png")]
    [InlineData("deep/a.png")]
    [InlineData("a.png")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("//server/share/a.png")]
    [InlineData(@"\\server\share\a.png")]
    [InlineData(@"\\.\PhysicalDrive0")]
    [InlineData(@"\\?\C:\a.png")]
    [InlineData(@"C:\Windows\win.ini")]
    [InlineData("CON")]
    [InlineData("/dev/zero")]
    [InlineData("/proc/self/environ")]
    [InlineData("file:///etc/passwd")]
    [InlineData("{0}/open/deep/a.png\0.txt")]
    [InlineData("{0}/open/deep/a.png\n")]
    [InlineData("~/a.png")]
    public void Everything_else_is_refused(string form)
    {
        string path = form.Replace("{0}", root, StringComparison.Ordinal);
        var refused = Assert.Throws<RefusedException>(() => folders.Require("init", path));
        Assert.Equal("init", refused.Field);
        Assert.Equal("path", refused.Code);
    }

    [Fact]
    public void A_very_long_path_is_refused() => Assert.Throws<RefusedException>(() => folders.Require("init", In("open/") + new string('a', 100_000)));

    [Fact]
    public void Links_are_followed_before_they_are_judged()
    {
        if (OperatingSystem.IsWindows()) return; // links need rights there
        File.CreateSymbolicLink(In("open/out.png"), In("secret.png"));
        Directory.CreateSymbolicLink(In("open/out"), root);
        File.CreateSymbolicLink(In("open/round.png"), In("open/round.png"));
        File.CreateSymbolicLink(In("open/in.png"), "deep/a.png");
        Assert.Throws<RefusedException>(() => folders.Require("init", In("open/out.png")));
        Assert.Throws<RefusedException>(() => folders.Require("init", In("open/out/secret.png")));
        Assert.Throws<RefusedException>(() => folders.Require("init", In("open/round.png")));
        Assert.EndsWith("deep/a.png", folders.Require("init", In("open/in.png")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"settings":{"prompt":"x","init":"/etc/passwd"}}""", "init")]
    [InlineData("""{"settings":{"prompt":"x","init":"/dev/zero"}}""", "init")]
    [InlineData("""{"settings":{"prompt":"x","model":"../../etc/passwd"}}""", "model")]
    [InlineData("""{"settings":{"prompt":"x","vae":"/etc/passwd"}}""", "vae")]
    [InlineData("""{"settings":{"prompt":"x <lora:/etc/passwd:1>"}}""", "prompt")]
    [InlineData("""{"settings":{"prompt":"x <lora:../../secret:1>"}}""", "prompt")]
    [InlineData("""{"import":{"folder":"/etc"}}""", "folder")]
    [InlineData("""{"train":{"source":"/etc"}}""", "source")]
    [InlineData("""{"plan":{"version":1,"settings":{"prompt":"x"},"axes":[{"name":"model","values":["a","/etc/passwd"]}],"seeds":{"start":1}}}""", "model")]
    public async Task Orders_cannot_name_files_elsewhere(string order, string field)
    {
        await using var studio = await TestStudio.Start();
        using var answer = await studio.Client.PostAsync("/api/v1/jobs", new StringContent(order, null, "application/json"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Equal("path", problem.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("/api/v1/files/..%2f..%2fanimarium.db")]
    [InlineData("/api/v1/files/%2e%2e/small")]
    [InlineData("/..%2fanimarium.db")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/api/v1/files/C:%5cWindows%5cwin.ini")]
    [InlineData("/animarium.css/../../animarium.db")]
    [InlineData("/uploads/..%2fanimarium.db")]
    [InlineData("/uploads/%2e%2e%5canimarium.db")]
    [InlineData("/uploads/%252e%252e%252fanimarium.db")]
    [InlineData("/uploads/%c0%ae%c0%ae%2fanimarium.db")]
    [InlineData("/uploads/animarium.db%00.png")]
    [InlineData("/api/v1/loras/..%2f..%2fanimarium.db")]
    public async Task Addresses_lead_to_no_file_by_its_path(string address)
    {
        await using var studio = await TestStudio.Start();
        using var answer = await studio.Client.GetAsync(address, TestContext.Current.CancellationToken);
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.BadRequest });
    }
}
