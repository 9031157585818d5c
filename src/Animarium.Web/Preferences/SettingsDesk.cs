using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Preferences;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Http;

namespace Animarium.Web.Preferences;

/// <summary>
/// Settings as pages and programs may change them. What says who may come in and which folders requests may read is changed from outside only where nobody
/// but this machine comes in: otherwise one who has the token could give himself the whole disk.
/// </summary>
/// <param name="options">Who may come in.</param>
/// <param name="file">The settings.</param>
public sealed class SettingsDesk(ServerOptions options, PreferencesFile file)
{
    /// <summary>Whether a request may change a setting.</summary>
    public bool MayChange(StudioSetting setting) => options.IsLocal || setting.Section is not ("folders" or "server" or "downloads");

    /// <summary>Changes one.</summary>
    /// <param name="key"><c>section.name</c></param>
    /// <param name="value">Null: the default again.</param>
    /// <exception cref="SettingException">There is no such setting, or it does not take the value.</exception>
    /// <exception cref="RefusedException">It may not be changed from outside.</exception>
    public void Set(string key, JsonNode? value)
    {
        if (StudioOptions.Find(key) is { } setting && !MayChange(setting)) throw new RefusedException(StatusCodes.Status403Forbidden, "local-only", ApiText.Say("LocalOnly", key)) { Field = key };
        file.Set(key, value);
    }
}
