namespace Animarium.Diffusion.Sampling;

/// <summary>A schedule by name: which noise levels the steps of a run go through.</summary>
public sealed record Schedule
{
    /// <summary>The most steps a schedule is made for.</summary>
    public const int MaxSteps = 10_000;

    readonly Func<Flow, int, IEnumerable<float>> levels;

    Schedule(string id, Func<Flow, int, IEnumerable<float>> levels) => (Id, this.levels) = (id, levels);

    /// <summary>Every schedule.</summary>
    public static IReadOnlyList<Schedule> All { get; } =
    [
        new("simple", Schedules.Simple) { Label = "Simple" },
        new("sgm_uniform", Schedules.SgmUniform) { Label = "SGM Uniform", Aliases = ["SGMUniform"] },
        new("karras", Schedules.Karras) { Label = "Karras" },
        new("exponential", Schedules.Exponential) { Label = "Exponential" },
        new("ddim_uniform", Schedules.DdimUniform) { Label = "DDIM", Aliases = ["ddim"] },
        new("beta", (flow, steps) => Schedules.Beta(flow, steps, 0.6, 0.6)) { Label = "Beta" },
        new("beta57", (flow, steps) => Schedules.Beta(flow, steps, 0.5, 0.7)) { Label = "Beta57 (RES4LYF)", Aliases = ["beta57"] },
        new("normal", Schedules.Normal) { Label = "Normal" },
        new("linear_quadratic", Schedules.LinearQuadratic),
        new("kl_optimal", Schedules.KlOptimal) { Label = "KL Optimal" },
        new("linspace", Schedules.Linspace) { IsInComfyUi = false, Aliases = ["diffusers"] },
        new("uniform", Schedules.Uniform) { IsInComfyUi = false, Label = "Uniform", Aliases = ["uniform"] },
        new("polyexponential", Schedules.Exponential) { IsInComfyUi = false, Label = "Polyexponential", Aliases = ["polyexponential"] },
        new("forge_beta", Schedules.ForgeBeta) { IsInComfyUi = false },
        new("forge_kl_optimal", Schedules.ForgeKlOptimal) { IsInComfyUi = false },
    ];

    /// <summary>Our name; ComfyUI's, where <see cref="IsInComfyUi"/>.</summary>
    public string Id { get; }

    /// <summary>Whether ComfyUI has this schedule (RES4LYF's included).</summary>
    public bool IsInComfyUi { get; private init; } = true;

    /// <summary>The name in A1111 and Forge ("Schedule type"), where they have it.</summary>
    public string? Label { get; private init; }

    /// <summary>Further names in use.</summary>
    public IReadOnlyList<string> Aliases { get; private init; } = [];

    /// <summary>The schedule with a name of any program, in any case.</summary>
    /// <exception cref="ArgumentException">There is none; the message suggests near names.</exception>
    public static Schedule Find(string name) => Names.Find(All, s => s.AllNames, name)
        ?? throw new ArgumentException(Names.Unknown("schedule", name, All.Select(s => s.Id)), nameof(name));

    /// <summary>All of its names: the id first, then the label and the others.</summary>
    public IEnumerable<string> AllNames => ((string?[])[Id, Label, .. Aliases]).OfType<string>();

    /// <summary>The noise levels of a run, descending: usually <paramref name="steps"/> + 1 values from 1 to 0.</summary>
    /// <remarks>Values are exact in single precision. ddim_uniform may give more steps, beta fewer; forge_kl_optimal ends above 0, uniform in two zeros.</remarks>
    /// <param name="flow">The flow with its shift.</param>
    /// <param name="steps">The number of steps, 1 to <see cref="MaxSteps"/>.</param>
    /// <param name="denoise">How much of the way is gone: below 1 only the last <paramref name="steps"/> of <c>steps/denoise</c>; 0 gives an empty list.</param>
    /// <param name="dropPenultimate">For samplers with <see cref="Sampler.DropsPenultimate"/>: one step more is made, and the last σ but one is left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is out of range.</exception>
    public double[] Sigmas(Flow flow, int steps, double denoise = 1, bool dropPenultimate = false)
    {
        if (steps is < 1 or > MaxSteps) throw new ArgumentOutOfRangeException(nameof(steps), steps, $"Give between 1 and {MaxSteps} steps.");
        if (!(denoise > 0)) return [];
        if (denoise > 0.9999) return Whole(flow, steps, dropPenultimate);
        // However small the share, a list ten times as long as allowed holds its end.
        var sigmas = Whole(flow, (int)Math.Min(steps / denoise, 10 * MaxSteps), dropPenultimate);
        if (sigmas is [.., 0, 0]) sigmas = sigmas[..^1]; // of Uniform: the second 0 would take the place of a step
        return sigmas[^Math.Min(steps + 1, sigmas.Length)..];
    }

    double[] Whole(Flow flow, int steps, bool dropPenultimate)
    {
        double[] sigmas = [.. levels(flow, dropPenultimate ? steps + 1 : steps)];
        return dropPenultimate ? [.. sigmas[..^2], sigmas[^1]] : sigmas;
    }
}
