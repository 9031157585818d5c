using System.Text;

namespace Animarium.Studio.Plans;

/// <summary>Search and replace in a prompt, several at once: what one puts in, no other finds.</summary>
/// <param name="pairs">What is searched for, and what takes its place.</param>
internal sealed class Replacement(IReadOnlyList<(string Search, string Value)> pairs)
{
    /// <summary>The text with everything replaced; where two searches begin at the same place, the longer one counts.</summary>
    public string In(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length;)
        {
            var found = pairs.Where(pair => string.CompareOrdinal(text, at, pair.Search, 0, pair.Search.Length) == 0).MaxBy(pair => pair.Search.Length);
            result.Append(found.Search is null ? text[at].ToString() : found.Value);
            at += found.Search?.Length ?? 1;
        }
        return result.ToString();
    }
}
