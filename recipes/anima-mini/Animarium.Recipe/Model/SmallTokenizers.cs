using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Diffusion.Tokenizers;

namespace Animarium.Recipe.Model;

/// <summary>
/// The official tokenizers, shortened: the first ids of each as they are, then only what the tags need, renumbered without gaps. Captions of tags have exactly
/// the pieces that the official ones give, with a hundredth of the ids to learn.
/// </summary>
internal static class SmallTokenizers
{
    /// <summary>Ids that stay: bytes, and the pieces that the most common words are made of.</summary>
    const int Kept = 1536;

    const string EndOfText = "<|endoftext|>";

    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes both into the subfolders <c>qwen</c> and <c>t5</c>.</summary>
    /// <param name="folder">Where the model's tokenizers are.</param>
    /// <param name="tags">Every tag that captions hold.</param>
    /// <returns>How many ids the text encoder and the adapter must know.</returns>
    public static (int Qwen, int T5) Write(string folder, IReadOnlyCollection<string> tags)
    {
        // A tag stands first, after a comma, or before one.
        string[] texts = [.. tags.SelectMany(tag => new[] { tag, $"{tag}, {tag}" })];
        return (WriteQwen(Directory.CreateDirectory(Path.Combine(folder, "qwen")).FullName, texts), WriteT5(Directory.CreateDirectory(Path.Combine(folder, "t5")).FullName, texts));
    }

    static int WriteQwen(string folder, string[] texts)
    {
        var files = TokenizerFiles.Official("qwen");
        using var vocabulary = files.Json("vocab.json");
        var ids = vocabulary.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32(), StringComparer.Ordinal);
        var pieces = ids.ToDictionary(entry => entry.Value, entry => entry.Key);
        using var reader = new StreamReader(files.Open("merges.txt"));
        var merges = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("#version", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToList();
        var parts = merges.GroupBy(merge => merge[0] + merge[1]).ToDictionary(group => group.Key, group => group.First());

        // Whatever a piece is merged from must be there too: merges happen in the order of their rank, so that those of other words change nothing.
        var kept = new HashSet<string>(ids.Where(entry => entry.Value < Kept).Select(entry => entry.Key), StringComparer.Ordinal);
        foreach (int id in texts.SelectMany(text => QwenTokenizer.Official.Encode(text))) Keep(pieces[id]);
        string[] ordered = [.. kept.OrderBy(piece => ids[piece])];

        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(ordered.Index().ToDictionary(piece => piece.Item, piece => piece.Index), Plain));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), ["#version: 0.2", .. merges.Where(merge => kept.Contains(merge[0] + merge[1])).Select(merge => $"{merge[0]} {merge[1]}")], new UTF8Encoding(false));
        var special = new JsonObject { ["content"] = EndOfText, ["special"] = true };
        var config = new JsonObject
        {
            ["pad_token"] = EndOfText, ["added_tokens_decoder"] = new JsonObject { [ordered.Length.ToString(CultureInfo.InvariantCulture)] = special }, ["model_max_length"] = 512,
        };
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), config.ToJsonString(Plain));
        return ordered.Length + 1;

        void Keep(string piece)
        {
            if (kept.Add(piece)) Array.ForEach(parts[piece], Keep);
        }
    }

    static int WriteT5(string folder, string[] texts)
    {
        using var stream = TokenizerFiles.Official("t5").Open("tokenizer.json");
        var root = JsonNode.Parse(stream)!;
        var used = texts.SelectMany(text => T5Tokenizer.Official.Encode(text)).ToHashSet();
        bool IsKept(int id) => id < Kept || used.Contains(id);

        // Scores stay, so that the best pieces of a word stay the best.
        var vocabulary = root["model"]!["vocab"]!.AsArray();
        JsonNode[] pieces = [.. vocabulary.Index().Where(piece => IsKept(piece.Index)).Select(piece => piece.Item!.DeepClone())];
        root["model"]!["vocab"] = new JsonArray(pieces);
        root["added_tokens"] = new JsonArray([.. root["added_tokens"]!.AsArray().Where(token => (int)token!["id"]! < Kept).Select(token => token!.DeepClone())]);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), root.ToJsonString(Plain));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}""");
        return pieces.Length;
    }
}
