namespace Animarium.Cli.Input;

/// <summary>The prompt on the command line.</summary>
internal static class PromptArgument
{
    /// <summary>Words that a shell cut apart are one prompt again; a lone "-" stands for all of standard input.</summary>
    public static string Read(IReadOnlyList<string> words) => words is ["-"] ? InputText.Read("-").Trim() : string.Join(' ', words);
}
