using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Weights;

namespace Animarium.Diffusion.Pipeline;

/// <summary>Which weights each stage of a picture computes with: on a card they take turns.</summary>
internal sealed class Stages
{
    public Stages(AnimaModel model)
    {
        var diffusion = model.DiffusionWeights.Taken.ToLookup(StageOf);
        Text = [.. model.TextEncoderWeights.Taken.Where(w => !IsTable(w)), .. diffusion["text"], .. diffusion["read"]];
        Time = [.. diffusion["time"]];
        Step = [.. diffusion["step"]];
        Picture = [.. model.VaeWeights.Taken];
    }

    /// <summary>Prompts to conditionings: encoder, adapter, and the transformer's keys and values.</summary>
    public IReadOnlyList<Weight> Text { get; }

    /// <summary>Noise levels to modulations.</summary>
    public IReadOnlyList<Weight> Time { get; }

    /// <summary>What every step computes with.</summary>
    public IReadOnlyList<Weight> Step { get; }

    /// <summary>The VAE.</summary>
    public IReadOnlyList<Weight> Picture { get; }

    static string StageOf(Weight weight) => weight.Name switch
    {
        _ when IsTable(weight) => "table",
        var name when name.StartsWith("llm_adapter.", StringComparison.Ordinal) => "text",
        var name when name.Contains(".cross_attn.k_", StringComparison.Ordinal) || name.Contains(".cross_attn.v_", StringComparison.Ordinal) => "read",
        var name when name.Contains("adaln_modulation", StringComparison.Ordinal) || name.StartsWith("t_embed", StringComparison.Ordinal) => "time",
        _ => "step",
    };

    // Of an embedding table only the rows of the prompt are ever moved.
    static bool IsTable(Weight weight) => weight.Name is "embed_tokens.weight" or "llm_adapter.embed.weight";
}
