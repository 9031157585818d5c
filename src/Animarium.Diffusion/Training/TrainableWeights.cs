using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training;

/// <summary>What full fine-tuning changes, and at which rates.</summary>
public sealed record WeightOptions
{
    /// <summary>Trains the transformer.</summary>
    public bool TrainTransformer { get; init; } = true;

    /// <summary>Trains the text adapter as well.</summary>
    public bool TrainTextAdapter { get; init; }

    /// <summary>Trains the text encoder as well.</summary>
    public bool TrainTextEncoder { get; init; }

    /// <summary>Regular expressions for the whole dotted name of a weight, e.g. <c>blocks\.0\..*</c>: left as they are.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Learning rate of transformer and text adapter.</summary>
    public double LearningRate { get; init; } = 1e-5;

    /// <summary>Learning rate of the text encoder; null: <see cref="LearningRate"/>.</summary>
    public double? TextEncoderLearningRate { get; init; }

    /// <summary>Learning rates by regular expressions for the whole dotted name; the first that matches counts.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> LearningRateByPattern { get; init; } = [];
}

/// <summary>
/// The model's own weights, trained: fp32 copies stand in for the mapped ones until it is disposed. The checkpoint itself is never written to.
/// </summary>
public sealed class TrainableWeights : IDisposable
{
    readonly List<Weight> patched = [];

    /// <summary>Makes the chosen weights trainable.</summary>
    /// <param name="diffusion">What transformer and text adapter took their weights from.</param>
    /// <param name="textEncoder">What the text encoder took its weights from; needed only to train it.</param>
    /// <param name="options">Which, and at which rates.</param>
    /// <param name="device">Where the model computes; null: the CPU.</param>
    /// <exception cref="ArgumentException">The options fit nothing in the model; the message says what to change.</exception>
    public TrainableWeights(WeightScope diffusion, WeightScope? textEncoder, WeightOptions options, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(diffusion);
        ArgumentNullException.ThrowIfNull(options);
        var chosen = Choose(diffusion, textEncoder, options);
        if (chosen.FirstOrDefault(c => c.Weight.Patch is not null).Weight is { } taken)
            throw new InvalidOperationException($"Something else changes {taken.Name} already: take LoRAs off the model before training.");
        foreach (var (weight, _, _, _) in chosen) Patch(weight, device);
        Groups = [.. chosen.GroupBy(c => (c.Group, c.Rate)).Select(g => new ParameterGroup(g.Key.Group, [.. g.Select(c => new Parameter(c.Name, c.Weight.Patch!))], g.Key.Rate))];
    }

    /// <inheritdoc cref="TrainableWeights(WeightScope, WeightScope?, WeightOptions, Device?)"/>
    /// <param name="model">The model.</param>
    /// <param name="options"></param><param name="device"></param>
    public TrainableWeights(AnimaModel model, WeightOptions options, Device? device = null) : this(model.DiffusionWeights, model.TextEncoderWeights, options, device)
    {
    }

    /// <summary>Makes weights of one part trainable by itself, under its own names.</summary>
    /// <param name="part">What a network took its weights from, e.g. that of a VAE.</param>
    /// <param name="learningRate">Of all of them.</param>
    /// <param name="chosen">Which, by name; at least one.</param>
    /// <param name="device">Where the network computes; null: the CPU.</param>
    public TrainableWeights(WeightScope part, double learningRate, Func<string, bool> chosen, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(part);
        foreach (var weight in part.Taken.Where(weight => chosen(weight.Name))) Patch(weight, device);
        Groups = [new("weights", [.. patched.Select(weight => new Parameter(weight.Name, weight.Patch!))], learningRate)];
    }

    /// <summary>The weights by learning rate, under their names in official files: <c>net.blocks.0.…</c>, and <c>model.layers.0.…</c> of the text encoder.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>Gives the model its own weights back.</summary>
    public void Dispose()
    {
        foreach (var weight in patched)
        {
            weight.Patch?.Dispose();
            weight.Patch = null;
        }
        patched.Clear();
    }

    void Patch(Weight weight, Device? device)
    {
        using var scope = NewDisposeScope();
        weight.Patch = weight.CopyTo(float32, device ?? CPU).detach().requires_grad_().DetachFromDisposeScope();
        patched.Add(weight);
    }

    static List<(Weight Weight, string Name, string Group, double Rate)> Choose(WeightScope diffusion, WeightScope? textEncoder, WeightOptions options)
    {
        if (options.TrainTextEncoder && textEncoder is null) throw new ArgumentException("The text encoder is to be trained, but none is loaded.");
        var candidates = diffusion.Taken
            .Select(w => (Weight: w, Name: "net." + w.Name, Group: w.Name.StartsWith("llm_adapter.", StringComparison.Ordinal) ? "text adapter" : "transformer", Rate: options.LearningRate))
            .Where(c => c.Group == "transformer" ? options.TrainTransformer : options.TrainTextAdapter)
            .Concat(options.TrainTextEncoder ? textEncoder!.Taken.Select(w => (Weight: w, Name: "model." + w.Name, Group: "text encoder", Rate: options.TextEncoderLearningRate ?? options.LearningRate)) : [])
            .ToList();
        string[] names = [.. candidates.Select(c => c.Weight.Name)];
        var exclude = options.Exclude.Select(p => NamePatterns.Matching(p, names)).ToList();
        var rates = options.LearningRateByPattern.Select(r => (Pattern: NamePatterns.Matching(r.Key, names), Text: r.Key, Rate: r.Value)).ToList();

        var chosen = candidates.Where(c => !exclude.Any(p => p.IsMatch(c.Weight.Name)))
            .Select(c => rates.FirstOrDefault(r => r.Pattern.IsMatch(c.Weight.Name)) is { Text: { } text } rate ? c with { Group = text, Rate = rate.Rate } : c)
            .ToList();
        if (chosen.Find(c => !(c.Rate > 0 && double.IsFinite(c.Rate))) is { Weight: not null } wrong)
            throw new ArgumentException($"The learning rate {wrong.Rate} of {wrong.Group} must be a finite number above 0; to leave weights as they are, exclude them.");
        return chosen.Count > 0 ? chosen : throw new ArgumentException("Nothing is trained: choose a part of the model, or exclude less.");
    }
}
