using Animarium.Studio.Texts;

namespace Animarium.Studio.Prompts.Dictionary;

/// <summary>The person's own tag lists, put together with the shipped one.</summary>
/// <param name="Dictionary">All tags.</param>
/// <param name="Files">The lists that were read, in order.</param>
/// <param name="Problems">What was passed over.</param>
public sealed record TagFolder(TagDictionary Dictionary, IReadOnlyList<string> Files, IReadOnlyList<TagFileProblem> Problems)
{
    private const int MostFiles = 64;
    private const long LargestFile = 64 << 20; // bytes: the largest lists known have some 10 MB
    private const int MostTags = 1_000_000;

    /// <summary>Reads the <c>.csv</c> files of a folder; what one says of a tag is added to what others say. A count comes from the largest that is given.</summary>
    /// <param name="folder">The folder <c>tags</c> of the studio; it need not exist.</param>
    public static TagFolder Open(string folder)
    {
        var problems = new List<TagFileProblem>();
        var (tags, files) = (new Dictionary<string, Tag>(StringComparer.Ordinal), new List<string>());
        var byAlias = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in TagDictionary.Shipped.Tags) Add(tag, byAlias, tags);
        // Translations last: they add to tags that other lists have, by name or alias.
        var lists = Found(folder).Select(path => (Path: path, Tags: Read(path, problems))).ToList();
        foreach (var (path, list) in lists.OrderBy(list => list.Tags.Count > 0 && list.Tags.All(IsTranslation)))
        {
            if (list.Count > 0) files.Add(path);
            foreach (var tag in list) Add(tag, byAlias, tags);
            if (tags.Count > MostTags) problems.Add(new(path, 0, Words.Say("tags.many", path, MostTags)));
        }
        return new(files.Count == 0 ? TagDictionary.Shipped : new(tags.Values.Take(MostTags)), files, problems);
    }

    private static bool IsTranslation(Tag tag) => tag is { Count: null, Category: TagCategory.General, Aliases.Count: 0 };

    private static void Add(Tag tag, Dictionary<string, string> byAlias, Dictionary<string, Tag> tags)
    {
        string name = tags.ContainsKey(tag.Name) || !IsTranslation(tag) ? tag.Name : byAlias.GetValueOrDefault(tag.Name, tag.Name);
        tags[name] = tags.TryGetValue(name, out var known) ? Both(known, tag) : tag;
        foreach (string alias in tag.Aliases) byAlias.TryAdd(alias, name);
    }

    private static Tag Both(Tag known, Tag more) => known with
    {
        Category = known.Category == TagCategory.General ? more.Category : known.Category,
        Count = known.Count is { } count ? Math.Max(count, more.Count ?? 0) : more.Count,
        Aliases = [.. known.Aliases.Union(more.Aliases)],
        Japanese = [.. known.Japanese.Union(more.Japanese)],
        Readings = [.. known.Readings.Union(more.Readings)],
    };

    private static IEnumerable<string> Found(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.csv", new EnumerationOptions { IgnoreInaccessible = true, MatchCasing = MatchCasing.CaseInsensitive }).Order(StringComparer.Ordinal).Take(MostFiles)
        : [];

    private static IReadOnlyList<Tag> Read(string path, List<TagFileProblem> problems)
    {
        try
        {
            if (new FileInfo(path).Length <= LargestFile) return [.. TagFile.Read(path, File.ReadAllBytes(path), problems)];
            problems.Add(new(path, 0, Words.Say("tags.large", path, LargestFile >> 20)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(path, 0, Words.Say("library.file", path, e.Message)));
        }
        return [];
    }
}
