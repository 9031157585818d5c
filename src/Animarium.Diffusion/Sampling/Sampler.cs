using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

/// <summary>A sampler by name, and what a caller must know to use it.</summary>
public sealed record Sampler
{
    Sampler(string id, Func<SamplerContext, IEnumerable<SamplerStep>> steps) => (Id, this.steps) = (id, steps);

    readonly Func<SamplerContext, IEnumerable<SamplerStep>> steps;

    /// <summary>Every sampler.</summary>
    public static IReadOnlyList<Sampler> All { get; } =
    [
        new("euler", Samplers.Euler) { Label = "Euler", Aliases = ["k_euler"] },
        new("euler_ancestral", Samplers.EulerAncestral) { Label = "Euler a", Aliases = ["k_euler_a", "k_euler_ancestral", "Euler Ancestral"], IsStochastic = true },
    ];

    /// <summary>The sampler with a name of any program, in any case.</summary>
    /// <exception cref="ArgumentException">There is none; the message suggests near names.</exception>
    public static Sampler Find(string name) => Names.Find(All, s => [s.Id, s.Label, .. s.Aliases], name)
        ?? throw new ArgumentException(Names.Unknown("sampler", name, All.Select(s => s.Id)), nameof(name));

    /// <summary>ComfyUI's name, which is ours, too.</summary>
    public string Id { get; }

    /// <summary>The name in A1111 and Forge, where they have it.</summary>
    public string? Label { get; private init; }

    /// <summary>Further names in use.</summary>
    public IReadOnlyList<string> Aliases { get; private init; } = [];

    /// <summary>Model calls of a full step; null for dpm_adaptive, which decides itself.</summary>
    public int? CallsPerStep { get; private init; } = 1;

    /// <summary>Whether injected noise changes the picture (ancestral and SDE samplers).</summary>
    public bool IsStochastic { get; private init; }

    /// <summary>Whether the noise is asked for as increments of a Brownian motion.</summary>
    public bool UsesBrownianNoise { get; private init; }

    /// <summary>Whether the schedule is asked for one step more and loses its last but one σ.</summary>
    public bool DropsPenultimate { get; private init; }

    /// <summary>Whether A1111 and Forge drop that σ.</summary>
    public bool DropsPenultimateInA1111 { get; private init; }

    /// <summary>Whether the model must give <see cref="Prediction.Unconditional"/> (CFG++).</summary>
    public bool NeedsUnconditional { get; private init; }

    /// <summary>The schedule that A1111 and Forge take for "Automatic"; null for their Uniform.</summary>
    public string? DefaultSchedule { get; private init; }

    /// <summary>Samples step by step. Nothing is computed before a step is asked for; ending the loop early frees everything.</summary>
    /// <remarks>The last step's state is divided by <c>1 − σ</c> where the schedule ends above 0.</remarks>
    /// <exception cref="ArgumentException">The σ are not descending numbers in 0…1, or fewer than two.</exception>
    public IEnumerable<SamplerStep> Sample(SamplerContext context)
    {
        // Some schedules of others end in 0, 0: a step between them would divide by 0.
        var sigmas = context.Sigmas.Take(context.Sigmas.TakeWhile(s => s != 0).Count() + 1).ToArray();
        if (sigmas.Length < 2 || sigmas.Any(s => s is not (>= 0 and <= 1)) || sigmas.Zip(sigmas.Skip(1)).Any(p => p.First <= p.Second))
            throw new ArgumentException($"A sampler needs at least two descending noise levels between 1 and 0, not [{string.Join(", ", context.Sigmas.Take(8))}…].", nameof(context));
        return Iterate(context with { Sigmas = sigmas });
    }

    /// <summary>Samples to the end and returns the final latents, [B, C, H, W].</summary>
    /// <exception cref="ArgumentException">As <see cref="Sample"/>.</exception>
    public Tensor Run(SamplerContext context) => Sample(context).Last().X;

    IEnumerable<SamplerStep> Iterate(SamplerContext context)
    {
        double last = context.Sigmas[^1];
        using var generator = steps(context).GetEnumerator();
        var held = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        try
        {
            while (Next() is { } step)
            {
                if (step.IsLast) held.Remove(step.X);
                yield return step;
            }
        }
        finally
        {
            foreach (var tensor in held) tensor.Dispose();
        }

        // A dispose scope belongs to a thread and must not stay open while the caller holds a step: it spans one step,
        // and what the step hands out or carries over is taken out of it.
        SamplerStep? Next()
        {
            using var gradients = no_grad();
            using var scope = NewDisposeScope();
            if (!generator.MoveNext()) return null;
            var step = generator.Current;
            if (step.IsLast && last > 0) step = step with { X = step.X / (1 - last) };
            var keep = new HashSet<Tensor>([step.X, step.Denoised, .. step.Carried], ReferenceEqualityComparer.Instance);
            keep.Remove(context.X);
            foreach (var tensor in keep) tensor.DetachFromDisposeScope();
            foreach (var tensor in held) if (!keep.Contains(tensor)) tensor.Dispose();
            held = keep;
            return step;
        }
    }
}
