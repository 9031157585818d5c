using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>The parts of Anima together: text encoder, adapter, transformer and autoencoder.</summary>
public sealed class AnimaModel
{
    /// <summary>Builds the networks on three checkpoints and checks that they belong together. Nothing is copied.</summary>
    /// <param name="diffusion">Transformer and, under <c>llm_adapter</c>, the adapter; names without prefix</param>
    /// <param name="textEncoder">Qwen3; names without prefix</param>
    /// <param name="vae">Qwen-Image VAE in its original names</param>
    /// <exception cref="InvalidDataException">Tensors are missing, or the parts don't fit each other; the message says which and what to do.</exception>
    public AnimaModel(WeightScope diffusion, WeightScope textEncoder, WeightScope vae)
    {
        Transformer = new(diffusion);
        Adapter = new(diffusion["llm_adapter"]);
        TextEncoder = new(textEncoder);
        Vae = new(vae);
        (DiffusionWeights, TextEncoderWeights, VaeWeights) = (diffusion, textEncoder, vae);

        Require(diffusion, "diffusion model");
        Require(textEncoder, "text encoder");
        Require(vae, "VAE");
        Fit(TextEncoder.Shape.Width, Adapter.Shape.SourceWidth, "text encoder's states", "Anima's text adapter", "Choose the Qwen3 text encoder that belongs to this model (0.6B for the official one).");
        Fit(Adapter.Shape.ContextWidth, Transformer.Shape.ContextWidth, "text adapter's rows", "the transformer", "The diffusion model's file is put together from different models: get it again.");
        Fit(Vae.LatentChannels, Transformer.Shape.LatentChannels, "VAE's latents", "the transformer", "Choose the Qwen-Image VAE.");
        Unexpected = [.. diffusion.Unexpected.Concat(textEncoder.Unexpected).Concat(vae.Unexpected).Where(name => !IsLeftover(name)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The diffusion transformer.</summary>
    public AnimaTransformer Transformer { get; }

    /// <summary>The adapter between text encoder and transformer.</summary>
    public TextAdapter Adapter { get; }

    /// <summary>The text encoder.</summary>
    public Qwen3 TextEncoder { get; }

    /// <summary>The autoencoder.</summary>
    public QwenImageVae Vae { get; }

    /// <summary>The layers and weights of transformer and adapter by name: where LoRAs attach.</summary>
    public WeightScope DiffusionWeights { get; }

    /// <summary>The layers and weights of the text encoder by name.</summary>
    public WeightScope TextEncoderWeights { get; }

    /// <summary>The checkpoint of <see cref="Vae"/>.</summary>
    public WeightScope VaeWeights { get; }

    /// <summary>Tensors in the files that no network uses: to be shown to the person, since they may mean that the file is of another kind.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    /// <summary>The context rows of one prompt, to be given to <see cref="AnimaTransformer.Prepare"/>.</summary>
    /// <param name="qwenIds">(1, s), int64; s = 0 (the empty prompt): the adapter reads zeros, as in training. ComfyUI and Forge encode one
    /// <c>&lt;|endoftext|&gt;</c> instead: give that id for their pictures.</param>
    /// <param name="t5Ids">(1, l), int64, ending in <c>&lt;/s&gt;</c></param>
    /// <param name="weights">(1, l): the prompt's emphasis for each T5 id; null: none</param>
    /// <param name="type">Type to compute in.</param>
    /// <returns>(1, l, c)</returns>
    /// <exception cref="InvalidDataException">An id is beyond a vocabulary: the tokenizer belongs to another model.</exception>
    public Tensor Encode(Tensor qwenIds, Tensor t5Ids, Tensor? weights = null, ScalarType type = ScalarType.Float32) => Scopes.Scoped(() =>
    {
        InVocabulary(qwenIds, TextEncoder.Shape.Vocabulary, "Qwen");
        InVocabulary(t5Ids, Adapter.Shape.Vocabulary, "T5");
        var rows = qwenIds.shape[1] > 0
            ? Adapter.Forward(TextEncoder.Forward(qwenIds, null, type), t5Ids)
            : Adapter.Forward(zeros(1, 1, Adapter.Shape.SourceWidth, type, qwenIds.device), t5Ids, sourceMask: zeros(1, 1, device: qwenIds.device));
        return weights is null ? rows : (rows * weights.unsqueeze(-1)).to(type);
    });

    static void Require(WeightScope weights, string part)
    {
        if (weights.Missing is { Count: > 0 } missing)
            throw new InvalidDataException($"The {part} lacks {missing.Count} tensors ({string.Join(", ", missing.Take(5))}{(missing.Count > 5 ? ", …" : "")}): the file is incomplete or of another kind. Download it again or choose another file.");
    }

    static void Fit(long actual, long expected, string what, string reader, string advice)
    {
        if (actual != expected) throw new InvalidDataException($"The {what} have {actual} channels, but {reader} reads {expected}. {advice}");
    }

    static void InVocabulary(Tensor ids, long vocabulary, string tokenizer)
    {
        if (ids.numel() > 0 && ids.max().item<long>() is var id && id >= vocabulary)
            throw new InvalidDataException($"The {tokenizer} tokenizer gives id {id}, but the model knows {vocabulary}: put the model's own tokenizer files beside it.");
    }

    // Trainers save buffers and running sums beside the weights, and text encoders come with the head that predicts words.
    static bool IsLeftover(string name) =>
        name.StartsWith("pos_embedder.", StringComparison.Ordinal) || name.StartsWith("accum_", StringComparison.Ordinal) || name == "lm_head.weight";
}
