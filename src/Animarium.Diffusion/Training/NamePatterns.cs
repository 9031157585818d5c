using System.Text.RegularExpressions;

namespace Animarium.Diffusion.Training;

/// <summary>
/// Regular expressions for whole dotted names, as sd-scripts compares them (<c>fullmatch</c>). They come from settings: they must not backtrack, and one
/// that matches nothing is a misspelling that would otherwise train something else than meant.
/// </summary>
static class NamePatterns
{
    /// <summary>The expression, which must match at least one name.</summary>
    /// <exception cref="ArgumentException">It is no regular expression, or matches nothing.</exception>
    public static Regex Matching(string pattern, IReadOnlyList<string> names)
    {
        var whole = Whole(pattern);
        return names.Any(n => whole.IsMatch(n)) ? whole : throw new ArgumentException(
            $"The pattern '{pattern}' matches nothing that is trained. It is compared with whole names such as {(names.Count > 0 ? names[0] : "blocks.0.mlp.layer1")}; put .* where anything may stand.");
    }

    /// <summary>The expression for a whole name.</summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public static Regex Whole(string pattern)
    {
        try
        {
            return new($"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException($"'{pattern}' is no regular expression that can be used here: {e.Message}", e);
        }
    }
}
