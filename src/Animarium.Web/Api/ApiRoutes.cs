using Animarium.Web.Draw;
using Animarium.Web.Gallery;
using Animarium.Web.Models;
using Animarium.Web.Preferences;
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
        ModelsApi.Map(api);
        RunsApi.Map(api);
        SettingsApi.Map(api);
        HealthApi.Map(api);
        endpoints.MapApiDocument();
    }

    /// <summary>The window of a list.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public static void RequireWindow(int offset, int take, int most)
    {
        if (offset < 0) throw new RefusedException(StatusCodes.Status400BadRequest, "value", ApiText.Say("Range", "offset", 0, int.MaxValue)) { Field = "offset" };
        if (take < 0 || take > most) throw new RefusedException(StatusCodes.Status400BadRequest, "value", ApiText.Say("Range", "take", 0, most)) { Field = "take" };
    }
}
