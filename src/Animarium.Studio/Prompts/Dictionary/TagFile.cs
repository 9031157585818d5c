using System.Globalization;
using Animarium.Studio.Datasets;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Prompts.Dictionary;

/// <summary>Something in a tag list that was passed over.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Counted from 1; 0: the whole file.</param>
/// <param name="Message">What it is and what to do, in words.</param>
public sealed record TagFileProblem(string File, int Line, string Message);

/// <summary>
/// Reads the tag lists that people have: <c>name,category,count,"aliases"</c> (a1111-sd-webui-tagcomplete), exports of Danbooru and e621 and tag
/// lists of taggers, told by their header, translations (<c>name,訳|訳</c>), and our own form with Japanese names and readings.
/// </summary>
internal sealed class TagFile
{
    private const int MostProblems = 20; // named of one file
    private const int MostColumns = 16;
    private const int LongestTag = 200; // characters

    private static readonly char[] ListMarks = [',', '|'];
    private readonly string path;
    private readonly List<TagFileProblem> problems;
    private readonly bool isE621;
    private Dictionary<string, int>? columns; // of the header
    private int named;

    private TagFile(string path, List<TagFileProblem> problems)
    {
        (this.path, this.problems) = (path, problems);
        isE621 = Path.GetFileName(path).Contains("e621", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The project's own list.</summary>
    public static IEnumerable<Tag> Shipped()
    {
        using var stream = typeof(TagFile).Assembly.GetManifestResourceStream("prompts/tags") ?? throw new InvalidOperationException("The tag list is not part of this build.");
        using var reader = new StreamReader(stream);
        return [.. Read("tags.csv", reader.ReadToEnd(), [])];
    }

    /// <summary>The tags of a file's bytes, in order.</summary>
    public static IEnumerable<Tag> Read(string path, ReadOnlySpan<byte> bytes, List<TagFileProblem> problems)
    {
        if (CaptionFile.Decode(bytes) is { } file) return Read(path, file.Text, problems);
        problems.Add(new(path, 0, Words.Say("tags.notText", path)));
        return [];
    }

    private static IEnumerable<Tag> Read(string path, string text, List<TagFileProblem> problems)
    {
        var file = new TagFile(path, problems);
        foreach (var row in CsvText.Read(text, multiline: false))
            if (file.Row(row) is { } tag) yield return tag;
    }

    private Tag? Row(CsvRow row)
    {
        if (row.Fields is not { Count: <= MostColumns } fields) return Problem(row.Line, "tags.quote");
        if (row.Line == 1 && Header(fields)) return null;
        string name = TagText.Name(Of(fields, "name", 0));
        if (name.Length is 0 or > LongestTag) return Problem(row.Line, "tags.name");
        if (columns is null && fields.Count is 2 or 3 && !IsNumber(fields[1])) return new(name) { Japanese = fields[^1].Any(c => c > 127) ? Many(fields[^1]) : [] };
        string count = Of(fields, "count", 2), category = Of(fields, "category", 1);
        if (columns is null && fields.Count > 1 && !IsNumber(category)) return Problem(row.Line, "tags.category", category);
        var others = Many(Of(fields, "aliases", 3)).ToLookup(IsJapanese);
        return new(name, Category(category), long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out long pictures) ? pictures : null)
        {
            Aliases = [.. others[false].Select(TagText.Name)],
            Japanese = [.. Many(Of(fields, "japanese", -1)), .. others[true]],
            Readings = Many(Of(fields, "reading", -1)),
        };
    }

    private Tag? Problem(int line, string key, params ReadOnlySpan<object?> values)
    {
        if (++named <= MostProblems) problems.Add(new(path, line, Words.Say(key, [path, line, .. values])));
        return null;
    }

    /// <summary>Whether the first row names the columns.</summary>
    private bool Header(IReadOnlyList<string> fields)
    {
        var names = fields.Select((field, at) => (Name: field.Trim().ToLowerInvariant() switch
        {
            "tag" or "name" => "name",
            "category" or "type" => "category",
            "count" or "post_count" => "count",
            "alias" or "aliases" => "aliases",
            var other => other,
        }, at)).DistinctBy(field => field.Name).ToDictionary(field => field.Name, field => field.at);
        if (!names.ContainsKey("name") || !names.ContainsKey("category") && !names.ContainsKey("count") && !names.ContainsKey("japanese")) return false;
        columns = names;
        return true;
    }

    private string Of(IReadOnlyList<string> fields, string column, int otherwise)
    {
        int at = columns is null ? otherwise : columns.GetValueOrDefault(column, -1);
        return at >= 0 && at < fields.Count ? fields[at].Trim() : "";
    }

    /// <summary>The numbers of Danbooru, which most lists follow; e621 counts on with species and lore, taggers put ratings at 9.</summary>
    private TagCategory Category(string written) => written.ToLowerInvariant() switch
    {
        "1" => TagCategory.Artist,
        "3" or "copyright" => TagCategory.Series,
        "4" => TagCategory.Character,
        "5" => isE621 ? TagCategory.General : TagCategory.Meta,
        "7" when isE621 => TagCategory.Meta,
        "9" => TagCategory.Safety,
        var word => Enum.TryParse(word, ignoreCase: true, out TagCategory named) && !IsNumber(word) ? named : TagCategory.General,
    };

    private static bool IsNumber(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static bool IsJapanese(string text) => text.Any(c => c is >= '\u3040' and <= '\u30FF' or >= '\u4E00' and <= '\u9FFF');

    private static IReadOnlyList<string> Many(string list) =>
        [.. list.Split(ListMarks, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(entry => entry.Length <= LongestTag && TagText.Fold(entry).Length > 0).Take(64)];
}
