using System.Net;
using Animarium.Studio.Storage;
using Animarium.Web.Draw;
using Animarium.Web.Gallery;
using Animarium.Web.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Animarium.Web;

/// <summary>The studio's web server: pages and API on one address.</summary>
public static class StudioServer
{
    /// <summary>Builds the server; nothing listens yet.</summary>
    /// <param name="address">Where it will listen.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="home">The studio's folder, prepared and held.</param>
    public static WebApplication Build(IPAddress address, int port, StudioHome home)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "animarium", ContentRootPath = AppContext.BaseDirectory });
        // The program runs from its build folder, where the assets of packages are found through a list that the build writes.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, port));
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddLocalization();
        builder.Services.AddMudServices();
        builder.Services.AddStudio(home);

        var app = builder.Build();
        app.UseRequestLocalization(Languages.Options);
        app.UseAntiforgery();
        app.MapStaticAssets(Path.Combine(AppContext.BaseDirectory, "animarium.staticwebassets.endpoints.json"));
        Languages.Map(app);
        PictureFiles.Map(app);
        Uploads.Map(app);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
