using System.Globalization;
using System.Text;

namespace Animarium.Diffusion.Tokenizers;

/// <summary>Qwen's byte-level BPE, the text encoder's input. Adds neither a begin nor an end token.</summary>
public sealed class QwenTokenizer : PromptTokenizer
{
    private const int LongestRun = 1024; // code units beyond Latin letters in a row before a cut may come

    private static readonly Lazy<QwenTokenizer> OfficialTokenizer = new(() => TokenizerFiles.Official("qwen").Build(Read));

    private readonly BytePairs bytePairs;

    private QwenTokenizer(AddedTokens added, int padId, BytePairs bytePairs)
        : base(added, padId, endId: null) => this.bytePairs = bytePairs;

    /// <summary>The tokenizer of the published Anima models, read from the library itself at the first use.</summary>
    public static QwenTokenizer Official => OfficialTokenizer.Value;

    /// <summary>Reads <c>vocab.json</c>, <c>merges.txt</c> and, for the special ids, <c>tokenizer_config.json</c> of a folder.</summary>
    /// <exception cref="FileNotFoundException">One of the three is missing.</exception>
    /// <exception cref="InvalidDataException">Their content is no such tokenizer.</exception>
    public static QwenTokenizer Open(string folder) => TokenizerFiles.In(folder).Build(Read);

    private static QwenTokenizer Read(TokenizerFiles files)
    {
        using var config = files.Json("tokenizer_config.json");
        var added = new AddedTokens(config.RootElement.GetProperty("added_tokens_decoder").EnumerateObject()
            .Select(token => (int.Parse(token.Name, CultureInfo.InvariantCulture), token.Value.GetProperty("content").GetString()!)));
        int pad = added.Id(config.RootElement.GetProperty("pad_token").GetString())
            ?? throw new FormatException("tokenizer_config.json names a pad_token that is not in added_tokens_decoder.");

        using var vocabulary = files.Json("vocab.json");
        var ids = vocabulary.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32(), StringComparer.Ordinal);
        using var merges = new StreamReader(files.Open("merges.txt"));
        return new QwenTokenizer(added, pad, new BytePairs(ids, Lines(merges)));
    }

    private static IEnumerable<string> Lines(StreamReader merges)
    {
        while (merges.ReadLine() is { } line)
            if (line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)) yield return line;
    }

    private protected override void EncodeSegment(string text, bool first, List<int> ids)
    {
        string normal = string.Concat(StreamSafe(text).Select(part => part.Normalize(NormalizationForm.FormC)));
        for (int at = 0, length; at < normal.Length; at += length)
        {
            length = QwenWords.First(normal.AsSpan(at));
            bytePairs.Encode(normal.AsSpan(at, length), ids);
        }
    }

    private protected override string OrdinaryPiece(int id) => bytePairs.Piece(id);

    /// <summary>The text, cut where more combining marks follow each other than any language writes: sorting them is quadratic (UAX #15, 13.3).</summary>
    private static IEnumerable<string> StreamSafe(string text)
    {
        int start = 0, run = 0;
        for (int at = 0; at < text.Length; at++)
        {
            run = text[at] < '\u0300' ? 0 : run + 1;
            if (run <= LongestRun || CharUnicodeInfo.GetUnicodeCategory(text, at) != UnicodeCategory.NonSpacingMark) continue;
            yield return text[start..at];
            (start, run) = (at, 0);
        }
        yield return text[start..];
    }
}
