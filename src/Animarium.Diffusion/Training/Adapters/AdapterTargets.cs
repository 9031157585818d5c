using System.Text.RegularExpressions;
using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Weights;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>A layer that gets an adapter.</summary>
/// <param name="Linear">The layer.</param>
/// <param name="Network">The network it belongs to.</param>
/// <param name="Rank">Rank of its adapter.</param>
/// <param name="LearningRate">Its base rate.</param>
/// <param name="RatePattern">The pattern that gave the rate; null: none did.</param>
sealed record AdapterTarget(Linear Linear, LoraNetwork Network, int Rank, double LearningRate, string? RatePattern)
{
    /// <summary>The layer as kohya names it: <c>lora_unet_blocks_0_self_attn_q_proj</c>.</summary>
    public string KohyaName => (Network == LoraNetwork.TextEncoder ? "lora_te_" : "lora_unet_") + Linear.Name.Replace('.', '_');
}

/// <summary>Chooses the layers to train as sd-scripts does: patterns match the whole dotted name, and what is included wins over what is excluded.</summary>
static class AdapterTargets
{
    const string TextAdapter = "llm_adapter.";

    /// <summary>The layers in the order of the checkpoint.</summary>
    /// <exception cref="ArgumentException">A pattern is no regular expression or matches nothing, or no layer is left.</exception>
    public static IReadOnlyList<AdapterTarget> Choose(AdapterOptions options, WeightScope diffusion, WeightScope? textEncoder)
    {
        if (options.TrainTextEncoder && textEncoder is null) throw new ArgumentException("The text encoder is to be trained, but none is loaded.");
        var candidates = diffusion.Linears.Values.Where(l => IsTrained(l.Name, options))
            .Select(l => (Linear: l, Network: IsInTextAdapter(l.Name) ? LoraNetwork.Adapter : LoraNetwork.Transformer))
            .Concat(options.TrainTextEncoder ? textEncoder!.Linears.Values.Select(l => (Linear: l, Network: LoraNetwork.TextEncoder)) : [])
            .ToList();
        string[] names = [.. candidates.Select(c => c.Linear.Name)];
        Regex[] exclude = [NamePatterns.Whole(options.TrainModulation ? ".*(_norm|_embedder|final_layer).*" : ".*(_modulation|_norm|_embedder|final_layer).*"), .. options.Exclude.Select(p => NamePatterns.Matching(p, names))];
        Regex[] include = [.. options.Include.Select(p => NamePatterns.Matching(p, names))];
        var ranks = options.RankByPattern.Select(r => (Pattern: NamePatterns.Matching(r.Key, names), r.Value)).ToList();
        var rates = options.LearningRateByPattern.Select(r => (Pattern: NamePatterns.Matching(r.Key, names), r.Key, r.Value)).ToList();

        var targets = new List<AdapterTarget>();
        foreach (var (linear, network) in candidates)
        {
            if (exclude.Any(p => p.IsMatch(linear.Name)) && !include.Any(p => p.IsMatch(linear.Name))) continue;
            int rank = ranks.Where(r => r.Pattern.IsMatch(linear.Name)).Select(r => (int?)r.Value).FirstOrDefault() ?? options.Rank;
            if (rank == 0) continue;
            double own = network == LoraNetwork.TextEncoder ? options.TextEncoderLearningRate ?? options.LearningRate : options.LearningRate;
            var (_, pattern, rate) = rates.FirstOrDefault(r => r.Pattern.IsMatch(linear.Name));
            targets.Add(new(linear, network, rank, pattern is null ? own : rate, pattern));
        }
        return targets.Count > 0 ? targets : throw new ArgumentException("The patterns leave no layer to train: exclude less, or include some.");
    }

    static bool IsInTextAdapter(string name) => name.StartsWith(TextAdapter, StringComparison.Ordinal);

    // Of the text adapter sd-scripts trains the blocks only.
    static bool IsTrained(string name, AdapterOptions options) =>
        IsInTextAdapter(name) ? options.TrainTextAdapter && name.StartsWith(TextAdapter + "blocks.", StringComparison.Ordinal) : options.TrainTransformer;
}
