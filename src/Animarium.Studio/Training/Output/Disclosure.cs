using System.Text.RegularExpressions;

namespace Animarium.Studio.Training.Output;

/// <summary>How much of paths leaves the house: home folders tell people's names.</summary>
/// <param name="withoutPaths">Whether only the last name of a path is shown.</param>
internal sealed partial class Disclosure(bool withoutPaths)
{
    /// <summary>A path as it is written.</summary>
    public string Path(string path) => withoutPaths ? NameOf(path) : path;

    /// <summary>A text as it is written: absolute paths inside it (<c>/home/me/x</c>, <c>C:\Users\me\x</c>, <c>~/x</c>, <c>\\server\x</c>) lose their folders.</summary>
    public string Text(string text) => withoutPaths ? Absolute().Replace(text, match => NameOf(match.Value)) : text;

    /// <summary>The last name of a path of any system.</summary>
    public static string NameOf(string path) => path.Replace('\\', '/').TrimEnd('/') is var plain ? plain[(plain.LastIndexOf('/') + 1)..] : path;

    // Up to what ends a path in arguments and sentences; a blank belongs to it where a separator follows. After a colon two slashes are an address, no path.
    [GeneratedRegex("""(?<![\w:/\\.])(?:[A-Za-z]:[\\/]|\\\\|~[\\/]|/(?=[\w.~-]))[^\s"'<>|*?,;()\[\]{}=]*(?: [^\s"'<>|*?,;()\[\]{}=/\\]*[\\/][^\s"'<>|*?,;()\[\]{}=]*)*""")]
    private static partial Regex Absolute();
}
