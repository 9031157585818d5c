using Animarium.Diffusion.Weights;

namespace Animarium.Diffusion.Lora;

/// <summary>A weight that a LoRA can change.</summary>
/// <param name="Weight">The model's weight.</param>
/// <param name="Linear">The layer whose matrix it is; null for norms, biases and embeddings.</param>
/// <param name="IsTextEncoder">Whether it belongs to the text encoder, which has a strength of its own.</param>
internal sealed record LoraTarget(Weight Weight, Linear? Linear, bool IsTextEncoder);

/// <summary>
/// The weights of a model by every name that LoRA files use. Names with <c>_</c> between their parts can't be taken apart (<c>q_proj</c> has one
/// itself), so the model's own names are turned into them.
/// </summary>
internal sealed class LoraTargets
{
    readonly Dictionary<(bool TextEncoder, string Name), LoraTarget> weights = [];
    readonly Dictionary<(bool TextEncoder, string Path), string> modules = [];

    /// <summary>Takes the names of everything that the networks took from these checkpoints.</summary>
    public LoraTargets(WeightScope diffusion, WeightScope textEncoder)
    {
        Collect(diffusion, isTextEncoder: false);
        Collect(textEncoder, isTextEncoder: true);
        Blocks = diffusion["blocks"].Count();
    }

    /// <summary>Blocks of the transformer.</summary>
    public int Blocks { get; }

    /// <summary>The model's name of the module that a layer changes, or null if the model has none of that name.</summary>
    /// <param name="network">The layer's network.</param>
    /// <param name="path">The layer's path, moved to this model's block if it has another place here.</param>
    public string? Module(LoraNetwork network, string path) => modules.GetValueOrDefault((network == LoraNetwork.TextEncoder, path));

    /// <summary>A tensor of a module, or null if the module has none of that name.</summary>
    public LoraTarget? Find(LoraNetwork network, string module, string tensor) => weights.GetValueOrDefault((network == LoraNetwork.TextEncoder, $"{module}.{tensor}"));

    void Collect(WeightScope scope, bool isTextEncoder)
    {
        var matrices = scope.Linears.Values.ToDictionary(linear => linear.Weight);
        foreach (var weight in scope.Taken.Where(w => w.Name.Contains('.', StringComparison.Ordinal)))
        {
            weights[(isTextEncoder, weight.Name)] = new(weight, matrices.GetValueOrDefault(weight), isTextEncoder);
            string module = weight.Name[..weight.Name.LastIndexOf('.')];
            modules[(isTextEncoder, module.Replace('.', '_'))] = module;
            if (!isTextEncoder) modules[(false, DiffusersNames.FromOfficial(module).Replace('.', '_'))] = module;
        }
    }
}
