using Animarium.Diffusion.Gradients;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>y = x·Wᵀ + b with the weight as the checkpoint stores it; computes in the type and on the device of x.</summary>
/// <param name="name">The module's name in the checkpoint, e.g. <c>blocks.0.self_attn.q_proj</c>.</param>
/// <param name="weight">(out, in)</param>
/// <param name="bias">(out) or null</param>
public sealed class Linear(string name, Weight weight, Weight? bias)
{
    const long RowsOfAPiece = 256;

    /// <summary>The module's name in the checkpoint.</summary>
    public string Name { get; } = name;

    /// <summary>(out, in)</summary>
    public Weight Weight { get; } = weight;

    /// <summary>(out) or null</summary>
    public Weight? Bias { get; } = bias;

    /// <summary>Changes the layer at run time without touching its weight (LoRA); null: the plain layer.</summary>
    public LinearAdapter? Adapter { get; set; }

    /// <summary>The layer with its adapter.</summary>
    /// <param name="x">(…, in)</param>
    /// <returns>(…, out)</returns>
    public Tensor Forward(Tensor x) => Adapter is null ? Base(x) : Adapter.Forward(x, this);

    /// <summary>The plain layer.</summary>
    public Tensor Base(Tensor x)
    {
        var bias = Bias?.As(x.dtype, x.device);
        return Weight.IsConvertedFor(x) && !OwnGradient.Wanted(bias)
            ? OwnGradient.Of(InPieces(x, bias), [x], [], (dy, _) => [BaseGradient(dy)])
            : nn.functional.linear(x, Weight.As(x.dtype, x.device), bias);
    }

    /// <summary>dy·W, the gradient that goes back through the plain layer.</summary>
    /// <param name="dy">(…, out)</param>
    /// <returns>(…, in)</returns>
    internal Tensor BaseGradient(Tensor dy)
    {
        if (!Weight.IsConvertedFor(dy)) return dy.matmul(Weight.As(dy.dtype, dy.device));
        var rows = dy.reshape(-1, dy.shape[^1]);
        var dx = zeros(rows.shape[0], Weight.Stored.shape[1], dy.dtype);
        foreach (var (from, length) in Pieces())
        {
            using var scope = NewDisposeScope();
            dx.addmm_(rows.narrow(1, from, length), Weight.Stored.narrow(0, from, length).to(dy.dtype));
        }
        return dx.view([.. dy.shape[..^1], dx.shape[1]]);
    }

    // A piece of the weight that was just converted is still in the cache when it is multiplied, so that converting costs next to nothing, and
    // the converted weight never exists as a whole.
    Tensor InPieces(Tensor x, Tensor? bias)
    {
        using var off = no_grad();
        long outputs = Weight.Stored.shape[0];
        var rows = x.reshape(-1, x.shape[^1]);
        var y = empty(rows.shape[0], outputs, x.dtype);
        foreach (var (from, length) in Pieces())
        {
            using var scope = NewDisposeScope();
            y.narrow(1, from, length).addmm_(rows, Weight.Stored.narrow(0, from, length).to(x.dtype).t(), beta: 0);
        }
        return (bias is null ? y : y.Accumulate(bias)).view([.. x.shape[..^1], outputs]);
    }

    IEnumerable<(long From, long Length)> Pieces()
    {
        long outputs = Weight.Stored.shape[0], piece = RowsOfAPiece * get_num_threads();
        for (long from = 0; from < outputs; from += piece) yield return (from, Math.Min(piece, outputs - from));
    }
}

/// <summary>What a LoRA family does to a linear layer at run time.</summary>
public abstract class LinearAdapter
{
    /// <summary>The adapted output.</summary>
    /// <param name="x">(…, in)</param>
    /// <param name="linear">The layer; <see cref="Linear.Base"/> is its plain output.</param>
    public abstract Tensor Forward(Tensor x, Linear linear);
}
