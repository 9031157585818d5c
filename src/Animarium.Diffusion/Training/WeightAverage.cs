using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training;

/// <summary>Settings of <see cref="WeightAverage"/>, by diffusers' names.</summary>
public sealed record WeightAverageOptions
{
    /// <summary>What the average keeps in a step once it is settled, 0 to 1.</summary>
    public double Decay { get; init; } = 0.9999;

    /// <summary>The least it keeps, 0 to <see cref="Decay"/>; not before <see cref="UpdateAfterStep"/>.</summary>
    public double MinDecay { get; init; }

    /// <summary>Steps during which it merely follows the weights.</summary>
    public int UpdateAfterStep { get; init; }

    /// <summary>Whether it rises as 1 − (1 + n/γ)⁻ᵖ in place of (1 + n)/(10 + n).</summary>
    public bool UseWarmup { get; init; }

    /// <summary>γ, above 0.</summary>
    public double InverseGamma { get; init; } = 1;

    /// <summary>p, above 0.</summary>
    public double Power { get; init; } = 2.0 / 3;

    /// <summary>Throws for the first impossible value.</summary>
    /// <exception cref="ArgumentException">The message says which, and what is possible.</exception>
    public void Check()
    {
        if (!(Decay is >= 0 and <= 1)) throw new ArgumentException($"The average's decay {Decay} must lie between 0 and 1.");
        if (!(MinDecay >= 0 && MinDecay <= Decay)) throw new ArgumentException($"The average's smallest decay {MinDecay} must lie between 0 and its decay, {Decay}.");
        if (UpdateAfterStep < 0) throw new ArgumentException($"The average can't begin after step {UpdateAfterStep}: choose 0 or more.");
        if (!(InverseGamma > 0 && Power > 0)) throw new ArgumentException($"The average's inverse gamma {InverseGamma} and power {Power} must be above 0.");
    }

    /// <summary>What the average keeps in a step.</summary>
    /// <param name="step">From 1.</param>
    public double DecayOf(long step)
    {
        double n = step - UpdateAfterStep - 1;
        if (n <= 0) return 0;
        double rising = UseWarmup ? 1 - Math.Pow(1 + n / InverseGamma, -Power) : (1 + n) / (10 + n);
        return Math.Clamp(rising, MinDecay, Decay);
    }
}

/// <summary>A moving average of the trained weights (EMA), smoother than the weights themselves.</summary>
public sealed class WeightAverage : IDisposable
{
    readonly IReadOnlyList<(Parameter Parameter, Tensor Average)> averages;
    readonly WeightAverageOptions options;

    /// <param name="groups">What is trained; the average begins with their values.</param>
    /// <param name="options">How fast it follows.</param>
    /// <exception cref="ArgumentException">The options are impossible.</exception>
    public WeightAverage(IReadOnlyList<ParameterGroup> groups, WeightAverageOptions options)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        this.options = options;
        using var off = no_grad();
        averages = [.. groups.SelectMany(g => g.Parameters).Select(p => (p, p.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>Steps taken in so far.</summary>
    public long Steps { get; private set; }

    /// <summary>What the average kept in the last step.</summary>
    public double Decay { get; private set; }

    /// <summary>The averages by their parameters' names: the tensors themselves, not copies.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => averages.ToDictionary(a => a.Parameter.Name, a => a.Average);

    /// <summary>Takes in the weights after a step.</summary>
    public void Update()
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        Decay = options.DecayOf(++Steps);
        foreach (var (parameter, average) in averages) average.MoveTowards(parameter.Value, 1 - Decay);
    }

    /// <summary>Exchanges weights and averages, to draw or save with the averages; a second call takes it back exactly.</summary>
    public void Exchange()
    {
        using var off = no_grad();
        foreach (var (parameter, average) in averages)
        {
            using var scope = NewDisposeScope();
            var weights = parameter.Value.detach().clone();
            parameter.Value.copy_(average);
            average.copy_(weights);
        }
    }

    /// <summary>Goes on from saved averages.</summary>
    /// <param name="saved">What <see cref="Tensors"/> was; copied.</param>
    /// <param name="steps">What <see cref="Steps"/> was.</param>
    /// <exception cref="ArgumentException">An average is missing or has another shape; nothing was changed.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> saved, long steps)
    {
        ArgumentNullException.ThrowIfNull(saved);
        if (averages.FirstOrDefault(a => !saved.TryGetValue(a.Parameter.Name, out var tensor) || !tensor.shape.AsSpan().SequenceEqual(a.Average.shape)).Parameter is { } other)
            throw new ArgumentException($"The saved averages don't fit: {other.Name} is missing or has another shape.", nameof(saved));
        using var off = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (parameter, average) in averages) average.copy_(saved[parameter.Name]);
        Steps = steps;
    }

    /// <summary>Frees the averages.</summary>
    public void Dispose()
    {
        foreach (var (_, average) in averages) average.Dispose();
    }
}
