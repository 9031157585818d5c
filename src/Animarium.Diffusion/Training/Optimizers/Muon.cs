using System.Text.RegularExpressions;
using Animarium.Diffusion.Devices;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>Settings of <see cref="Muon"/>.</summary>
public sealed record MuonOptions
{
    /// <summary>What the momentum keeps, at least 0 and below 1.</summary>
    public double Momentum { get; init; } = 0.95;

    /// <summary>Whether the step looks ahead along the momentum.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>Newton-Schulz iterations, at least 1.</summary>
    public int Iterations { get; init; } = 5;

    /// <summary>Decoupled, of the matrices; at least 0.</summary>
    public double WeightDecay { get; init; } = 0.02;

    /// <summary>Matrices whose name this expression finds are left to Adam, as vectors are: embeddings and the last layer.</summary>
    public string AdamFor { get; init; } = @"embed|final_layer\.linear";

    /// <summary>Adam's settings for the rest.</summary>
    public AdamOptions Adam { get; init; } = new() { Betas = (0.9, 0.98), WeightDecay = 0 };

    /// <summary>Type of the iteration; null: bf16 where the device is faster in it.</summary>
    public ScalarType? Type { get; init; }
}

/// <summary>Muon (Jordan 2024): matrices step along their momentum with all its singular values brought near 1; kernels of convolutions are matrices out × rest.</summary>
public sealed class Muon : Optimizer
{
    readonly MuonOptions options;
    readonly Regex adamFor;
    readonly StateNumber bits;

    /// <inheritdoc cref="Optimizer(IReadOnlyList{ParameterGroup})"/>
    /// <param name="groups"></param>
    /// <param name="options">Its settings.</param>
    public Muon(IReadOnlyList<ParameterGroup> groups, MuonOptions options) : base(groups)
    {
        this.options = options;
        adamFor = new(options.AdamFor, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        Keep("momentum_buffer", t => IsMatrix(t) ? zeros_like(t.Value) : null);
        Keep("exp_avg", t => IsMatrix(t) ? null : zeros_like(t.Value));
        Keep("exp_avg_sq", t => IsMatrix(t) ? null : zeros_like(t.Value));
        // Of the state, since a resumed run may find its machine busy and measure the other type to be the faster.
        var type = options.Type ?? ComputeType.Choose(groups[0].Parameters[0].Value.device);
        bits = Keep("newton_schulz_bits", type == ScalarType.BFloat16 ? 16 : 32);
    }

    private protected override void Update(TensorStep step)
    {
        if (!IsMatrix(step.Tensor))
        {
            options.Adam.Pass(step.Rate, step.Tensor.Steps).Apply(step.Value, step.Gradient, step.Tensor["exp_avg"], step.Tensor["exp_avg_sq"]);
            return;
        }
        var buffer = step.Tensor["momentum_buffer"].Scale(options.Momentum).Accumulate(step.Gradient, 1);
        var direction = options.Nesterov ? step.Gradient.Accumulate(buffer, options.Momentum) : buffer;
        var matrix = direction.reshape(direction.shape[0], -1);
        var update = Orthogonalized(matrix, options.Iterations, bits.Value == 16 ? bfloat16 : float32).to(float32).reshape(step.Value.shape);
        if (options.WeightDecay != 0) step.Value.Scale(1 - step.Rate * options.WeightDecay);
        // The root mean square of an update is then that of a step of Adam's (Liu et al. 2025).
        step.Value.Accumulate(update, -step.Rate * 0.2 * Math.Sqrt(Math.Max(matrix.shape[0], matrix.shape[1])));
    }

    /// <summary>U·Vᵀ of x = U·S·Vᵀ, nearly: x ← ax + b(xxᵀ)x + c(xxᵀ)²x brings singular values from 0 … 1 to about 0.7 … 1.2.</summary>
    /// <param name="x">(rows, columns)</param>
    /// <param name="iterations">Newton-Schulz iterations.</param>
    /// <param name="type">Type of the iteration.</param>
    internal static Tensor Orthogonalized(Tensor x, int iterations, ScalarType type)
    {
        bool tall = x.shape[0] > x.shape[1];
        var current = (tall ? x.t() : x) / x.norm().Increase(1e-7);
        current = current.to(type);
        for (int i = 0; i < iterations; i++)
        {
            var square = current.mm(current.t());
            var higher = square.mm(square).Scale(2.0315).Accumulate(square, -4.7750);
            current = higher.mm(current).Accumulate(current, 3.4445);
        }
        return tall ? current.t() : current;
    }

    bool IsMatrix(OptimizedTensor tensor) => tensor.Value.dim() >= 2 && !adamFor.IsMatch(tensor.Name);
}
