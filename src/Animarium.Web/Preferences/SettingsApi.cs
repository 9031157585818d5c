using System.Text.Json.Nodes;
using Animarium.Studio.Preferences;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Preferences;

/// <summary>A setting of the studio.</summary>
/// <param name="Key"><c>section.name</c></param>
/// <param name="Value">What the file says; null: nothing.</param>
/// <param name="Default">What holds then; null: nothing in particular.</param>
/// <param name="Help">One or two sentences.</param>
/// <param name="Values">What it takes, in words.</param>
/// <param name="Unit">MB, min, …; null for pure numbers and words.</param>
/// <param name="NeedsRestart">Whether a change acts only after the next start.</param>
/// <param name="MayChange">Whether requests may change it.</param>
public sealed record SettingView(string Key, JsonNode? Value, JsonNode? Default, string Help, string Values, string? Unit, bool NeedsRestart, bool MayChange);

/// <summary>The settings and their file.</summary>
/// <param name="Settings">All of them, in the order of the file.</param>
/// <param name="Problem">Why the file as it stands cannot be used; null: it can.</param>
public sealed record SettingsView(IReadOnlyList<SettingView> Settings, string? Problem);

/// <summary>A new value.</summary>
/// <param name="Value">Null: the default again.</param>
public sealed record SettingChange(JsonNode? Value);

internal static class SettingsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/settings", (SettingsDesk desk, PreferencesFile file) => TypedResults.Ok(View(desk, file))).WithName("ListSettings").WithSummary("The settings of the studio, as settings.toml says them.").WithTags("Settings");
        api.MapPut("/settings/{key}", Change).ProducesProblem(StatusCodes.Status403Forbidden).WithName("ChangeSetting").WithSummary("Changes one setting in the file; everything else in it stays.").WithTags("Settings");
    }

    private static SettingsView View(SettingsDesk desk, PreferencesFile file) => new([.. StudioOptions.All.Select(setting => new SettingView(
        setting.Key, setting.ToJson(file.Current) is { } value && !JsonNode.DeepEquals(value, setting.Default) ? value : null, setting.Default,
        setting.HelpText(), setting.Values.Describe(), setting.Unit, setting.NeedsRestart, desk.MayChange(setting)))], file.Problem);

    private static Ok<SettingsView> Change(string key, [FromBody] SettingChange change, SettingsDesk desk, PreferencesFile file)
    {
        desk.Set(key, change.Value?.DeepClone());
        return TypedResults.Ok(View(desk, file));
    }
}
