using Animarium.Studio.Gallery;
using Animarium.Studio.Hardware;
using Animarium.Studio.Images.Decoding;
using Animarium.Studio.Jobs;
using Animarium.Studio.Jobs.Work;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Preferences;
using Animarium.Studio.Prompts;
using Animarium.Studio.Prompts.History;
using Animarium.Studio.Prompts.Styles;
using Animarium.Studio.Storage;
using Animarium.Web.Draw;
using Animarium.Web.Gallery;
using Animarium.Web.Logs;
using Animarium.Web.Machine;
using Animarium.Web.Models;
using Animarium.Web.Preferences;
using Animarium.Web.Queue;
using Animarium.Web.Security;
using Animarium.Web.Shell;
using Animarium.Web.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Animarium.Web;

/// <summary>Everything the pages and the API work with, made in one place.</summary>
internal static class StudioRooms
{
    /// <summary>Adds what lives as long as the server, and what lives as long as a browser's connection.</summary>
    public static IServiceCollection AddStudio(this IServiceCollection services, ServerOptions options)
    {
        var home = options.Home;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(home);
        services.AddSingleton(options.Library);
        services.AddSingleton(provider => StudioDatabase.Open(home, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<JobFeed>();
        services.AddSingleton(provider => PreferencesFile.Open(home.Settings, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new JobQueue(provider.GetRequiredService<StudioDatabase>(), provider.GetRequiredService<JobFeed>(), provider.GetRequiredService<TimeProvider>())
        {
            Usual = () => provider.GetRequiredService<PreferencesFile>().Current.Defaults,
        });
        services.AddSingleton<IDecoder>(provider => new DecoderApart(OwnProgram.Verb("decode", "--memory", "2048"), provider.GetRequiredService<TimeProvider>(), TimeSpan.FromMinutes(1)));
        services.AddSingleton<PictureGallery>();
        services.AddSingleton(_ => new ModelCatalog(options.Library.Models));
        services.AddSingleton(_ => new NamedFolders([home.Pictures, home.Uploads, home.Runs, .. options.Library.Models, .. options.Folders]));
        services.AddSingleton(_ => new WeightHashes(options.Library.Cache));
        services.AddHostedService<ModelWatch>();
        services.AddSingleton<DownloadDesk>();
        services.AddSingleton<SettingsDesk>();
        services.AddSingleton<OrderScreen>();
        services.AddSingleton<RunsDesk>();
        services.AddSingleton(provider => new PromptDesk(home, provider.GetRequiredService<ModelCatalog>(), () => options.Library.Lists));
        services.AddSingleton<PromptHistory>();
        services.AddSingleton(_ => new PromptStyles(home.Styles));
        if (options.Library.Wildcards is { } lists) services.AddSingleton(_ => new WildcardFiles(lists));
        services.AddSingleton<IWorkplace>(_ => new ChildProcess(OwnProgram.Verb("worker"), home.WorkerLock, options.WorkerPriority));
        services.AddSingleton(provider => new DoctorProcess(OwnProgram.Verb("doctor"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<FindingsDesk>();
        services.AddSingleton<LogFolder>();
        services.AddSingleton<DiagnosticsBundle>();
        services.AddSingleton<EventHistory>();
        services.AddHostedService(provider => provider.GetRequiredService<EventHistory>());
        services.AddSingleton(provider => new JobRunner(
            provider.GetRequiredService<JobQueue>(), provider.GetRequiredService<IWorkplace>(), JobRunnerOptions.Of(provider.GetRequiredService<PictureGallery>()) with { Idle = options.WorkerIdle }, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<QueueWork>();
        services.AddSingleton<Uploads>();
        services.AddSingleton<JobBoard>();
        services.AddHostedService(provider => provider.GetRequiredService<JobBoard>());
        services.AddScoped<Onlooker>();
        services.AddScoped<Browser>();
        services.AddScoped<DrawState>();
        services.AddScoped<GalleryLook>();
        services.AddScoped<GalleryDesk>();
        return services;
    }

    /// <summary>Watches the folders of models as long as the server runs.</summary>
    private sealed class ModelWatch(ModelCatalog catalog, TimeProvider time) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var watch = new LibraryWatch(catalog, time);
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
    }

    /// <summary>Works the queue off as long as the server runs.</summary>
    private sealed class QueueWork(JobRunner runner) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => runner.Run(stoppingToken);
    }
}
