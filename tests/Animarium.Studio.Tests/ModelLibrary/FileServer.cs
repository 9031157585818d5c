using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Animarium.Studio.Tests.ModelLibrary;

/// <summary>A real server with one file on this machine, which does what a test says to each request.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private FileServer(WebApplication app) => this.app = app;

    public byte[] Content { get; set; } = [];

    public string? ETag { get; set; } = "\"one\"";

    /// <summary>What it does, by the number of the request from 1; the usual is <see cref="Send"/>.</summary>
    public Func<HttpContext, int, Task> Answer { get; set; } = null!;

    /// <summary>How many bytes of the file arrived: it breaks off when they did, since what is on its way is lost with a connection.</summary>
    public Func<long> Arrived { get; set; } = () => long.MaxValue;

    /// <summary>What was asked, as "Range If-Range Authorization".</summary>
    public List<string> Asked { get; } = [];

    public Uri Address => new(new Uri(app.Urls.First()), "model.safetensors");

    public static async Task<FileServer> Start(byte[] content)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new FileServer(builder.Build()) { Content = content };
        server.Answer = (context, _) => server.Send(context);
        server.app.Run(context =>
        {
            int number;
            lock (server.Asked)
            {
                server.Asked.Add($"{context.Request.Headers.Range} {context.Request.Headers.IfRange} {context.Request.Headers.Authorization}".Trim());
                number = server.Asked.Count;
            }
            return server.Answer(context, number);
        });
        await server.app.StartAsync();
        return server;
    }

    /// <summary>As a good server does: a range if the file is still the same.</summary>
    /// <param name="context">The request.</param>
    /// <param name="most">Breaks off after so many bytes of the file.</param>
    public async Task Send(HttpContext context, int most = int.MaxValue)
    {
        int from = 0;
        if (ETag is not null) context.Response.Headers.ETag = ETag;
        if (context.Request.Headers.Range.ToString() is ['b', .. var range] && context.Request.Headers.IfRange == ETag)
        {
            from = int.Parse(range["ytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            if (from >= Content.Length)
            {
                context.Response.Headers.ContentRange = $"bytes */{Content.Length}";
                context.Response.StatusCode = 416;
                return;
            }
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{Content.Length - 1}/{Content.Length}";
        }
        context.Response.ContentLength = Content.Length - from;
        await context.Response.Body.WriteAsync(Content.AsMemory(from, Math.Min(Content.Length, most) - from));
        await context.Response.Body.FlushAsync();
        if (most >= Content.Length) return;
        while (Arrived() < most) await Task.Yield();
        context.Abort();
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
