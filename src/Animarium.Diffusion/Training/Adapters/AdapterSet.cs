using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>
/// Trainable adapters on the linear layers of a model, until it is disposed. The model's own weights get no gradient and are not touched; between
/// steps the model draws with the adapters as they are.
/// </summary>
public sealed class AdapterSet : IDisposable
{
    readonly List<TrainableLayer> layers = [];
    readonly Dictionary<string, Tensor> tensors = [];
    readonly AdapterOptions options;
    AdapterStep? step;

    /// <summary>Adapters on the networks that were built from these checkpoints.</summary>
    /// <param name="diffusion">What transformer and text adapter took their weights from.</param>
    /// <param name="textEncoder">What the text encoder took its weights from; needed only to train it.</param>
    /// <param name="options">What is trained, and how.</param>
    /// <param name="seed">Determines the fresh factors.</param>
    /// <param name="start">A file of the same kind of adapter to continue with: its ranks and alphas count, and layers it lacks start afresh; null: all do.
    /// It may be closed afterwards.</param>
    /// <param name="device">Where the model computes; null: the CPU.</param>
    /// <exception cref="ArgumentException">The options contradict themselves or fit nothing in the model; the message says what to change.</exception>
    /// <exception cref="LoraException">The file to continue with is damaged or belongs to another model.</exception>
    public AdapterSet(WeightScope diffusion, WeightScope? textEncoder, AdapterOptions options, ulong seed, LoraFile? start = null, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(diffusion);
        ArgumentNullException.ThrowIfNull(options);
        AdapterOptionsCheck.Throw(options);
        this.options = options;
        var targets = AdapterTargets.Choose(options, diffusion, textEncoder);
        if (targets.FirstOrDefault(t => t.Linear.Adapter is not null) is { } taken)
            throw new InvalidOperationException($"{taken.Linear.Name} has an adapter already: take LoRAs off the model before training.");
        var starts = AdapterStart.Of(start, options, diffusion, textEncoder);
        if (starts.Keys.Except(targets.Select(t => t.Linear.Weight)).ToList() is [var lost, ..] all)
            throw new ArgumentException($"{start!.Path} holds {all.Count} layers that are not to be trained, and would be lost (first: {lost.Name}). Train them too, or choose another file.");

        var random = new TorchGenerator(seed);
        foreach (var target in targets)
        {
            int number = layers.Count;
            layers.Add(TrainableLayers.Make(new(target, options, random, starts.GetValueOrDefault(target.Linear.Weight), device ?? CPU, () => step is null ? null : new(options, target.Network == LoraNetwork.Transformer ? step.Sigma : null, step.Draws(number)))));
        }
        Groups = [.. Grouped()];
        foreach (var parameter in Groups.SelectMany(g => g.Parameters)) tensors[parameter.Name] = parameter.Value;
        foreach (var layer in layers) tensors[$"{layer.Target.KohyaName}.{layer.Constant.Role}"] = tensor((float)layer.Constant.Value).DetachFromDisposeScope();
        foreach (var layer in layers) layer.Target.Linear.Adapter = layer;
    }

    /// <inheritdoc cref="AdapterSet(WeightScope, WeightScope?, AdapterOptions, ulong, LoraFile?, Device?)"/>
    /// <param name="model">The model.</param>
    /// <param name="options"></param><param name="seed"></param><param name="start"></param><param name="device"></param>
    public AdapterSet(AnimaModel model, AdapterOptions options, ulong seed, LoraFile? start = null, Device? device = null)
        : this(model.DiffusionWeights, model.TextEncoderWeights, options, seed, start, device)
    {
    }

    /// <summary>How many layers are trained.</summary>
    public int Layers => layers.Count;

    /// <summary>The factors by learning rate: each network and each pattern is a group, with LoRA+ two.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>What a LoRA file of this training holds, by kohya's names: the factors themselves (fp32, not copies), and every layer's <c>alpha</c>
    /// (or <c>on_input</c>).</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => tensors;

    /// <summary>Begins a training step, which lasts until the result is disposed (after the backward pass): dropouts and T-LoRA act in it.</summary>
    /// <param name="sigma">(b), of the items of the batch</param>
    /// <param name="seed">Determines what is dropped; another one for each step.</param>
    public IDisposable Step(Tensor sigma, ulong seed) =>
        Step(new AdapterStep(sigma, layer => new TorchGenerator(SeedSequence.FirstWord(seed, [(ulong)layer], poolSize: 4))));

    internal IDisposable Step(AdapterStep next)
    {
        step = next;
        return new Ending(this);
    }

    /// <summary>The max-norm step (<c>scale_weight_norms</c>): layers whose ‖Δ‖ exceeds the limit are scaled back to it.</summary>
    /// <param name="limit">Largest ‖Δ‖, above 0, alpha included.</param>
    /// <returns>How many layers were scaled, and the mean and the largest norm afterwards.</returns>
    public (int Scaled, double Mean, double Largest) LimitNorms(double limit)
    {
        if (!(limit > 0 && double.IsFinite(limit))) throw new ArgumentOutOfRangeException(nameof(limit), $"The largest norm {limit} must be a finite number above 0.");
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var limited = layers.Where(l => l.Degree > 0).Select(l => MaxNorm.Limit(l, limit)).ToList();
        if (limited.Count == 0) throw new InvalidOperationException($"{options.Kind} has no norm to limit: switch the max-norm step off.");
        return (limited.Count(l => l.Scaled), limited.Average(l => l.Norm), limited.Max(l => l.Norm));
    }

    /// <summary>Takes the adapters off the model.</summary>
    public void Dispose()
    {
        foreach (var layer in layers)
        {
            if (ReferenceEquals(layer.Target.Linear.Adapter, layer)) layer.Target.Linear.Adapter = null;
            layer.Dispose();
        }
        foreach (var tensor in tensors.Values) tensor.Dispose();
    }

    IEnumerable<ParameterGroup> Grouped() => layers
        .SelectMany(l => l.Factors.Select(f => (Layer: l, IsUp: f.Role == "lora_up" && options.LoraPlusRatio != 1, Parameter: new Parameter(NameOf(l, f.Role), f.Value))))
        .GroupBy(f => (f.Layer.Target.Network, f.Layer.Target.RatePattern, f.IsUp, f.Layer.Target.LearningRate))
        .Select(g => new ParameterGroup((g.Key.RatePattern ?? Words(g.Key.Network)) + (g.Key.IsUp ? " up" : ""), [.. g.Select(f => f.Parameter)],
            g.Key.LearningRate * (g.Key.IsUp ? options.LoraPlusRatio : 1)));

    static string NameOf(TrainableLayer layer, string role) => $"{layer.Target.KohyaName}.{role}{(role is "lora_down" or "lora_up" ? ".weight" : "")}";

    static string Words(LoraNetwork network) => network switch
    {
        LoraNetwork.Adapter => "text adapter",
        LoraNetwork.TextEncoder => "text encoder",
        _ => "transformer",
    };

    sealed class Ending(AdapterSet set) : IDisposable
    {
        public void Dispose() => set.step = null;
    }
}
