using System.Text;

namespace Animarium.Studio.Plans;

/// <summary>Search and replace in a prompt, several at once: what one puts in, no other finds.</summary>
/// <param name="pairs">What is searched for, never empty, and what takes its place.</param>
internal sealed class Replacement(IEnumerable<(string Search, string Value)> pairs)
{
    private readonly List<(string Search, string Value)> longestFirst = [.. pairs.OrderByDescending(pair => pair.Search.Length)];

    /// <summary>The text with everything replaced; where two searches begin at the same place, the longer one counts.</summary>
    public string In(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length;)
        {
            var (search, value) = longestFirst.Find(pair => string.CompareOrdinal(text, at, pair.Search, 0, pair.Search.Length) == 0);
            result.Append(search is null ? text[at].ToString() : value);
            at += search?.Length ?? 1;
        }
        return result.ToString();
    }
}
