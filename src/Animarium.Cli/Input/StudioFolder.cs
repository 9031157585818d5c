using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Preferences;
using Animarium.Studio.Storage;

namespace Animarium.Cli.Input;

/// <summary>The studio's folder as the verbs that work in it find it, with what its settings say.</summary>
internal static class StudioFolder
{
    /// <summary>The folder, prepared, and its settings; the first use writes their file.</summary>
    /// <param name="data">What <c>--data</c> says, or null.</param>
    /// <param name="session">Reads the environment.</param>
    /// <exception cref="StorageException">The folder cannot be used.</exception>
    /// <exception cref="Studio.Generation.SettingException">The settings say something wrong.</exception>
    public static (StudioHome Home, StudioSettings Settings) Open(string? data, Session session)
    {
        var home = StudioHome.Of(data, session.Environment);
        home.Prepare();
        using var file = PreferencesFile.Open(home.Settings, TimeProvider.System);
        var settings = file.Current;
        // By the variable, so that the worker, which is a process of its own, looks into the same folders.
        string known = session.Environment(StudioFolders.ModelsVariable) ?? "";
        if (settings.Models.Count > 0) Environment.SetEnvironmentVariable(StudioFolders.ModelsVariable, string.Join(Path.PathSeparator, [.. settings.Models, .. known.Length > 0 ? [known] : Array.Empty<string>()]));
        if (settings.Pictures is not { } pictures) return (home, settings);
        home = home with { Pictures = pictures };
        home.Prepare();
        return (home, settings);
    }
}
