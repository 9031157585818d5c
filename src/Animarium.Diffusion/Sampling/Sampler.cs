using Animarium.Diffusion.Tensors;
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
        new("euler_ancestral", Samplers.EulerAncestral)
            { Label = "Euler a", Aliases = ["k_euler_a", "k_euler_ancestral", "Euler Ancestral"], IsStochastic = true },
        new("heun", Samplers.Heun) { Label = "Heun", Aliases = ["k_heun"], CallsPerStep = 2 },
        new("heunpp2", Samplers.HeunPlusPlus) { Label = "HeunPP2", CallsPerStep = 3 },
        new("dpm_2", Samplers.Dpm2)
            { Label = "DPM2", Aliases = ["k_dpm_2"], CallsPerStep = 2, DropsPenultimate = true, DropsPenultimateInA1111 = true, DefaultSchedule = "karras" },
        new("dpm_2_ancestral", Samplers.Dpm2Ancestral)
        {
            Label = "DPM2 a", Aliases = ["k_dpm_2_a"], CallsPerStep = 2,
            IsStochastic = true, DropsPenultimate = true, DropsPenultimateInA1111 = true, DefaultSchedule = "karras",
        },
        new("lms", Samplers.Lms) { Label = "LMS", Aliases = ["k_lms"] },
        new("dpm_fast", Samplers.DpmFast) { Label = "DPM fast", Aliases = ["k_dpm_fast"] },
        new("dpm_adaptive", Samplers.DpmAdaptive) { Label = "DPM adaptive", Aliases = ["k_dpm_ad"], CallsPerStep = null },
        new("dpmpp_2s_ancestral", Samplers.Dpmpp2sAncestral)
        {
            Label = "DPM++ 2S a", Aliases = ["k_dpmpp_2s_a", "DPM++ 2s a RF", "sample_dpmpp_2s_ancestral_RF", "[Forge] Flux Realistic", "Flux Realistic"],
            CallsPerStep = 2, IsStochastic = true, DefaultSchedule = "karras",
        },
        new("dpmpp_sde", Samplers.DpmppSde)
        {
            Label = "DPM++ SDE", Aliases = ["k_dpmpp_sde", "dpmpp_sde_gpu"], CallsPerStep = 2,
            IsStochastic = true, UsesBrownianNoise = true, DefaultSchedule = "karras",
        },
        new("dpmpp_2m", Samplers.Dpmpp2m) { Label = "DPM++ 2M", Aliases = ["k_dpmpp_2m"], DefaultSchedule = "karras" },
        new("dpmpp_2m_sde", c => Samplers.Dpmpp2mSde(c, heun: false))
        {
            Label = "DPM++ 2M SDE", Aliases = ["k_dpmpp_2m_sde", "dpmpp_2m_sde_gpu"],
            IsStochastic = true, UsesBrownianNoise = true, DefaultSchedule = "exponential",
        },
        new("dpmpp_2m_sde_heun", c => Samplers.Dpmpp2mSde(c, heun: true))
        {
            Label = "DPM++ 2M SDE Heun", Aliases = ["k_dpmpp_2m_sde_heun", "dpmpp_2m_sde_heun_gpu"],
            IsStochastic = true, UsesBrownianNoise = true, DefaultSchedule = "exponential",
        },
        new("dpmpp_3m_sde", Samplers.Dpmpp3mSde)
        {
            Label = "DPM++ 3M SDE", Aliases = ["k_dpmpp_3m_sde", "dpmpp_3m_sde_gpu"],
            IsStochastic = true, UsesBrownianNoise = true, DropsPenultimateInA1111 = true, DefaultSchedule = "exponential",
        },
        new("ddpm", Samplers.Ddpm) { Label = "DDPM", IsStochastic = true },
        new("lcm", Samplers.Lcm) { Label = "LCM", Aliases = ["k_lcm"], IsStochastic = true },
        new("ipndm", Samplers.Ipndm) { Label = "IPNDM" },
        new("ipndm_v", Samplers.IpndmVariable) { Label = "IPNDM_V" },
        new("deis", Samplers.Deis) { Label = "DEIS" },
        new("res_multistep", c => Samplers.ResMultistep(c, eta: 0)) { Label = "Res Multistep" },
        new("res_multistep_ancestral", c => Samplers.ResMultistep(c, c.Options.Eta)) { IsStochastic = true },
        new("gradient_estimation", c => Samplers.GradientEstimation(c)),
        new("er_sde", Samplers.ErSde) { Label = "ER SDE", Aliases = ["er_side"], IsStochastic = true },
        new("seeds_2", Samplers.Seeds2) { CallsPerStep = 2, IsStochastic = true },
        new("seeds_3", Samplers.Seeds3) { CallsPerStep = 3, IsStochastic = true },
        new("sa_solver", c => Samplers.SaSolver(c, evaluateTwice: false)) { IsStochastic = true },
        new("sa_solver_pece", c => Samplers.SaSolver(c, evaluateTwice: true)) { CallsPerStep = 2, IsStochastic = true },
        new("exp_heun_2_x0", c => Samplers.ExponentialHeun(c, eta: 0)) { CallsPerStep = 2 },
        new("exp_heun_2_x0_sde", c => Samplers.ExponentialHeun(c, c.Options.Eta)) { CallsPerStep = 2, IsStochastic = true },
        new("ddim", Samplers.Euler) { Label = "DDIM" },
        new("uni_pc", c => Samplers.UniPc(c, bh2: false)) { Label = "UniPC", DropsPenultimate = true, DropsPenultimateInA1111 = true },
        new("uni_pc_bh2", c => Samplers.UniPc(c, bh2: true)) { DropsPenultimate = true },
        new("euler_cfg_pp", c => Samplers.EulerPlusPlus(c, eta: 0)) { Aliases = ["Euler CFG++"], NeedsUnconditional = true },
        new("euler_ancestral_cfg_pp", c => Samplers.EulerPlusPlus(c, c.Options.Eta))
            { Aliases = ["Euler a CFG++"], IsStochastic = true, NeedsUnconditional = true },
        new("dpmpp_2s_ancestral_cfg_pp", Samplers.Dpmpp2sAncestralPlusPlus)
            { Aliases = ["DPM++ 2S a CFG++"], CallsPerStep = 2, IsStochastic = true, NeedsUnconditional = true },
        new("dpmpp_2m_cfg_pp", Samplers.Dpmpp2mPlusPlus) { Aliases = ["DPM++ 2M CFG++"], NeedsUnconditional = true },
        new("res_multistep_cfg_pp", c => Samplers.ResMultistep(c, eta: 0, plusPlus: true)) { NeedsUnconditional = true },
        new("res_multistep_ancestral_cfg_pp", c => Samplers.ResMultistep(c, c.Options.Eta, plusPlus: true)) { IsStochastic = true, NeedsUnconditional = true },
        new("gradient_estimation_cfg_pp", c => Samplers.GradientEstimation(c, plusPlus: true)) { NeedsUnconditional = true },
    ];

    /// <summary>The sampler with a name of any program, in any case.</summary>
    /// <exception cref="ArgumentException">There is none; the message suggests near names.</exception>
    public static Sampler Find(string name) => Names.Find(All, s => s.AllNames, name)
        ?? throw new ArgumentException(Names.Unknown("sampler", name, All.Select(s => s.Id)), nameof(name));

    /// <summary>ComfyUI's name, which is ours, too.</summary>
    public string Id { get; }

    /// <summary>The name in A1111 and Forge, where they have it.</summary>
    public string? Label { get; private init; }

    /// <summary>Further names in use.</summary>
    public IReadOnlyList<string> Aliases { get; private init; } = [];

    /// <summary>All of its names: the id first, then the label and the others.</summary>
    public IEnumerable<string> AllNames => ((string?[])[Id, Label, .. Aliases]).OfType<string>();

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

    /// <summary>What "Automatic" is with this sampler.</summary>
    public Schedule AutomaticSchedule => Schedule.Find(DefaultSchedule ?? "uniform");

    /// <summary>Samples step by step. Nothing is computed before a step is asked for; ending the loop early frees everything.</summary>
    /// <remarks>The last step's state is divided by <c>1 − σ</c> where the schedule ends above 0.</remarks>
    /// <exception cref="ArgumentException">The σ are not descending numbers in 0…1, or fewer than two.</exception>
    public IEnumerable<SamplerStep> Sample(SamplerContext context)
    {
        // Single precision puts the upper end of some shifts a rounding above 1. A level that repeats (0, 0 at the end of Uniform, more steps
        // than the table has entries) makes a step without length, which multistep samplers would divide by.
        var levels = context.Sigmas.Select(s => s is > 1 and < 1 + 1e-6 ? 1 : s).ToArray();
        var sigmas = levels.Where((s, i) => i == 0 || s != levels[i - 1]).ToArray();
        if (sigmas.Length < 2 || sigmas.Any(s => s is not (>= 0 and <= 1)) || sigmas.Zip(sigmas.Skip(1)).Any(p => p.First < p.Second))
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
            if (step.IsLast && last > 0) step = step with { X = step.X.Over(1 - last) };
            var keep = new HashSet<Tensor>([step.X, step.Denoised, .. step.Carried], ReferenceEqualityComparer.Instance);
            keep.Remove(context.X);
            foreach (var tensor in keep) tensor.DetachFromDisposeScope();
            foreach (var tensor in held) if (!keep.Contains(tensor)) tensor.Dispose();
            held = keep;
            return step;
        }
    }
}
