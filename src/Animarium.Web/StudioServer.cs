using Animarium.Studio.Preferences;
using Animarium.Web.Api;
using Animarium.Web.Draw;
using Animarium.Web.Gallery;
using Animarium.Web.Logs;
using Animarium.Web.Security;
using Animarium.Web.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MudBlazor.Services;

namespace Animarium.Web;

/// <summary>The studio's web server: pages and API on one address.</summary>
public static class StudioServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8); // for the worker's step; browsers are not waited for
    private const int LeastThreads = 32;

    /// <summary>Builds the server; nothing listens yet.</summary>
    /// <param name="options">How it is served.</param>
    /// <param name="replace">Puts other parts in place of the usual ones, for tests.</param>
    public static WebApplication Build(ServerOptions options, Action<IServiceCollection>? replace = null)
    {
        // Requests read the database and files on their own threads: those that wait for a disk must not let the others wait for a thread.
        int threads = Math.Max(LeastThreads, Environment.ProcessorCount);
        ThreadPool.SetMinThreads(threads, threads);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "animarium", ContentRootPath = AppContext.BaseDirectory });
        // The program runs from its build folder, where the assets of packages are found through a list that the build writes.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listening.Set(kestrel, options));
        builder.Logging.ClearProviders();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // that keys lie in a file of their owner is meant so
        builder.Logging.AddProvider(new FileLog(options.Home.Logs, TimeProvider.System));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Patience);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddLocalization();
        builder.Services.AddMudServices();
        builder.Services.AddStudio(options);
        builder.Services.AddGate(options);
        builder.Services.AddApi();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        _ = app.Services.GetRequiredService<PreferencesFile>(); // a mistake in the settings is told before anything listens
        app.UseRequestLocalization(Languages.Options);
        app.UseExceptionHandler();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<HostCheck>();
        app.UseStatusCodePages(Problems.Page);
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets(Path.Combine(AppContext.BaseDirectory, "animarium.staticwebassets.endpoints.json")).AllowAnonymous().DisableRateLimiting();
        Languages.Map(app);
        app.MapLogin();
        app.MapApi();
        Uploads.Map(app);
        // The frame rule stands in SecurityHeaders with the others.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(render => render.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
