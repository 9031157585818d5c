using System.Buffers;

namespace Animarium.Diffusion.Tokenizers;

/// <summary>The tokens that are cut out of a text literally before anything else: <c>&lt;|im_end|&gt;</c>, <c>&lt;/s&gt;</c>, …</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<int, string> texts;
    private readonly (int Id, string Text)[] longestFirst;
    private readonly SearchValues<string> starts;

    public AddedTokens(IEnumerable<(int Id, string Text)> tokens)
    {
        longestFirst = [.. tokens.Where(t => t.Text.Length > 0).OrderByDescending(t => t.Text.Length)];
        texts = longestFirst.DistinctBy(t => t.Id).ToDictionary(t => t.Id, t => t.Text);
        starts = SearchValues.Create([.. longestFirst.Select(t => t.Text)], StringComparison.Ordinal);
    }

    public string? Text(int id) => texts.GetValueOrDefault(id);

    /// <summary>The id of a token named by its literal form.</summary>
    public int? Id(string? text) => longestFirst.Where(t => t.Text == text).Select(t => (int?)t.Id).FirstOrDefault();

    /// <summary>The text in order: added tokens (their id, the longest at each place) and the text between them (without id).</summary>
    public IEnumerable<(int? Id, string Text)> Cut(string text)
    {
        int at = 0;
        for (int found; (found = text.AsSpan(at).IndexOfAny(starts)) >= 0;)
        {
            if (found > 0) yield return (null, text.Substring(at, found));
            at += found;
            var (id, token) = longestFirst.First(t => string.CompareOrdinal(text, at, t.Text, 0, t.Text.Length) == 0);
            yield return (id, token);
            at += token.Length;
        }
        if (at < text.Length) yield return (null, text[at..]);
    }
}
