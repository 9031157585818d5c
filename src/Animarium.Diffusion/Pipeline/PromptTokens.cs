using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Tokenizers;

namespace Animarium.Diffusion.Pipeline;

/// <summary>What the adapter reads where a prompt gives the text encoder no token (docs/decisions/0002).</summary>
public enum EmptyPrompt
{
    /// <summary>Nothing: zeros, as in training, in diffusers and in kohya's sampler.</summary>
    Masked,

    /// <summary>The state of one <c>&lt;|endoftext|&gt;</c>, as ComfyUI and Forge do.</summary>
    ComfyUi,
}

/// <summary>A prompt as the two tokenizers see it, with the emphasis of each T5 token.</summary>
/// <param name="Qwen">Ids of the text encoder; it sees no emphasis.</param>
/// <param name="T5">Ids of the adapter, ending in <c>&lt;/s&gt;</c>.</param>
/// <param name="Weights">One for each of <paramref name="T5"/>; <c>&lt;/s&gt;</c> has 1.</param>
public sealed record PromptTokens(IReadOnlyList<int> Qwen, IReadOnlyList<int> T5, IReadOnlyList<double> Weights)
{
    /// <summary>Tokenizes a prompt. Each weighted piece is tokenized by itself, as ComfyUI does, in both tokenizers.</summary>
    /// <param name="prompt">One prompt, after its schedule and <c>AND</c> were resolved.</param>
    /// <param name="dialect">Whose brackets.</param>
    /// <param name="tokenizers">Those of the model.</param>
    /// <param name="empty">What stands for a prompt without tokens.</param>
    /// <returns>One entry for each part between <c>BREAK</c>s, usually one; their context rows follow each other.</returns>
    public static IReadOnlyList<PromptTokens> Of(string prompt, EmphasisDialect dialect, PromptTokenizers tokenizers, EmptyPrompt empty = EmptyPrompt.Masked)
    {
        var parts = new List<List<PromptSegment>> { new() };
        foreach (var segment in Emphasis.Parse(prompt, dialect))
        {
            if (segment.IsBreak) parts.Add([]);
            else if (dialect == EmphasisDialect.Comfy) parts[^1].AddRange(WithoutEmbeddings(segment));
            else parts[^1].Add(segment);
        }
        return [.. parts.Where((part, n) => part.Count > 0 || n == 0).Select(part => Of(part, tokenizers, empty))];
    }

    // ComfyUI cuts a piece before each textual inversion, and the blank is lost; Anima has none, so the name stays as text.
    static IEnumerable<PromptSegment> WithoutEmbeddings(PromptSegment segment)
    {
        const string mark = "embedding:";
        var pieces = segment.Text.Split([" " + mark, "\n" + mark], StringSplitOptions.None);
        return pieces.Select((piece, n) => segment with { Text = n == 0 ? piece : mark + piece }).Where(piece => piece.Text.Length > 0);
    }

    static PromptTokens Of(List<PromptSegment> segments, PromptTokenizers tokenizers, EmptyPrompt empty)
    {
        List<int> qwen = [], t5 = [];
        List<double> weights = [];
        foreach (var (text, weight, _) in segments)
        {
            qwen.AddRange(tokenizers.Qwen.Encode(text));
            // Without the </s> that ends the piece: the prompt has one, at its end.
            t5.AddRange(tokenizers.T5.Encode(text).SkipLast(1));
            while (weights.Count < t5.Count) weights.Add(weight);
        }
        if (qwen.Count == 0 && empty == EmptyPrompt.ComfyUi) qwen.Add(tokenizers.Qwen.PadId);
        t5.Add(tokenizers.T5.Encode("")[^1]);
        weights.Add(1);
        return new(qwen, t5, weights);
    }
}
