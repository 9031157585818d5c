using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Tokenizers;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Pipeline;

/// <summary>Texts as the transformer reads them, each encoded once and kept as long as consecutive pictures use it.</summary>
internal sealed class TextConditionings(AnimaModel model, PromptTokenizers tokenizers, Device device, ScalarType type) : IDisposable
{
    readonly record struct Key(string Text, EmphasisDialect Dialect, EmptyPrompt Empty);

    readonly Dictionary<Key, TextConditioning> ready = [];

    /// <summary>The conditioning of a text; stays this object's.</summary>
    public TextConditioning Of(string text, EmphasisDialect dialect, EmptyPrompt empty)
    {
        var key = new Key(text, dialect, empty);
        if (ready.TryGetValue(key, out var conditioning)) return conditioning;
        using var off = no_grad();
        using var scope = NewDisposeScope();
        return ready[key] = model.Transformer.Prepare(Context(text, dialect, empty));
    }

    /// <summary>Forgets all texts but these.</summary>
    public void Keep(IReadOnlySet<string> texts)
    {
        foreach (var key in ready.Keys.Where(key => !texts.Contains(key.Text)).ToArray())
        {
            ready.Remove(key, out var old);
            old!.Dispose();
        }
    }

    /// <summary>Forgets all: the weights changed.</summary>
    public void Clear() => Keep(new HashSet<string>());

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>The rows of a text, (1, n, c), without padding.</summary>
    Tensor Context(string text, EmphasisDialect dialect, EmptyPrompt empty) => Scopes.Scoped(() =>
        cat([.. PromptTokens.Of(text, dialect, tokenizers, empty).Select(part => model.Encode(
            Ids(part.Qwen), Ids(part.T5), tensor(part.Weights.Select(w => (float)w).ToArray(), device: device).unsqueeze(0), type))], 1));

    Tensor Ids(IReadOnlyList<int> ids) => ids.Count == 0 ? empty(1, 0, int64, device) : tensor(ids.Select(id => (long)id).ToArray(), device: device).unsqueeze(0);
}
