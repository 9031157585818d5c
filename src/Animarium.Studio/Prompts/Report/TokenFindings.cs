namespace Animarium.Studio.Prompts.Report;

/// <summary>What the tokenizers make of the text.</summary>
internal static class TokenFindings
{
    public static IEnumerable<PromptFinding> Of(IReadOnlyList<PromptSection> sections, int qwen, int t5)
    {
        if (Math.Max(qwen, t5) > PromptReport.MostTokens) yield return FindingWords.Of("many-tokens", PromptSeverity.Warning, 0, 0, Math.Max(qwen, t5), PromptReport.MostTokens);
        foreach (var section in sections.Where(section => section.Unknown > 0)) yield return FindingWords.Of("unreadable", PromptSeverity.Warning, section.Start, section.Length, section.Text.Length > 60 ? section.Text[..60] + "…" : section.Text);
        foreach (var section in sections.Where(section => section.HighestWeight == 0 && section.T5 > 0)) yield return FindingWords.Of("zero-weight", PromptSeverity.Hint, section.Start, section.Length, section.Text);
    }
}
