using System.Net;
using Animarium.Studio.Hardware;
using Animarium.Studio.Jobs.Work;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Storage;
using Animarium.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Animarium.Web.Tests;

/// <summary>A real server on a free port with a folder of its own, whose worker never finishes anything.</summary>
public sealed class TestStudio : IAsyncDisposable
{
    readonly WebApplication app;

    TestStudio(WebApplication app, StudioHome home, string? token)
    {
        (this.app, Home, Token) = (app, home, token);
        Address = new UriBuilder(app.Urls.First()) { Host = "127.0.0.1" }.Uri;
        Client = Browser();
    }

    /// <summary>How the program is started; by itself it would be that of the tests.</summary>
    public static IReadOnlyList<string> Program { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "animarium.dll")];

    public StudioHome Home { get; }

    public string? Token { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<TestStudio> Start(bool beyond = false, Func<ServerOptions, ServerOptions>? change = null)
    {
        var home = new StudioHome(Directory.CreateTempSubdirectory("animarium-web-").FullName);
        home.Prepare();
        string? token = null;
        var options = new ServerOptions(home) { Port = 0, Library = new([], null, null), Address = beyond ? IPAddress.Any : IPAddress.Loopback };
        if (beyond) options = options with { Token = AccessToken.Of(home, renew: false, out token) };
        var app = StudioServer.Build(change?.Invoke(options) ?? options, services => services.AddSingleton<IWorkplace, StillWorkplace>().AddSingleton(new DoctorProcess(Program, TimeProvider.System)));
        await app.StartAsync();
        return new(app, home, token);
    }

    /// <summary>Keeps cookies, follows nothing.</summary>
    public HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new(), ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator }) { BaseAddress = Address };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(Home.Folder, recursive: true);
    }

    sealed class StillWorkplace : IWorkplace
    {
        public IWorker Start() => new StillWorker();
    }

    sealed class StillWorker : IWorker
    {
        readonly CancellationTokenSource ended = new();

        public IAsyncEnumerable<WorkReport> Reports => Silence();

        public string LastWords => "";

        public void Send(WorkMessage message) { }

        public ValueTask DisposeAsync()
        {
            ended.Cancel();
            return ValueTask.CompletedTask;
        }

        async IAsyncEnumerable<WorkReport> Silence()
        {
            yield return new WorkerReady(0);
            await Task.Delay(Timeout.Infinite, ended.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
