using Animarium.Studio.Prompts.Slots;

namespace Animarium.Studio.Prompts.Report;

/// <summary>Tags that stand at the wrong place, are missing, or contradict the negative prompt.</summary>
internal static class PlaceFindings
{
    private static readonly string[] Bad = ["worst quality", "low quality", "bad quality", "jpeg artifacts", "blurry", "score_1", "score_2", "score_3"];
    private static readonly string[] Good = ["masterpiece", "best quality", "good quality", "score_9", "score_8", "score_7"];

    public static IEnumerable<PromptFinding> Of(ReadPrompt read, PromptReportOptions options)
    {
        var tags = read.Tagged;
        foreach (var (_, tag) in tags.Where(entry => Bad.Contains(entry.Tag.Name))) yield return FindingWords.Of("bad-quality", PromptSeverity.Hint, tag);
        if (!read.Slots.IsInOrder)
        {
            var texts = read.Slots.Pieces.Where(piece => piece.Text.Length > 0 && piece.Slot != PromptSlot.Network).ToList();
            var early = texts.Zip(texts.Skip(1)).First(pair => PromptSlots.Rank(pair.First.Slot) > PromptSlots.Rank(pair.Second.Slot)).Second;
            yield return FindingWords.Of("order", PromptSeverity.Hint, early.TextStart, early.Text.Length, early.Text) with { Fix = new(0, read.Text.Length, read.Slots.InOrder()) };
        }
        if (options.ExpectsSafety && tags.Count > 0 && !read.Slots.Of(PromptSlot.Safety).Any()) yield return FindingWords.Of("no-safety", PromptSeverity.Hint, 0, 0);
        if (read.Slots.Of(PromptSlot.Character).FirstOrDefault() is { } character && !read.Slots.Of(PromptSlot.Series).Any())
            yield return FindingWords.Of("no-series", PromptSeverity.Hint, character.TextStart, character.Text.Length, character.Text);
    }

    /// <summary>What the negative prompt says; ranges are the negative's.</summary>
    public static IEnumerable<PromptFinding> OfBoth(ReadPrompt prompt, ReadPrompt negative)
    {
        var wanted = prompt.Tagged.Where(entry => !entry.Tag.IsChoice).Select(entry => entry.Tag.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (piece, tag) in negative.Tagged)
        {
            if (wanted.Contains(tag.Name))
            {
                var both = FindingWords.Of("both", PromptSeverity.Warning, tag);
                yield return piece.Text == tag.Text ? both.Without(piece) : both;
            }
            if (Good.Contains(tag.Name)) yield return FindingWords.Of("good-in-negative", PromptSeverity.Warning, tag);
        }
    }
}
