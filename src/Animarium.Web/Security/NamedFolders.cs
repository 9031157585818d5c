using Animarium.Web.Api;
using Microsoft.AspNetCore.Http;

namespace Animarium.Web.Security;

/// <summary>The folders out of which requests may have files read. A path that leads anywhere else is refused before anything looks at it; links are followed first.</summary>
/// <param name="folders">Full paths; those that do not exist are no places.</param>
public sealed class NamedFolders(IReadOnlyList<string> folders)
{
    private const int LongestPath = 4096, MostLinks = 40;

    /// <summary>The file or folder that a request names by its full path, if it lies within.</summary>
    /// <param name="field">What the request calls it.</param>
    /// <param name="path">From the request.</param>
    /// <exception cref="RefusedException">It is no such path, or not there: both are told alike, so that nobody learns what else is on the machine.</exception>
    public string Require(string field, string path)
    {
        if (IsPlain(path) && Real(Path.GetFullPath(path)) is { } real && folders.Any(folder => Real(folder) is { } root && IsWithin(real, root)) && IsOrdinary(real)) return real;
        string shown = new([.. path.Where(c => !char.IsControl(c)).Take(200)]);
        throw new RefusedException(StatusCodes.Status400BadRequest, "path", ApiText.Say("Path", shown)) { Field = field };
    }

    /// <summary>Whether a value is a path rather than a name.</summary>
    public static bool IsPath(string value) => value.AsSpan().IndexOfAny("/\\:\0") >= 0 || value.Trim() is "." or ".." or "~";

    // No UNC (\\server, //server), no devices (\\.\, \\?\), nothing relative to wherever the server happens to run.
    private static bool IsPlain(string path) => path.Length is > 0 and <= LongestPath && !path.Any(char.IsControl)
        && !path.StartsWith(@"\\", StringComparison.Ordinal) && !path.StartsWith("//", StringComparison.Ordinal) && Path.IsPathFullyQualified(path);

    private static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool IsOrdinary(string path) => Directory.Exists(path) || File.Exists(path) && (File.GetAttributes(path) & FileAttributes.Device) == 0;

    /// <summary>The path with every link on the way followed; null: it is not there, or its links go round in circles.</summary>
    private static string? Real(string path)
    {
        try
        {
            string root = Path.GetPathRoot(path)!, at = root;
            var rest = new Stack<string>(path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
            for (int links = 0; rest.TryPop(out string? name);)
            {
                string next = Path.Combine(at, name);
                if (!Path.Exists(next)) return null;
                if (new FileInfo(next).LinkTarget is not { } target)
                {
                    at = next;
                    continue;
                }
                if (++links > MostLinks) return null;
                string full = Path.GetFullPath(target, at);
                at = Path.GetPathRoot(full)!;
                foreach (string part in full[at.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse()) rest.Push(part);
            }
            return at;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
