namespace Animarium.Studio.Prompts.Dictionary;

/// <summary>What kind of word a tag is.</summary>
public enum TagCategory
{
    /// <summary>Anything else: scene, pose, things.</summary>
    General,

    /// <summary>Whose style; written with <c>@</c>.</summary>
    Artist,

    /// <summary>The work a character comes from (Danbooru's copyright).</summary>
    Series,

    /// <summary>A named character.</summary>
    Character,

    /// <summary>About the picture as a file: highres, official art.</summary>
    Meta,

    /// <summary>masterpiece, score_7.</summary>
    Quality,

    /// <summary>year 2025, newest.</summary>
    Year,

    /// <summary>safe, sensitive, nsfw, explicit.</summary>
    Safety,

    /// <summary>How many people: 1girl, solo.</summary>
    Count,

    /// <summary>How somebody looks: hair, eyes, clothes, expression.</summary>
    Appearance,
}

/// <summary>A tag of a dictionary.</summary>
/// <param name="Name">As a prompt has it: lower case, blanks for underscores (except <c>score_7</c> and faces such as <c>^_^</c>), brackets not escaped, artists without <c>@</c>.</param>
/// <param name="Category">What kind of word.</param>
/// <param name="Count">Pictures that have it where the list comes from; null if the list does not say.</param>
public sealed record Tag(string Name, TagCategory Category = TagCategory.General, long? Count = null)
{
    /// <summary>Other spellings that mean this tag.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Japanese names, the best first.</summary>
    public IReadOnlyList<string> Japanese { get; init; } = [];

    /// <summary>How the Japanese names are read, in kana.</summary>
    public IReadOnlyList<string> Readings { get; init; } = [];

    /// <summary>The tag as a prompt takes it: <c>@</c> before an artist, round brackets escaped.</summary>
    public string Written => (Category == TagCategory.Artist ? "@" : "") + Name.Replace("(", @"\(", StringComparison.Ordinal).Replace(")", @"\)", StringComparison.Ordinal);
}

/// <summary>How a search text and a tag met.</summary>
public enum TagMatchKind
{
    /// <summary>In its name.</summary>
    Name,

    /// <summary>In another spelling.</summary>
    Alias,

    /// <summary>In a Japanese name.</summary>
    Japanese,

    /// <summary>In the reading of a Japanese name, as kana or romaji.</summary>
    Reading,
}

/// <summary>A tag that was found.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Kind">In what it was found.</param>
/// <param name="Matched">The name, alias, Japanese name or reading that fits.</param>
public sealed record TagMatch(Tag Tag, TagMatchKind Kind, string Matched);
