using Animarium.Studio.Generation;

namespace Animarium.Studio.Prompts.Styles;

/// <summary>Words and settings to be put around a prompt.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Prompt">With <c>{prompt}</c> where the person's words go; without it, it is put behind them.</param>
/// <param name="Negative">The same for the negative prompt.</param>
public sealed record PromptStyle(string Name, string Prompt, string Negative = "")
{
    private const string Place = "{prompt}";

    /// <summary>Settings that come with it.</summary>
    public Settings Settings { get; init; } = Settings.Empty;

    /// <summary>Puts it around a prompt and its negative.</summary>
    public (string Prompt, string Negative) Around(string prompt, string negative) => (Put(Prompt, prompt), Put(Negative, negative));

    private static string Put(string style, string text)
    {
        if (style.Contains(Place, StringComparison.Ordinal)) return style.Replace(Place, text, StringComparison.Ordinal);
        return string.Join(", ", new[] { text.Trim(), style.Trim() }.Where(part => part.Length > 0));
    }
}
