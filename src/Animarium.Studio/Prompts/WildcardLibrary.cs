using System.Text.RegularExpressions;

namespace Animarium.Studio.Prompts;

/// <summary>The lists behind <c>__name__</c>: name → lines. Names may hold folders (<c>style/paint</c>); case matters.</summary>
public sealed class WildcardLibrary
{
    /// <summary>Longer files are not read: a wildcard list is a few thousand short lines.</summary>
    private const long MaxFileBytes = 16 << 20;

    private readonly SortedDictionary<string, Lazy<IReadOnlyList<string>>> lists = new(StringComparer.Ordinal);

    /// <summary>A library without lists.</summary>
    public static WildcardLibrary Empty { get; } = new(new Dictionary<string, IReadOnlyList<string>>());

    /// <summary>A library of lists in memory.</summary>
    /// <param name="lists">Name → lines as a file would hold them.</param>
    public WildcardLibrary(IReadOnlyDictionary<string, IReadOnlyList<string>> lists)
    {
        foreach (var (name, lines) in lists) this.lists[name] = new(() => Options(lines));
    }

    private WildcardLibrary(SortedDictionary<string, Lazy<IReadOnlyList<string>>> lists) => this.lists = lists;

    /// <summary>
    /// The <c>.txt</c> files of a folder and its subfolders. Only these are ever opened, whatever a prompt asks for; links that lead elsewhere are left out.
    /// Each file is read when first used.
    /// </summary>
    /// <param name="folder">A folder that need not exist: then the library is empty.</param>
    public static WildcardLibrary InFolder(string folder)
    {
        var lists = new SortedDictionary<string, Lazy<IReadOnlyList<string>>>(StringComparer.Ordinal);
        if (!Directory.Exists(folder)) return Empty;
        var own = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true, MaxRecursionDepth = 16 };
        foreach (string path in Directory.EnumerateFiles(folder, "*.txt", own))
        {
            string name = Path.ChangeExtension(Path.GetRelativePath(folder, path), null).Replace(Path.DirectorySeparatorChar, '/');
            lists[name] = new(() => new FileInfo(path) is { Exists: true, Length: <= MaxFileBytes } ? Options(File.ReadLines(path)) : []);
        }
        return new(lists);
    }

    /// <summary>All names, sorted.</summary>
    public IReadOnlyCollection<string> Names => lists.Keys;

    /// <summary>The options a name stands for: its own list, or those of all lists that a pattern fits (<c>*</c> within a folder, <c>**</c> across folders).</summary>
    /// <param name="name">As between the underscores.</param>
    /// <returns>Each option with the list it comes from; none for an unknown name.</returns>
    public IEnumerable<(string List, string Option)> Find(string name)
    {
        if (lists.TryGetValue(name, out var exact)) return exact.Value.Select(option => (name, option));
        if (!name.Contains('*', StringComparison.Ordinal)) return [];
        string pattern = $@"\A{Regex.Escape(name).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}\z";
        var glob = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return lists.Where(list => glob.IsMatch(list.Key)).SelectMany(list => list.Value.Value.Select(option => (list.Key, option)));
    }

    /// <summary>The lines of a file that are options: not the empty ones, not the comments.</summary>
    private static List<string> Options(IEnumerable<string> lines) =>
        [.. lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
}
