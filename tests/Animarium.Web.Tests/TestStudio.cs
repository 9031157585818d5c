using System.Net;
using System.Security.Cryptography.X509Certificates;
using Animarium.Studio.Images.Decoding;
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

    readonly X509Certificate2? certificate;

    TestStudio(WebApplication app, StudioHome home, string? token, X509Certificate2? certificate)
    {
        (this.app, Home, Token, this.certificate) = (app, home, token, certificate);
        Address = new UriBuilder(app.Urls.First()) { Host = "127.0.0.1" }.Uri;
        Client = Browser();
    }

    public StudioHome Home { get; }

    public string? Token { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<TestStudio> Start(bool beyond = false, X509Certificate2? certificate = null)
    {
        var home = new StudioHome(Directory.CreateTempSubdirectory("animarium-web-").FullName);
        home.Prepare();
        string? token = null;
        var options = new ServerOptions(home) { Port = 0, Library = new([], null, null), Address = beyond ? IPAddress.Any : IPAddress.Loopback, Certificate = certificate };
        if (beyond) options = options with { Token = AccessToken.Of(home, renew: false, out token) };
        var app = StudioServer.Build(options, services => services.AddSingleton<IWorkplace, StillWorkplace>().AddSingleton<IDecoder, DecoderHere>().AddSingleton(_ => StudioDatabase.Open(home, TimeProvider.System, patience: 1)));
        await app.StartAsync();
        return new(app, home, token, certificate);
    }

    /// <summary>Keeps cookies, follows nothing.</summary>
    public HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new(), ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == certificate?.Thumbprint }) { BaseAddress = Address };

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
