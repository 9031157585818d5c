using System.Collections.Concurrent;
using System.Security.Cryptography;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.ModelLibrary.Downloads;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Animarium.Studio.Tests.ModelLibrary;

/// <summary>Downloads from a real server that breaks off, lies, changes its mind and leads elsewhere.</summary>
public sealed class DownloadTests : IAsyncLifetime
{
    private static readonly DownloadOptions Quick = new()
    {
        AllowsLoopback = true, FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(5), Patience = 3, Silence = TimeSpan.FromSeconds(10), FreeBytes = _ => long.MaxValue,
    };

    private readonly ModelShelf shelf = new();
    private readonly ConcurrentQueue<DownloadProgress> told = [];
    private FileServer server = null!;
    private byte[] weights = [];

    public async ValueTask InitializeAsync()
    {
        weights = File.ReadAllBytes(shelf.Lora("made.safetensors"));
        weights = Enlarged(weights, 3_000_000);
        server = await FileServer.Start(weights);
        server.Arrived = () => told.LastOrDefault()?.Bytes ?? 0;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        shelf.Dispose();
    }

    /// <summary>The same file with long metadata.</summary>
    private static byte[] Enlarged(byte[] file, int more)
    {
        int header = (int)BitConverter.ToInt64(file);
        return [.. BitConverter.GetBytes((long)header + more), .. file.AsSpan(8, header), .. Enumerable.Repeat((byte)' ', more), .. file.AsSpan(8 + header)];
    }

    private string Target => shelf.At("loras", "model.safetensors");

    private FileDownload Wanted => new(server.Address, Target) { Bytes = weights.Length, Sha256 = Convert.ToHexString(SHA256.HashData(weights)) };

    private Task<bool> Fetch(FileDownload? file = null, DownloadOptions? options = null) => FetchUntil(file ?? Wanted, options ?? Quick, TestContext.Current.CancellationToken);

    private async Task<bool> FetchUntil(FileDownload file, DownloadOptions options, CancellationToken cancellation)
    {
        using var downloader = new Downloader(TimeProvider.System, options);
        return await downloader.Download(file, new Told(told), cancellation);
    }

    private sealed class Told(ConcurrentQueue<DownloadProgress> list) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => list.Enqueue(value);
    }

    private async Task<DownloadException> Refused(FileDownload? file = null, DownloadOptions? options = null)
    {
        var refused = await Assert.ThrowsAsync<DownloadException>(() => Fetch(file, options));
        Assert.False(File.Exists(Target));
        return refused;
    }

    private void IsWhole()
    {
        Assert.Equal(weights, File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task A_file_comes_whole_and_is_not_fetched_twice()
    {
        Assert.True(await Fetch());
        IsWhole();
        Assert.Equal(new DownloadProgress(DownloadPhase.Checking, weights.Length, weights.Length), told.Last());
        Assert.False(await Fetch());
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task What_breaks_off_is_taken_up_where_it_ended()
    {
        server.Answer = (context, number) => server.Send(context, most: number * 700_000);
        await Fetch();
        IsWhole();
        Assert.InRange(server.Asked.Count, 4, 9);
        Assert.Equal("", server.Asked[0]);
        Assert.All(server.Asked.Skip(1), asked => Assert.Matches(@"^bytes=[1-9]\d*- ""one""$", asked));
        Assert.Contains(told, progress => progress is { Phase: DownloadPhase.Waiting, Message.Length: > 0 });
    }

    [Fact]
    public async Task Another_run_goes_on_where_a_cancelled_one_ended()
    {
        using var cancel = new CancellationTokenSource();
        server.Answer = async (context, _) =>
        {
            context.Response.Headers.ETag = server.ETag;
            context.Response.ContentLength = weights.Length;
            await context.Response.Body.WriteAsync(weights.AsMemory(0, 1_000_000));
            await context.Response.Body.FlushAsync();
            while (told.LastOrDefault()?.Bytes is not 1_000_000) await Task.Yield();
            await cancel.CancelAsync();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchUntil(Wanted, Quick, cancel.Token));
        Assert.False(File.Exists(Target));
        server.Answer = (context, _) => server.Send(context);
        await Fetch();
        IsWhole();
        Assert.Equal("bytes=1000000- \"one\"", server.Asked[^1]);
    }

    [Fact]
    public async Task A_file_that_changes_midway_is_fetched_from_the_start()
    {
        byte[] old = [.. weights];
        old[^1]++;
        server.Content = old;
        server.Answer = async (context, number) =>
        {
            if (number == 1) await server.Send(context, most: 1_000_000);
            else
            {
                (server.Content, server.ETag) = (weights, "\"two\"");
                await server.Send(context);
            }
        };
        await Fetch();
        IsWhole();
    }

    [Fact]
    public async Task A_changed_file_whose_server_sends_the_rest_nevertheless_is_found_by_its_tag_or_its_hash()
    {
        server.Answer = (context, number) =>
        {
            if (number == 2) server.ETag = "\"two\"";
            if (number == 2) context.Request.Headers.IfRange = server.ETag; // a server that does not look at If-Range
            return server.Send(context, number == 1 ? 1_000_000 : int.MaxValue);
        };
        await Fetch();
        IsWhole();
        Assert.Equal(3, server.Asked.Count);
    }

    [Fact]
    public async Task A_resumed_file_with_a_wrong_hash_is_fetched_once_more_from_the_start()
    {
        byte[] old = [.. weights];
        old[500_000]++;
        server.Content = old;
        server.Answer = (context, number) =>
        {
            if (number == 2) server.Content = weights; // under the same tag
            return server.Send(context, number == 1 ? 1_000_000 : int.MaxValue);
        };
        await Refused(options: Quick with { Patience = 0 });
        await Fetch();
        IsWhole();
        Assert.Equal(["", "bytes=1000000- \"one\"", ""], server.Asked);
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_sends_the_whole_file_and_that_is_taken()
    {
        server.Answer = (context, number) =>
        {
            context.Request.Headers.Remove("Range");
            return server.Send(context, number == 1 ? 1_000_000 : int.MaxValue);
        };
        await Fetch();
        IsWhole();
    }

    [Fact]
    public async Task A_server_that_always_breaks_off_at_the_same_place_is_given_up()
    {
        server.Answer = (context, _) =>
        {
            context.Request.Headers.Remove("Range");
            return server.Send(context, most: 1_000_000);
        };
        var refused = await Refused();
        Assert.Equal(DownloadProblem.Unreachable, refused.Problem);
        Assert.Equal(1 + Quick.Patience, server.Asked.Count); // the first bytes were progress
        Assert.Contains("go on from there", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_tags_is_asked_for_the_whole_file_again()
    {
        server.ETag = null;
        server.Answer = (context, number) => server.Send(context, number == 1 ? 1_000_000 : int.MaxValue);
        await Refused(options: Quick with { Patience = 0 });
        await Fetch();
        IsWhole();
        Assert.Equal(["", ""], server.Asked);
    }

    [Fact]
    public async Task A_silent_server_is_asked_again()
    {
        server.Answer = async (context, number) =>
        {
            if (number > 1)
            {
                await server.Send(context);
                return;
            }
            context.Response.ContentLength = weights.Length;
            context.Response.Headers.ETag = server.ETag;
            await context.Response.Body.WriteAsync(weights.AsMemory(0, 1_000_000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await Fetch(options: Quick with { Silence = TimeSpan.FromSeconds(1) });
        IsWhole();
        Assert.Equal("bytes=1000000- \"one\"", server.Asked[1]);
        Assert.Contains(told, progress => progress.Message == "Nothing came for 1 seconds.");
    }

    [Theory, InlineData(429), InlineData(500), InlineData(503), InlineData(408)]
    public async Task A_busy_server_is_asked_again_when_it_says(int status)
    {
        server.Answer = (context, number) =>
        {
            if (number > 2) return server.Send(context);
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = number == 1 ? "86400" : "0"; // a day is more than anybody waits
            return Task.CompletedTask;
        };
        await Fetch();
        IsWhole();
    }

    [Theory]
    [InlineData(401, null, DownloadProblem.Token, "is given only to those who have a token (status 401)")]
    [InlineData(403, "secret", DownloadProblem.Token, "does not accept the token (status 403)")]
    [InlineData(404, null, DownloadProblem.Missing, "is not there any more")]
    [InlineData(418, null, DownloadProblem.Refused, "status 418")]
    [InlineData(204, null, DownloadProblem.Refused, "status 204")]
    public async Task What_will_not_get_better_is_told_at_once(int status, string? token, DownloadProblem problem, string words)
    {
        server.Answer = (context, _) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        var refused = await Refused(Wanted with { Token = token });
        Assert.Equal(problem, refused.Problem);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task The_token_goes_to_the_sources_own_host_and_to_no_other()
    {
        await using var other = await FileServer.Start(weights);
        server.Answer = (context, number) =>
        {
            context.Response.Redirect(number == 1 ? "/elsewhere" : other.Address.ToString());
            return Task.CompletedTask;
        };
        var wanted = Wanted with { Token = "secret" };
        await Fetch(wanted);
        IsWhole();
        Assert.Equal(["Bearer secret", "Bearer secret"], server.Asked);
        Assert.Equal([""], other.Asked);
        Assert.DoesNotContain("secret", wanted.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_redirects_and_those_to_other_protocols_are_refused()
    {
        server.Answer = (context, _) =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        };
        Assert.Equal(DownloadProblem.Refused, (await Refused()).Problem);
        server.Answer = (context, _) =>
        {
            context.Response.Redirect("http://example.com/model.safetensors");
            return Task.CompletedTask;
        };
        Assert.StartsWith("http://example.com/model.safetensors: files are fetched by https only", (await Refused()).Message, StringComparison.Ordinal);
        Assert.Equal(DownloadProblem.Refused, (await Refused(options: Quick with { AllowsLoopback = false })).Problem);
    }

    [Theory]
    [InlineData("http://example.com/model.safetensors", "model.safetensors")]
    [InlineData("https://me:secret@example.com/model.safetensors", "model.safetensors")]
    [InlineData("ftp://example.com/model.safetensors", "model.safetensors")]
    [InlineData("file:///etc/passwd", "model.safetensors")]
    [InlineData("https://example.com/model.ckpt", "model.ckpt")]
    [InlineData("https://example.com/model.pt", "model.pt")]
    public async Task Other_protocols_and_kinds_are_refused_before_anything_is_asked(string source, string name)
    {
        var refused = await Refused(new(new Uri(source), shelf.At("loras", name)));
        Assert.Equal(DownloadProblem.Refused, refused.Problem);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(shelf.At("loras")));
    }

    [Fact]
    public async Task A_file_of_another_size_or_hash_never_gets_the_name()
    {
        Assert.Equal(DownloadProblem.Different, (await Refused(Wanted with { Bytes = 5_000_000_000 })).Problem);
        Assert.Contains("has another hash", (await Refused(Wanted with { Sha256 = new string('0', 64) })).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!, "*.part"));
    }

    [Fact]
    public async Task More_bytes_than_were_announced_are_not_taken()
    {
        server.Answer = async (context, _) =>
        {
            for (int i = 0; i < 3; i++) await context.Response.Body.WriteAsync(weights); // chunks, without a length
        };
        Assert.Equal(DownloadProblem.Different, (await Refused()).Problem);
    }

    [Theory]
    [InlineData("text/html; charset=utf-8", "<html>Please log in</html>", "is a page or something compressed")]
    [InlineData("application/octet-stream", "PK\u0003\u0004 a pickle in a zip file, whatever its name says", "holds no weights, and was thrown away")]
    public async Task A_login_page_or_a_pickle_is_no_model(string type, string text, string words)
    {
        server.Answer = (context, _) =>
        {
            context.Response.ContentType = type;
            return context.Response.WriteAsync(text);
        };
        var refused = await Refused(new(server.Address, Target));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(shelf.Root, "*", SearchOption.AllDirectories), path => path.Contains("model.safetensors", StringComparison.Ordinal) && new FileInfo(path).Length > 0);
    }

    [Fact]
    public async Task A_disk_without_room_is_told_before_anything_comes()
    {
        var refused = await Refused(options: Quick with { FreeBytes = _ => 200 << 20 });
        Assert.Equal(DownloadProblem.Disk, refused.Problem);
        Assert.Contains("0.3 GB are needed, 0.2 GB are free", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_the_name_already_is_never_replaced()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllTextAsync(Target, "mine", TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<DownloadException>(() => Fetch());
        Assert.Contains("is there already and is something else", refused.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Target, TestContext.Current.CancellationToken));
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task Two_downloads_of_one_file_do_not_write_into_each_other()
    {
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        server.Answer = async (context, _) =>
        {
            begun.TrySetResult();
            await go.Task;
            await server.Send(context);
        };
        var first = Fetch();
        await begun.Task;
        using var second = new Downloader(TimeProvider.System, Quick);
        Assert.Equal(DownloadProblem.Disk, (await Assert.ThrowsAsync<DownloadException>(() => second.Download(Wanted, null, TestContext.Current.CancellationToken))).Problem);
        go.SetResult();
        await first;
        IsWhole();
    }

    [Fact]
    public void Official_files_are_found_under_any_name_of_their_size_and_named_for_download()
    {
        shelf.Text("diffusion_models/anima-turbo-v1.1.safetensors.part", "half");
        var states = OfficialDownloads.States(new ModelCatalog([shelf.Root]), shelf.Root);
        Assert.All(states, state => Assert.Null(state.Path));
        Assert.Equal([0, 0, 0, 4, 0], states.Select(state => state.Begun));
        var file = OfficialDownloads.Of(OfficialDownloads.Find("Anima-Base-v1.0"), shelf.Root, null);
        Assert.Equal("https://huggingface.co/circlestone-labs/Anima/resolve/main/split_files/diffusion_models/anima-base-v1.0.safetensors", file.Source.AbsoluteUri);
        Assert.Equal(shelf.At("diffusion_models", "anima-base-v1.0.safetensors"), file.Target);
        Assert.StartsWith("There is no official file 'anima-mini'. There are: anima-base-v1.0, ", Assert.Throws<DownloadException>(() => OfficialDownloads.Find("anima-mini")).Message, StringComparison.Ordinal);
    }
}
