using System.Globalization;
using System.Text.Json;
using Animarium.Diffusion.Tokenizers;
using Xunit;

namespace Animarium.Parity.Tokenizers;

/// <summary>Ids equal on every golden line.</summary>
public sealed class TokenizerTests
{
    private static readonly Dictionary<string, string[]> Files = Directory.GetFiles(Reference.At("tokenizers"), "*.jsonl")
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path)!, path => File.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries));

    private static readonly Dictionary<string, PromptTokenizer> Opened = [];

    /// <summary>Every line of every file but the truncated ones.</summary>
    public static TheoryData<string, int> Lines => Rows(file => file != "truncation");

    /// <summary>The lines of truncation.jsonl.</summary>
    public static TheoryData<int> Truncated => [.. Enumerable.Range(0, Files["truncation"].Length)];

    [Theory]
    [MemberData(nameof(Lines), DisableDiscoveryEnumeration = true)]
    public void Ids_are_the_golden_ones(string file, int line)
    {
        using var golden = JsonDocument.Parse(Files[file][line]);
        Assert.Equal(Ids(golden.RootElement, "ids"), For(file).Encode(golden.RootElement.GetProperty("text").GetString()!));
    }

    [Theory]
    [MemberData(nameof(Truncated))]
    public void Cutting_keeps_the_end_token(int line)
    {
        using var golden = JsonDocument.Parse(Files["truncation"][line]);
        string text = golden.RootElement.GetProperty("text").GetString()!;
        foreach (var (name, tokenizer) in new (string, PromptTokenizer)[] { ("qwen_ids_", QwenTokenizer.Official), ("t5_ids_", T5Tokenizer.Official) })
        {
            var ids = golden.RootElement.EnumerateObject().Single(p => p.Name.StartsWith(name, StringComparison.Ordinal));
            Assert.Equal(Ids(golden.RootElement, ids.Name), tokenizer.Encode(text, int.Parse(ids.Name[name.Length..], CultureInfo.InvariantCulture)));
        }
    }

    private static TheoryData<string, int> Rows(Func<string, bool> wanted)
    {
        var rows = new TheoryData<string, int>();
        foreach (var (file, lines) in Files.Where(f => wanted(f.Key)).OrderBy(f => f.Key, StringComparer.Ordinal))
            for (int line = 0; line < lines.Length; line++) rows.Add(file, line);
        return rows;
    }

    /// <summary>The tokenizer a file is about: <c>[model-]qwen…</c> or <c>[model-]t5…</c>; without a model the official one.</summary>
    private static PromptTokenizer For(string file)
    {
        lock (Opened)
        {
            if (Opened.TryGetValue(file, out var known)) return known;
            string? model = Directory.GetDirectories(Reference.At("models")).Select(Path.GetFileName)
                .FirstOrDefault(name => file.StartsWith(name + "-", StringComparison.Ordinal));
            string kind = file[(model is null ? 0 : model.Length + 1)..];
            string Folder(string name) => Reference.At("models", model!, "tokenizers", name);
            return Opened[file] = kind.StartsWith("qwen", StringComparison.Ordinal)
                ? model is null ? QwenTokenizer.Official : QwenTokenizer.Open(Folder("qwen"))
                : model is null ? T5Tokenizer.Official : T5Tokenizer.Open(Folder("t5"));
        }
    }

    private static int[] Ids(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
