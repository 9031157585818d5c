using Animarium.Studio.Prompts;

namespace Animarium.Studio.ModelLibrary;

/// <summary>Where the studio looks for what people put in place. Nothing is made, and a machine without a home has fewer places.</summary>
/// <param name="Models">Folders with models, in order: those of ANIMARIUM_MODELS, the person's own, those beside the program.</param>
/// <param name="Wildcards">Folder of wildcard lists, or null.</param>
/// <param name="Cache">Folder for what can be computed again, or null.</param>
public sealed record StudioFolders(IReadOnlyList<string> Models, string? Wildcards, string? Cache)
{
    /// <summary>The folder of models into which new ones go: the person's own; null on a machine without a home.</summary>
    public string? NewModels { get; init; }

    /// <summary>The variable that names folders with models, separated as in PATH.</summary>
    public const string ModelsVariable = "ANIMARIUM_MODELS";

    private const string Product = "animarium", ModelsFolder = "models";

    /// <summary>The person's wildcard lists, as they are now.</summary>
    public WildcardLibrary Lists => Wildcards is { } folder ? WildcardLibrary.InFolder(folder) : WildcardLibrary.Empty;

    /// <summary>Those of this machine and person.</summary>
    public static StudioFolders Default { get; } = Of(Environment.GetEnvironmentVariable(ModelsVariable),
        // ~/.local/share, ~/Library/Application Support or %LOCALAPPDATA%; empty where there is no home.
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), AppContext.BaseDirectory);

    /// <summary>Those of another environment.</summary>
    /// <param name="variable">What <see cref="ModelsVariable"/> says, or null.</param>
    /// <param name="data">The person's folder for application data, or empty.</param>
    /// <param name="program">The program's folder.</param>
    public static StudioFolders Of(string? variable, string data, string program)
    {
        var models = (variable ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        string? own = data.Length > 0 ? Path.Combine(data, Product) : null;
        if (own is not null) models.Add(Path.Combine(own, ModelsFolder));
        models.AddRange(Ancestors(program).Select(folder => Path.Combine(folder, ModelsFolder)).Where(Directory.Exists).Take(1));
        return new([.. models.Select(Path.GetFullPath).Distinct()], own is null ? null : Path.Combine(own, "wildcards"), own is null ? null : Path.Combine(own, "cache"))
        {
            NewModels = own is null ? null : Path.Combine(own, ModelsFolder),
        };
    }

    /// <summary>An installed program has its models beside it, a built one above it in the checkout.</summary>
    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent) yield return at.FullName;
    }
}
