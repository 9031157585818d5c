using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Noise;

/// <summary>All noise of a batch. Every picture has its own generators, so that it can be drawn again alone from its seed.</summary>
/// <param name="seeds">The seed of each picture.</param>
/// <param name="shape">(c, h, w): one picture's latents.</param>
/// <param name="source">Which program's random numbers.</param>
public sealed class BatchNoise(IReadOnlyList<ulong> seeds, long[] shape, NoiseSource source)
{
    readonly INormalSource[] generators = [.. seeds.Select(seed => source.Generator(seed))];

    /// <summary>
    /// Noise of steps comes from new generators seeded with the picture's seed and this: 1 in ComfyUI, the "ENSD" of A1111. Null: it goes on where the
    /// initial noise ended, as in A1111 and Forge. By default each source as its program does.
    /// </summary>
    public ulong? StepSeedOffset { get; init; } = source == NoiseSource.Cpu ? 1 : null;

    /// <summary>Where the samplers' tensors are; numbers are drawn on the CPU.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The noise that a run starts from, (b, c, h, w) in fp32. Ask once and before <see cref="Steps"/>: streams go on.</summary>
    /// <param name="variation">Moves it towards the noise of other seeds.</param>
    public Tensor Initial(VariationNoise? variation = null)
    {
        if (variation is { Seeds.Count: var count } && count != seeds.Count)
            throw new ArgumentException($"{seeds.Count} pictures need as many variation seeds, not {count}.", nameof(variation));
        return Stacked((generator, i) =>
        {
            var own = generator.Normal(shape);
            return variation is { Strength: not 0 } ? variation.Apply(own, source.Generator(variation.Seeds[i]).Normal(shape)) : own;
        });
    }

    /// <summary>The noise that a sampler injects, (b, c, h, w) in fp32 a step.</summary>
    /// <param name="brownian">Whether as increments of a Brownian motion: <see cref="Sampler.UsesBrownianNoise"/>. Its seed is the picture's.</param>
    /// <param name="sigmas">The noise levels of the run.</param>
    public StepNoise Steps(bool brownian, IReadOnlyList<double> sigmas)
    {
        if (brownian)
        {
            double low = sigmas.Where(s => s > 0).Min(), high = sigmas.Max();
            BrownianTree[] trees = [.. seeds.Select(seed => new BrownianTree(seed, shape, low, high))];
            return (sigma, next) => Stacked((_, i) => trees[i].Increment(sigma, next));
        }
        INormalSource[] streams = StepSeedOffset is { } offset ? [.. seeds.Select(seed => source.Generator(unchecked(seed + offset)))] : generators;
        return (_, _) => Stacked((_, i) => streams[i].Normal(shape));
    }

    Tensor Stacked(Func<INormalSource, int, Tensor> one)
    {
        using var gradients = no_grad();
        return Scopes.Scoped(() => stack(generators.Select(one)).to(Device));
    }
}
