using System.Numerics;
using Animarium.Diffusion;

namespace Animarium.Studio.Prompts.Dictionary;

/// <summary>Tags, and how to find them by name, alias, Japanese name, kana or romaji. Never changes; safe to share between threads.</summary>
public sealed class TagDictionary
{
    private const int LongestSearch = 100; // characters of a search text that count
    private const int MostSlips = 2; // letters that may differ in a misspelt tag
    private const int ShortName = 8; // letters of a name in which one slip is enough to be another word
    private const int ShortestSound = 2; // letters: a single one says nothing about a sound

    private static readonly Lazy<TagDictionary> ShippedTags = new(() => new(TagFile.Shipped()));

    private readonly Dictionary<string, Tag> byText = new(StringComparer.Ordinal);
    private readonly KeyIndex names, sounds;
    private readonly List<(TagMatchKind Kind, string Text)> nameKeys = [], soundKeys = [];
    private readonly ILookup<int, (string Name, uint Letters)> byLength;

    /// <summary>A dictionary of tags.</summary>
    /// <param name="tags">Each name once; tags without a count keep their order behind those with one.</param>
    public TagDictionary(IEnumerable<Tag> tags)
    {
        Tags = [.. tags.OrderByDescending(tag => tag.Count ?? -1)];
        foreach (var tag in Tags) byText.TryAdd(TagText.Fold(tag.Name), tag);
        foreach (var tag in Tags)
            foreach (string alias in tag.Aliases) byText.TryAdd(TagText.Fold(alias), tag);

        List<(string, int)> named = [], heard = [];
        for (int owner = 0; owner < Tags.Count; owner++)
        {
            var tag = Tags[owner];
            Add(TagMatchKind.Name, [tag.Name]);
            Add(TagMatchKind.Alias, tag.Aliases);
            Add(TagMatchKind.Japanese, tag.Japanese);
            Add(TagMatchKind.Reading, tag.Readings);
            foreach (string reading in tag.Readings.Concat(tag.Japanese))
            {
                if (Romaji.Of(TagText.Fold(reading)) is not { } sound) continue;
                heard.Add((sound, owner));
                soundKeys.Add((TagMatchKind.Reading, reading));
            }

            void Add(TagMatchKind kind, IEnumerable<string> texts)
            {
                foreach (string text in texts)
                {
                    if (TagText.Fold(text) is not { Length: > 0 } folded) continue;
                    named.Add((folded, owner));
                    nameKeys.Add((kind, text));
                }
            }
        }
        (names, sounds) = (new(named), new(heard));
        byLength = Tags.Where(tag => tag.Category != TagCategory.Artist).ToLookup(tag => tag.Name.Length, tag => (tag.Name, Letters(tag.Name)));
    }

    /// <summary>The project's own small list.</summary>
    public static TagDictionary Shipped => ShippedTags.Value;

    /// <summary>All, those of many pictures first.</summary>
    public IReadOnlyList<Tag> Tags { get; }

    /// <summary>The tag of a name or alias, however it is written (<c>Long_Hair</c>, <c>@wlop</c>, <c>saber \(fate\)</c>); null if it is not known.</summary>
    public Tag? Find(string written) => byText.GetValueOrDefault(TagText.Fold(TagText.Name(written)));

    /// <summary>Tags that a text may be the beginning or a part of: English, romaji, kana or kanji; names that begin so first, then words inside, popular before rare.</summary>
    /// <param name="text">What was typed so far. An <c>@</c> in front asks for artists only; alone it lists them.</param>
    /// <param name="most">At most so many.</param>
    public IReadOnlyList<TagMatch> Complete(string text, int most)
    {
        bool artists = text.StartsWith('@');
        string needle = TagText.Fold(text[..Math.Min(text.Length, LongestSearch)].TrimStart('@').TrimStart());
        if (most <= 0) return [];
        if (needle.Length == 0) return artists ? [.. Tags.Where(tag => tag.Category == TagCategory.Artist).Take(most).Select(tag => new TagMatch(tag, TagMatchKind.Name, tag.Name))] : [];

        var found = names.Search(needle, most, Accept).Select(hit => (hit.Fit, hit.Owner, Key: nameKeys[hit.Key]));
        if (Romaji.Of(needle) is { Length: >= ShortestSound } sound) found = found.Concat(sounds.Search(sound, most, Accept).Select(hit => (hit.Fit, hit.Owner, Key: soundKeys[hit.Key])));
        return [.. found.OrderBy(hit => hit.Fit).ThenBy(hit => hit.Owner).DistinctBy(hit => hit.Owner).Take(most).Select(hit => new TagMatch(Tags[hit.Owner], hit.Key.Kind, hit.Key.Text))];

        bool Accept(int owner) => !artists || Tags[owner].Category == TagCategory.Artist;
    }

    /// <summary>The tag that a misspelt one probably is: at most two letters differ, one in short words; null if none is so near.</summary>
    public string? Nearest(string written)
    {
        string name = TagText.Name(written);
        if (name.Length is < 4 or > LongestSearch) return null;
        int slips = name.Length <= ShortName ? 1 : MostSlips;
        uint letters = Letters(name);
        var near = Enumerable.Range(name.Length - slips, 2 * slips + 1).SelectMany(length => byLength[length])
            .Where(known => BitOperations.PopCount(known.Letters ^ letters) <= 2 * slips).Select(known => known.Name);
        return Spelling.Nearest(name, near, slips);
    }

    /// <summary>Which letters a name has: two names that differ in a letter differ in at most two of them.</summary>
    private static uint Letters(string name) => name.Aggregate(0u, (letters, c) => letters | 1u << (c % 32));
}
