using System.Security.Cryptography;
using System.Text;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tokenizers;
using Animarium.Diffusion.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Studio.Training.Caches;

/// <summary>
/// The text encoder's states of captions, each computed once. The adapter that reads them is cheap and runs in every step, so that it can be trained and
/// captions can be dropped.
/// </summary>
/// <param name="shards">Where they are kept.</param>
/// <param name="model">Whose encoder computes.</param>
/// <param name="tokenizers">Those of the model.</param>
/// <param name="encoderHash">Hash of the encoder's weights.</param>
/// <param name="options">Where and how it computes.</param>
public sealed class TextCache(TensorShards shards, AnimaModel model, PromptTokenizers tokenizers, string encoderHash, EngineOptions options)
{
    private readonly Dictionary<string, (string Key, IReadOnlyList<int> Qwen, IReadOnlyList<int> T5)> captions = new(StringComparer.Ordinal);

    /// <summary>Whether a caption need not be computed. The empty one never need be.</summary>
    public bool Has(string caption) => Of(caption) is var (key, qwen, _) && (qwen.Count == 0 || shards.Has(key));

    /// <summary>Computes a caption's states and keeps them.</summary>
    /// <exception cref="NotFiniteException">The encoder is damaged.</exception>
    public void Add(string caption)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var (key, qwen, _) = Of(caption);
        shards.Add(key, Computed(qwen));
    }

    /// <summary>A batch of captions for the adapter, padded on the right; those that are not there are computed and not kept. The caller disposes it.</summary>
    /// <param name="batch">At least one; "" is the empty prompt.</param>
    /// <param name="withIds">Whether the text encoder is trained: its ids instead of its states.</param>
    public TextInputs Inputs(IReadOnlyList<string> batch, bool withIds = false)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var all = batch.Select(Of).ToList();
        var inputs = TextInputs.OfIds([.. all.Select(c => (c.Qwen, c.T5))], tokenizers.Qwen.PadId);
        if (withIds) return inputs;
        long length = inputs.StatesMask.shape[1];
        var states = stack([.. all.Select(c => Padded(StatesOf(c.Key, c.Qwen), length))]);
        inputs.States.Dispose();
        inputs.QwenIds!.Dispose();
        return inputs with { States = states.DetachFromDisposeScope(), QwenIds = null };
    }

    private Tensor StatesOf(string key, IReadOnlyList<int> qwen)
    {
        if (qwen.Count == 0) return zeros([0, model.Adapter.Shape.SourceWidth], options.Type);
        return shards.Has(key) ? shards.Read(key) : Computed(qwen).cpu();
    }

    /// <summary>[n, width]</summary>
    private Tensor Computed(IReadOnlyList<int> qwen) =>
        model.TextEncoder.Forward(tensor(qwen.Select(id => (long)id).ToArray(), device: options.Device).unsqueeze(0), null, options.Type).squeeze(0);

    private static Tensor Padded(Tensor states, long length) => nn.functional.pad(states, [0, 0, 0, length - states.shape[0]]);

    private (string Key, IReadOnlyList<int> Qwen, IReadOnlyList<int> T5) Of(string caption)
    {
        if (captions.TryGetValue(caption, out var known)) return known;
        IReadOnlyList<int> qwen = tokenizers.Qwen.Encode(caption), t5 = tokenizers.T5.Encode(caption);
        string everything = $"text 1|{encoderHash}|{options.Type}|{string.Join(',', qwen)}";
        return captions[caption] = (Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(everything)))[..40], qwen, t5);
    }
}
