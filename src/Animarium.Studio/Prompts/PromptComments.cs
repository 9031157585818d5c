using System.Text.RegularExpressions;

namespace Animarium.Studio.Prompts;

/// <summary>A1111's comments. They eat tags such as <c>#ff0000</c>, so only a request in A1111's compatibility mode goes through here.</summary>
public static partial class PromptComments
{
    /// <summary>Removes comments: a line that begins with <c>#</c> becomes one line break, any other <c>#</c> cuts its line.</summary>
    public static string Strip(string prompt) => Tail().Replace(WholeLine().Replace(prompt, "\n"), "\n");

    [GeneratedRegex(@"(\A|\n)#[^\n]*(\n|\z)")]
    private static partial Regex WholeLine();

    [GeneratedRegex(@"#[^\n]*(\n|\z)")]
    private static partial Regex Tail();
}
