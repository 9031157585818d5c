using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>Adam that remembers its moments in eight bits (Dettmers et al. 2022): a quarter of the memory. Small tensors keep fp32, as in bitsandbytes.</summary>
public sealed class Adam8Bit : Optimizer
{
    /// <summary>Tensors with fewer elements keep fp32 moments.</summary>
    public const int LeastElements = 4096;

    readonly AdamOptions options;

    /// <inheritdoc cref="Optimizer(IReadOnlyList{ParameterGroup})"/>
    /// <param name="groups"></param>
    /// <param name="options">Betas, ε and decay.</param>
    public Adam8Bit(IReadOnlyList<ParameterGroup> groups, AdamOptions options) : base(groups)
    {
        this.options = options;
        Keep("exp_avg", t => IsCoded(t) ? BlockwiseCode.Signed.Zeros(t.Value) : zeros_like(t.Value));
        Keep("exp_avg_sq", t => IsCoded(t) ? BlockwiseCode.Unsigned.Zeros(t.Value) : zeros_like(t.Value));
        Keep("exp_avg_scale", t => IsCoded(t) ? BlockwiseCode.ZeroScales(t.Value) : null);
        Keep("exp_avg_sq_scale", t => IsCoded(t) ? BlockwiseCode.ZeroScales(t.Value) : null);
    }

    private protected override void Update(TensorStep step)
    {
        var state = step.Tensor;
        var pass = options.Pass(step.Rate, state.Steps);
        if (!IsCoded(state))
        {
            pass.Apply(step.Value, step.Gradient, state["exp_avg"], state["exp_avg_sq"]);
            return;
        }
        var mean = BlockwiseCode.Signed.Decode(state["exp_avg"], state["exp_avg_scale"], step.Value);
        var square = BlockwiseCode.Unsigned.Decode(state["exp_avg_sq"], state["exp_avg_sq_scale"], step.Value);
        pass.Apply(step.Value, step.Gradient, mean, square);
        BlockwiseCode.Signed.Encode(mean, state["exp_avg"], state["exp_avg_scale"]);
        BlockwiseCode.Unsigned.Encode(square, state["exp_avg_sq"], state["exp_avg_sq_scale"]);
    }

    static bool IsCoded(OptimizedTensor tensor) => tensor.Value.numel() >= LeastElements;
}
