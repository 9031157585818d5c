using Animarium.Studio.Gallery;
using Animarium.Studio.Images;
using Animarium.Studio.Jobs;
using Animarium.Studio.Jobs.Work;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Prompts;
using Animarium.Studio.Prompts.History;
using Animarium.Studio.Prompts.Styles;
using Animarium.Studio.Storage;
using Animarium.Web.Draw;
using Animarium.Web.Queue;
using Animarium.Web.Shell;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Animarium.Web;

/// <summary>Everything the pages and the API work with, made in one place.</summary>
internal static class StudioRooms
{
    /// <summary>Adds what lives as long as the server, and what lives as long as a browser's connection.</summary>
    public static IServiceCollection AddStudio(this IServiceCollection services, StudioHome home)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(home);
        services.AddSingleton(provider => StudioDatabase.Open(home, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<JobFeed>();
        services.AddSingleton<JobQueue>();
        services.AddSingleton<PictureGallery>();
        services.AddSingleton(_ => new ModelCatalog(StudioFolders.Default.Models));
        services.AddSingleton(provider => new PromptDesk(home, provider.GetRequiredService<ModelCatalog>(), () => StudioFolders.Default.Wildcards is { } folder ? WildcardLibrary.InFolder(folder) : WildcardLibrary.Empty));
        services.AddSingleton<PromptHistory>();
        services.AddSingleton(_ => new PromptStyles(home.Styles));
        services.AddSingleton<Uploads>();
        services.AddSingleton<IWorkplace>(_ => new ChildProcess(ChildProcess.OwnCommand, home.WorkerLock));
        services.AddSingleton<JobBoard>();
        services.AddHostedService(provider => provider.GetRequiredService<JobBoard>());
        services.AddHostedService<QueueWork>();
        services.AddScoped<Browser>();
        services.AddScoped<DrawState>();
        return services;
    }

    /// <summary>Works the queue off as long as the server runs.</summary>
    private sealed class QueueWork(JobQueue queue, IWorkplace place, PictureGallery gallery, StudioHome home, TimeProvider time) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await using var runner = new JobRunner(queue, place, new(home.Pictures, home.Runs) { Enter = (path, job) => gallery.Add(path, job).Id }, time);
            await runner.Run(stoppingToken);
        }
    }
}
