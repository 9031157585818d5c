using System.Text;
using Microsoft.ML.Tokenizers;

namespace Animarium.Diffusion.Tokenizers;

/// <summary>Qwen's byte-level BPE, the text encoder's input. Adds neither a begin nor an end token.</summary>
public sealed class QwenTokenizer : PromptTokenizer
{
    private static readonly Lazy<QwenTokenizer> OfficialTokenizer = new(() => TokenizerFiles.Official("qwen").Build(Read));

    private readonly BpeTokenizer bpe;
    private readonly Dictionary<int, string> pieces;

    private QwenTokenizer(AddedTokens added, int padId, BpeTokenizer bpe, Dictionary<int, string> pieces)
        : base(added, padId, endId: null) => (this.bpe, this.pieces) = (bpe, pieces);

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
            .Select(token => (int.Parse(token.Name, System.Globalization.CultureInfo.InvariantCulture), token.Value.GetProperty("content").GetString()!)));
        int pad = added.Id(config.RootElement.GetProperty("pad_token").GetString())
            ?? throw new FormatException("tokenizer_config.json names a pad_token that is not in added_tokens_decoder.");

        using var vocabulary = files.Json("vocab.json");
        var ids = vocabulary.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32(), StringComparer.Ordinal);
        using var merges = new StreamReader(files.Open("merges.txt"));
        var bpe = BpeTokenizer.Create(new BpeOptions(ids) { Merges = Lines(merges), ByteLevel = true, PreTokenizer = new QwenWords() });
        return new QwenTokenizer(added, pad, bpe, ids.ToDictionary(entry => entry.Value, entry => entry.Key));
    }

    private static IEnumerable<string> Lines(StreamReader merges)
    {
        while (merges.ReadLine() is { } line)
            if (line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)) yield return line;
    }

    private protected override void EncodeSegment(string text, bool first, List<int> ids) =>
        ids.AddRange(bpe.EncodeToIds(text.Normalize(NormalizationForm.FormC)));

    private protected override string OrdinaryPiece(int id) =>
        pieces.TryGetValue(id, out string? piece) ? Encoding.UTF8.GetString([.. piece.Select(ByteAlphabet.Byte)]) : "";
}

/// <summary>GPT-2's alphabet: each byte written as a printable character, those that are none counted up from U+0100.</summary>
file static class ByteAlphabet
{
    private static readonly byte[] Hidden =
        [.. Enumerable.Range(0, 256).Where(b => b is not (>= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE)).Select(b => (byte)b)];

    public static byte Byte(char c) => c < 0x100 ? (byte)c : c - 0x100 < Hidden.Length ? Hidden[c - 0x100] : (byte)'?';
}
