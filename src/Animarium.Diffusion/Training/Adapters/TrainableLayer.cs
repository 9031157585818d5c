using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>Everything a trainable layer is made from.</summary>
/// <param name="Target">The layer it changes.</param>
/// <param name="Options">How.</param>
/// <param name="Random">Where fresh factors come from.</param>
/// <param name="Start">What to continue with; null: fresh factors.</param>
/// <param name="Device">Where the factors lie.</param>
/// <param name="Dropout">What the layer drops now; null: nothing.</param>
sealed record LayerPlan(AdapterTarget Target, AdapterOptions Options, TorchGenerator Random, AdapterStart? Start, Device Device, Func<LayerDropout?> Dropout);

/// <summary>
/// A change of a linear layer that is trained. Its factors are fp32 masters: updates below the resolution of 16 bits would be lost in anything
/// smaller. The forward pass casts them to the type of the activations, and the gradients come back in fp32.
/// </summary>
abstract class TrainableLayer(LayerPlan plan) : LinearAdapter, IDisposable
{
    readonly List<(string Role, Tensor Value)> factors = [];

    /// <summary>The layer it changes.</summary>
    public AdapterTarget Target => plan.Target;

    /// <summary>The factors by the roles that <see cref="Lora.LoraKeys"/> names.</summary>
    public IReadOnlyList<(string Role, Tensor Value)> Factors => factors;

    /// <summary>Numbers that readers of a file need beside the factors: mostly <c>alpha</c>, since they multiply by alpha / rank.</summary>
    public abstract (string Role, double Value) Constant { get; }

    /// <summary>How the change grows when all factors do: with their product of so many; 0: not at all.</summary>
    public abstract int Degree { get; }

    /// <summary>‖Δ‖, scale included.</summary>
    public abstract Tensor Norm();

    /// <summary>The adapted output.</summary>
    protected abstract Tensor Changed(Tensor x, Linear linear, LayerDropout? dropout);

    /// <inheritdoc/>
    public sealed override Tensor Forward(Tensor x, Linear linear)
    {
        var dropout = plan.Dropout();
        return dropout?.SkipsLayer() == true ? linear.Base(x) : Changed(x, linear, dropout);
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (var (_, value) in factors) value.Dispose();
    }

    protected long Outputs => plan.Target.Linear.Weight.Stored.shape[0];

    protected long Inputs => plan.Target.Linear.Weight.Stored.shape[1];

    protected LayerPlan Plan => plan;

    /// <summary>Whether the values continue a file that has this factor; without a file, what <paramref name="fresh"/> says.</summary>
    protected bool Has(string role, bool fresh) => plan.Start?.Factors.ContainsKey(role) ?? fresh;

    /// <summary>Makes a factor: the one to continue with, or a fresh one.</summary>
    protected Tensor Factor(string role, Func<Tensor> fresh)
    {
        using var scope = NewDisposeScope();
        var value = plan.Start is null ? fresh() : plan.Start.Factors[role];
        value = value.to(float32, plan.Device, copy: true).detach().requires_grad_().DetachFromDisposeScope();
        factors.Add((role, value));
        return value;
    }

    /// <summary>Numbers in ±1/√fan-in: what <c>kaiming_uniform_(a=√5)</c> draws for a linear layer.</summary>
    protected Tensor Kaiming(long rows, long columns)
    {
        double bound = 1 / Math.Sqrt(columns);
        return plan.Random.Uniform(rows, columns).Times(2 * bound).Plus(-bound);
    }

    /// <summary>alpha / rank, or alpha / √rank; an alpha that was saved is divided by the rank always.</summary>
    protected double ScaleOf(long rank) => plan.Start is { } start ? (start.Alpha ?? rank) / rank : (plan.Options.Alpha ?? rank) / (plan.Options.RankStabilized ? Math.Sqrt(rank) : rank);

    /// <summary>A factor in the type of the computation.</summary>
    protected static Tensor As(Tensor factor, Tensor x) => factor.to(x.dtype);
}
