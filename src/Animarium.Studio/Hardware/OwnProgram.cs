using System.Reflection;

namespace Animarium.Studio.Hardware;

/// <summary>This very program, as a process of its own.</summary>
public static class OwnProgram
{
    /// <summary>The command that starts one of its verbs.</summary>
    public static IReadOnlyList<string> Verb(params IReadOnlyList<string> arguments) =>
    [
        Environment.ProcessPath!, .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Assembly.GetEntryAssembly()!.Location] : Array.Empty<string>(),
        .. arguments,
    ];
}
