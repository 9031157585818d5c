using Animarium.Studio.Prompts.Slots;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Prompts.Report;

/// <summary>Makes findings whose sentence is <c>prompt.KIND</c>.</summary>
internal static class FindingWords
{
    /// <summary>About a stretch of the text.</summary>
    public static PromptFinding Of(string kind, PromptSeverity severity, int start, int length, params ReadOnlySpan<object?> values) => new(kind, severity, start, length, Words.Say("prompt." + kind, values));

    /// <summary>About a tag, which is the first value of the sentence.</summary>
    public static PromptFinding Of(string kind, PromptSeverity severity, PlacedTag tag, params ReadOnlySpan<object?> values) => Of(kind, severity, tag.Start, tag.Text.Length, [tag.Text, .. values]);

    /// <summary>The same with a tag said otherwise.</summary>
    public static PromptFinding Saying(this PromptFinding finding, PlacedTag tag, string replacement) => finding with { Fix = new(tag.Start, tag.Text.Length, replacement) };

    /// <summary>The same with a whole piece taken out.</summary>
    public static PromptFinding Without(this PromptFinding finding, PromptPiece piece) => finding with { Fix = new(piece.Start, piece.Whole.Length, "") };
}
