using System.Text.RegularExpressions;
using Animarium.Studio.Prompts.Dictionary;

namespace Animarium.Studio.Prompts.Slots;

/// <summary>Which slot a tag belongs to.</summary>
internal static partial class SlotRules
{
    private const int SentenceWords = 6; // tags have fewer
    private const int CapitalSentenceWords = 3; // a name has two
    private const int JapaneseSentence = 12; // characters; Japanese has no blanks between words

    private static readonly HashSet<string> Safety = new(["safe", "sensitive", "nsfw", "explicit", "general", "questionable"], StringComparer.Ordinal);

    /// <summary>The slot of a tag.</summary>
    public static PromptSlot Of(PlacedTag tag, TagDictionary dictionary)
    {
        if (tag.IsArtist) return PromptSlot.Artist;
        string name = tag.Name;
        if (Safety.Contains(name)) return PromptSlot.Safety;
        if (Quality().IsMatch(name)) return PromptSlot.Quality;
        if (Year().IsMatch(name)) return PromptSlot.Year;
        if (Count().IsMatch(name)) return PromptSlot.Count;
        return dictionary.Find(tag.Text)?.Category switch
        {
            TagCategory.Quality or TagCategory.Meta => PromptSlot.Quality,
            TagCategory.Year => PromptSlot.Year,
            TagCategory.Safety => PromptSlot.Safety,
            TagCategory.Count => PromptSlot.Count,
            TagCategory.Character => PromptSlot.Character,
            TagCategory.Series => PromptSlot.Series,
            TagCategory.Artist => PromptSlot.Artist,
            TagCategory.Appearance => PromptSlot.Appearance,
            TagCategory.General => Appearance().IsMatch(name) ? PromptSlot.Appearance : PromptSlot.Scene,
            _ => IsSentence(tag.Text) ? PromptSlot.Language : Appearance().IsMatch(name) ? PromptSlot.Appearance : PromptSlot.Scene,
        };
    }

    /// <summary>Whether a text is language rather than a tag. (Only the beginning is looked at: pieces may be long.)</summary>
    private static bool IsSentence(string text)
    {
        string head = text.Length > 400 ? text[..400] : text;
        int words = head.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return words >= SentenceWords || words >= CapitalSentenceWords && char.IsUpper(head[0])
            || words > 1 && IsEnd(head[^1]) || head.Contains(". ", StringComparison.Ordinal)
            || head.Contains('。', StringComparison.Ordinal) || words == 1 && head.Length > JapaneseSentence && head.Any(c => c is >= 'ぁ' and <= 'ゖ');
    }

    /// <summary>Whether a character ends a sentence.</summary>
    public static bool IsEnd(char c) => c is '.' or '!' or '?' or '。' or '！' or '？';

    [GeneratedRegex(@"\A(score_[0-9](_up)?|(masterpiece|(very |extremely )?(best|great|good|normal|low|worst|high|bad) quality|very aesthetic|aesthetic|amazing quality))\z")]
    private static partial Regex Quality();

    [GeneratedRegex(@"\A(year [0-9]{4}|newest|recent|mid|early|old)\z")]
    private static partial Regex Year();

    [GeneratedRegex(@"\A([0-9]{1,2}\+?(girl|boy|other)s?|multiple (girls|boys|others)|solo|no humans)\z")]
    private static partial Regex Count();

    [GeneratedRegex(@"(\A| )(hair|bangs|eyes?|eyebrows|eyelashes|pupils|skin|ears|tail|wings|horns|dress|shirt|skirt|shorts|pants|jeans|jacket|coat|kimono|uniform|hat|cap|boots|shoes|socks|gloves|ribbon|bow|hairband|ponytail|twintails|braids?|glasses|eyewear|earrings|necklace|choker|scarf|sweater|hoodie|cape|apron|smile|blush|ahoge|beard|mustache|freckles|makeup|sleeves|collar|necktie|thighhighs|pantyhose)\z")]
    private static partial Regex Appearance();
}
