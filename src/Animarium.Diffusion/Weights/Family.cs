using Animarium.Diffusion.Lora;

namespace Animarium.Diffusion.Weights;

/// <summary>What a file of tensors is for.</summary>
public enum FileKind
{
    /// <summary>Nothing this program knows.</summary>
    Unknown,

    /// <summary>A diffusion model, maybe together with its text encoder and VAE.</summary>
    DiffusionModel,

    /// <summary>A text encoder.</summary>
    TextEncoder,

    /// <summary>An autoencoder between pixels and latents.</summary>
    Vae,

    /// <summary>A LoRA or one of its relatives.</summary>
    Lora,

    /// <summary>A control adapter.</summary>
    ControlAdapter,
}

/// <summary>Whether a file can be used here.</summary>
public enum Acceptance
{
    /// <summary>Yes.</summary>
    Accepted,

    /// <summary>Only together with other files, which the description names.</summary>
    InPart,

    /// <summary>No; the description says what it is.</summary>
    Refused,
}

/// <summary>Which family of models a file belongs to, told by the names and shapes of its tensors, never by its own name.</summary>
/// <param name="Name">A short name for programs: <c>anima</c>, <c>qwen3-0.6b</c>, <c>anima-lora-kohya</c>, <c>sdxl</c>, … or <c>unknown</c>.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Acceptance">Whether it can be used.</param>
/// <param name="Description">What it is, and what to do if it can't be used.</param>
public sealed record Family(string Name, FileKind Kind, Acceptance Acceptance, Sentence Description)
{
    /// <summary>
    /// Sizes by name, read from the tensors. Anima: <c>blocks, width, heads, head_dim, adaln_rank, context_dim, adapter_layers</c>, what it needs of the
    /// text encoder, <c>text_width</c>, of T5's tokenizer, <c>text_vocabulary</c>, and of the VAE, <c>latent_channels</c>; text encoder:
    /// <c>layers, width, vocabulary</c>; VAE: <c>latent_channels, base_width</c>; LoRA: <c>modules</c> (adapted layers).
    /// </summary>
    public IReadOnlyDictionary<string, long> Sizes { get; init; } = new Dictionary<string, long>();

    /// <summary>The different ranks of a LoRA's layers, ascending.</summary>
    public IReadOnlyList<long> Ranks { get; init; } = [];

    /// <summary>The families of further parts in the same file: a checkpoint may bring its text encoder and VAE.</summary>
    public IReadOnlyList<Family> Contains { get; init; } = [];

    /// <summary>Tells the family of a file.</summary>
    /// <param name="entries">Its tensors by name.</param>
    /// <param name="metadata">Its metadata; asked only where the tensors don't say enough.</param>
    public static Family Detect(IReadOnlyDictionary<string, TensorEntry> entries, IReadOnlyDictionary<string, string> metadata) =>
        LoraFamily.Detect(entries, metadata) ?? Of(PartOfModel.Find(entries)) ?? Signature.Refusal(entries) ?? (entries.Count == 0
            ? new("unknown", FileKind.Unknown, Acceptance.Refused, new("The file contains no tensors.", "ファイルにテンソルがありません。"))
            : new("unknown", FileKind.Unknown, Acceptance.Refused, new("These tensors belong to no family that Animarium knows.", "Animarium の知らない種類のファイルです。")));

    /// <summary>The first part's family, with the others in it.</summary>
    internal static Family? Of(IReadOnlyList<PartOfModel> parts) =>
        parts.Count == 0 ? null : parts[0].Family with { Contains = [.. parts.Skip(1).Select(part => part.Family)] };
}
