using System.Text.RegularExpressions;
using Animarium.Studio.Datasets.Check;
using Animarium.Studio.Prompts.Dictionary;
using Animarium.Studio.Prompts.Slots;

namespace Animarium.Studio.Prompts.Report;

/// <summary>What is wrong with single tags and between two of them.</summary>
internal static partial class TagFindings
{
    private const int MostUnknown = 30; // a spelling is looked up in the whole dictionary
    private const int WholeDictionary = 20_000; // tags; a smaller list cannot say that a tag does not exist

    public static IEnumerable<PromptFinding> Of(ReadPrompt read, PromptReportOptions options)
    {
        var seen = new Dictionary<string, PlacedTag>(StringComparer.Ordinal);
        int unknown = 0;
        foreach (var (piece, tag) in read.Tagged)
        {
            string name = tag.Name;
            var known = options.Dictionary.Find(tag.Text);
            if (!tag.IsChoice && !seen.TryAdd(known?.Name ?? name, tag))
            {
                var twice = FindingWords.Of("duplicate", PromptSeverity.Warning, tag);
                yield return piece.Text == tag.Text ? twice.Without(piece) : twice;
            }
            if (ByArtist().Match(tag.Text) is { Success: true } by)
            {
                yield return FindingWords.Of("artist", PromptSeverity.Warning, tag, "@" + by.Groups[1].Value).Saying(tag, "@" + by.Groups[1].Value);
                continue;
            }
            if (known is { Category: TagCategory.Artist } && !tag.IsArtist)
                yield return FindingWords.Of("artist", PromptSeverity.Warning, tag, known.Written).Saying(tag, known.Written);
            else if (known is not null && TagText.Fold(known.Name) != TagText.Fold(name))
                yield return FindingWords.Of("alias", PromptSeverity.Hint, tag, known.Name).Saying(tag, known.Written);
            else if (tag.Text.Contains('_', StringComparison.Ordinal) && !name.Contains('_', StringComparison.Ordinal))
                yield return FindingWords.Of("underscore", PromptSeverity.Hint, tag, name).Saying(tag, tag.Text.Replace('_', ' '));
            if (known is not null || tag.IsArtist || piece.Slot is PromptSlot.Count or PromptSlot.Year or PromptSlot.Quality or PromptSlot.Safety || name.Length < 4 || !name.All(char.IsAscii) || ++unknown > MostUnknown) continue;
            if (options.Dictionary.Nearest(name) is { } near) yield return FindingWords.Of("misspelt", PromptSeverity.Warning, tag, near).Saying(tag, near);
            else if (options.Dictionary.Tags.Count >= WholeDictionary) yield return FindingWords.Of("unknown", PromptSeverity.Hint, tag);
        }
        // Weights may hold a tag twice on purpose; alternatives of a choice never meet.
        foreach (var (first, second) in ConflictingTags.Of([.. seen.Keys], people: !seen.Keys.Any(name => name is "no humans")))
            yield return FindingWords.Of("conflict", PromptSeverity.Warning, seen[second].Start < seen[first].Start ? seen[first] : seen[second], seen[second].Start < seen[first].Start ? second : first);
    }

    // artist:wlop, by wlop, art by wlop
    [GeneratedRegex(@"\A(?:artist\s*:\s*|(?:art |drawn |illustration )?by )(\S.{0,60})\z", RegexOptions.IgnoreCase)]
    private static partial Regex ByArtist();
}
