using System.Text;
using System.Text.Json;

namespace Animarium.Diffusion.Tokenizers;

/// <summary>T5's SentencePiece Unigram, the LLM adapter's input. Appends <c>&lt;/s&gt;</c>.</summary>
public sealed class T5Tokenizer : PromptTokenizer
{
    private const char Space = '\u2581'; // ▁, how a piece writes the blank before it

    private static readonly Lazy<T5Tokenizer> OfficialTokenizer = new(() => TokenizerFiles.Official("t5").Build(Read));

    private readonly CharsMap charsMap;
    private readonly Unigram unigram;

    private T5Tokenizer(AddedTokens added, int padId, int endId, CharsMap charsMap, Unigram unigram)
        : base(added, padId, endId) => (this.charsMap, this.unigram) = (charsMap, unigram);

    /// <summary>The tokenizer of the published Anima models, read from the library itself at the first use.</summary>
    public static T5Tokenizer Official => OfficialTokenizer.Value;

    /// <summary>Reads <c>tokenizer.json</c> of a folder and the names of the special tokens from <c>tokenizer_config.json</c> if that is there.</summary>
    /// <exception cref="FileNotFoundException"><c>tokenizer.json</c> is missing.</exception>
    /// <exception cref="InvalidDataException">Its content is no Unigram tokenizer.</exception>
    public static T5Tokenizer Open(string folder) => TokenizerFiles.In(folder).Build(Read);

    private static T5Tokenizer Read(TokenizerFiles files)
    {
        using var document = files.Json("tokenizer.json");
        using var config = files.JsonIfPresent("tokenizer_config.json");
        var root = document.RootElement;
        var model = root.GetProperty("model");
        var added = new AddedTokens(root.GetProperty("added_tokens").EnumerateArray()
            .Select(token => (token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString()!)));

        var charsMap = root.GetProperty("normalizer").GetProperty("normalizers").EnumerateArray()
            .Single(step => step.GetProperty("type").GetString() == "Precompiled").GetProperty("precompiled_charsmap").GetBytesFromBase64();
        var vocabulary = model.GetProperty("vocab").EnumerateArray().Select(entry => (entry[0].GetString()!, entry[1].GetDouble())).ToArray();
        return new T5Tokenizer(added, Special("pad_token", "<pad>"), Special("eos_token", "</s>"),
            new CharsMap(charsMap), new Unigram(vocabulary, model.GetProperty("unk_id").GetInt32()));

        int Special(string name, string usual)
        {
            string text = config is not null && config.RootElement.TryGetProperty(name, out var named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : usual;
            return added.Id(text) ?? throw new FormatException($"tokenizer.json has no added token '{text}' for the {name}.");
        }
    }

    private protected override void EncodeSegment(string text, bool first, List<int> ids)
    {
        var normal = Normalize(text, first).AsSpan();
        while (normal.Length > 0)
        {
            int next = normal[1..].IndexOf(Space);
            var word = next < 0 ? normal : normal[..(next + 1)];
            unigram.Encode(word, ids);
            normal = normal[word.Length..];
        }
    }

    /// <summary>The charsmap, no white space at the end, runs of blanks as one ▁, and a ▁ in front where the prompt begins.</summary>
    private string Normalize(string text, bool first)
    {
        string mapped = charsMap.Apply(text).TrimEnd();
        var output = new StringBuilder(mapped.Length + 1);
        for (int at = 0; at < mapped.Length; at++)
        {
            if (mapped[at] != ' ') output.Append(mapped[at]);
            else if (at == 0 || mapped[at - 1] != ' ') output.Append(Space);
        }
        if (first && output.Length > 0 && output[0] != Space) output.Insert(0, Space);
        return output.ToString();
    }

    private protected override string OrdinaryPiece(int id) => unigram.Piece(id).Replace(Space, ' ');
}
