using Animarium.Web.Draw;
using Animarium.Web.Gallery;
using Animarium.Web.Machine;
using Animarium.Web.Models;
using Animarium.Web.Plans;
using Animarium.Web.Preferences;
using Animarium.Web.Prompting;
using Animarium.Web.Queue;
using Animarium.Web.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Animarium.Web.Api;

/// <summary>The API of version 1: what each feature folder offers to programs, under one address and one set of rules.</summary>
internal static class ApiRoutes
{
    public const string Root = "/api/v1";

    public static void AddApi(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<Problems>();
        services.ConfigureHttpJsonOptions(json => ApiJson.Set(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that Problems says what is wrong with the body
        services.AddApiDocument();
    }

    public static void MapApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup(Root).DisableAntiforgery().ProducesProblem(StatusCodes.Status400BadRequest); // HostCheck refuses other sites; bodies are JSON, not forms
        JobsApi.Map(api);
        EventsApi.Map(api);
        GalleryApi.Map(api);
        KnobsApi.Map(api);
        UploadsApi.Map(api);
        PromptsApi.Map(api);
        WildcardsApi.Map(api);
        PlansApi.Map(api);
        ModelsApi.Map(api);
        DownloadsApi.Map(api);
        RunsApi.Map(api);
        SettingsApi.Map(api);
        HealthApi.Map(api);
        MachineApi.Map(api);
        endpoints.MapApiDocument();
    }

    /// <summary>The window of a list.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public static void RequireWindow(int offset, int take, int most)
    {
        RequireRange("offset", offset, 0, int.MaxValue);
        RequireRange("take", take, 0, most);
    }

    /// <summary>A number of a request.</summary>
    /// <exception cref="RefusedException">It is too small or too large.</exception>
    public static void RequireRange(string field, int value, int least, int most)
    {
        if (value < least || value > most) throw new RefusedException(StatusCodes.Status400BadRequest, "value", ApiText.Say("Range", field, least, most)) { Field = field };
    }
}
