using System.Text.Json;
using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Plans;
using Animarium.Studio.Preferences;
using Animarium.Studio.Prompts;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Plans;

/// <summary>An axis as people write it.</summary>
/// <param name="Name">The name of a setting, <c>size</c>, <c>replace</c> or <c>lora:NAME</c>.</param>
/// <param name="Values">A list with commas, in which numbers may be ranges: <c>10-30 (+5)</c>, <c>1-7 [4]</c>.</param>
public sealed record AxisRequest(string Name, string Values);

/// <summary>What a plan is made from.</summary>
public sealed record PlanRequest
{
    /// <summary>What all pictures have in common.</summary>
    public DrawSettings? Settings { get; init; }

    /// <summary>Up to three.</summary>
    public IReadOnlyList<AxisRequest> Axes { get; init; } = [];

    /// <summary>Prompts; none: that of the settings.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>Whether every combination of wildcards is drawn, instead of one by chance for each seed.</summary>
    public bool AllCombinations { get; init; }

    /// <summary>Pictures of every cell.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Whether every picture has a seed of its own.</summary>
    public bool OwnSeeds { get; init; }
}

/// <summary>A plan, and what it amounts to.</summary>
/// <param name="Plan">To be ordered as <c>plan</c>.</param>
/// <param name="Pictures">Pictures to draw.</param>
/// <param name="Megapixels">Of all pictures together.</param>
/// <param name="Steps">Sampler steps in all.</param>
public sealed record PlanView(JsonElement Plan, int Pictures, double Megapixels, long Steps);

internal static class PlansApi
{
    private const int MostAxes = 3;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/plans", Make).WithName("MakePlan").WithSummary("Makes a plan from what people write; nothing is ordered or kept.").WithTags("Jobs");

    private static Ok<PlanView> Make(PlanRequest wanted, PromptDesk desk, ModelCatalog catalog, PreferencesFile preferences)
    {
        ApiRoutes.RequireRange("axes", wanted.Axes.Count, 0, MostAxes);
        var draft = new PlanDraft((uint)Random.Shared.NextInt64(1L << 32)) { Prompts = string.Join('\n', wanted.Prompts.Select(prompt => prompt.ReplaceLineEndings(" "))), AllCombinations = wanted.AllCombinations, Count = wanted.Count, OwnSeeds = wanted.OwnSeeds };
        foreach (var (axis, said) in draft.Axes.Zip(wanted.Axes)) (axis.Name, axis.Values) = (said.Name, said.Values);
        var settings = wanted.Settings?.Value ?? Settings.Empty;
        var plan = draft.Make(settings, desk.Lists);
        var sum = PlanSummary.Of(plan, Usual(settings, catalog, preferences.Current.Defaults));
        return TypedResults.Ok(new PlanView(JsonSerializer.SerializeToElement(plan.ToJson()), sum.Pictures, sum.Megapixels, sum.Steps));
    }

    /// <summary>What holds where the plan says nothing: the model's advice over the person's defaults.</summary>
    private static Settings Usual(Settings settings, ModelCatalog catalog, Settings defaults)
    {
        var said = settings.Over(defaults).Complete();
        if (said.Model is null && !catalog.Models.Any(model => model.IsComplete)) return defaults;
        var loras = said.Loras.Where(lora => catalog.Loras.Has(lora.Name)).Select(lora => catalog.Loras.Find(lora.Name));
        return ModelDefaults.Of(catalog.Find(said.Model), loras, []).Settings.Over(defaults);
    }
}
