namespace Animarium.Studio.Datasets.Check;

/// <summary>Tags that cannot both be true of one picture. Those about a person are judged only where there is one person.</summary>
internal static class ConflictingTags
{
    private static readonly string[] Single = ["solo", "1girl", "1boy", "1other"];

    private static readonly string[] Colours = ["black", "blue", "brown", "green", "grey", "orange", "pink", "purple", "red", "white", "yellow", "blonde", "aqua"];

    // Of each group, a picture has at most one.
    private static readonly string[][] OfScenes =
    [
        ["1girl", "2girls", "3girls", "4girls", "5girls", "6+girls"], ["1boy", "2boys", "3boys", "4boys", "5boys", "6+boys"],
        ["1girl", "multiple girls"], ["1boy", "multiple boys"], ["no humans", "1girl"], ["no humans", "1boy"],
        ["solo", "2girls"], ["solo", "2boys"], ["solo", "multiple girls"], ["solo", "multiple boys"],
        ["indoors", "outdoors"], ["day", "night"],
    ];

    private static readonly string[][] OfPersons =
    [
        ["short hair", "medium hair", "long hair"], ["short hair", "very long hair"], ["very short hair", "long hair"], ["bald", "long hair"],
        ["open mouth", "closed mouth"], ["standing", "sitting", "lying"], ["barefoot", "shoes"],
        .. Colours.Select(colour => new[] { "closed eyes", $"{colour} eyes" }),
    ];

    // A picture has one of these colours, unless a tag says that there are several.
    private static readonly (string[] Colours, string[] Unless)[] OneColour =
    [
        ([.. Colours.Select(colour => $"{colour} eyes")], ["heterochromia", "multicolored eyes", "two-tone eyes", "gradient eyes"]),
        ([.. Colours.Select(colour => $"{colour} hair")], ["multicolored hair", "two-tone hair", "gradient hair", "streaked hair", "colored inner hair", "colored tips", "rainbow hair", "split-color hair"]),
    ];

    /// <summary>The pairs that contradict each other.</summary>
    /// <param name="caption">The tags, however they are written.</param>
    /// <param name="people">Somebody is there even if no tag counts people.</param>
    public static IEnumerable<(string First, string Second)> Of(IReadOnlyList<string> caption, bool people = false)
    {
        var tags = caption.Select(tag => tag.Replace('_', ' ').ToLowerInvariant()).ToHashSet();
        foreach (var group in OfScenes)
            if (Two(group) is { } pair) yield return pair;
        if (!people && !Single.Any(tags.Contains) || tags.Contains("1girl") && tags.Contains("1boy") || tags.Any(tag => tag.StartsWith("multiple ", StringComparison.Ordinal) || tag is "2girls" or "2boys")) yield break;
        foreach (var group in OfPersons)
            if (Two(group) is { } pair) yield return pair;
        foreach (var (colours, unless) in OneColour)
            if (!unless.Any(tags.Contains) && Two(colours) is { } pair) yield return pair;

        (string, string)? Two(string[] group) => group.Where(tags.Contains).Take(2).ToArray() is [var first, var second] ? (first, second) : null;
    }
}
