using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>
/// The mean of squares of a matrix (the last two dimensions), remembered by the means of its rows and columns (Shazeer and Stern 2018); tensors with
/// fewer dimensions are remembered whole.
/// </summary>
sealed class FactoredSquare
{
    readonly string whole, row, column;

    /// <param name="name">Slots are <c>{name}_row</c> and <c>{name}_col</c>, or <c>{name}</c>.</param>
    /// <param name="keep">Makes the slots.</param>
    public FactoredSquare(string name, Action<string, Func<OptimizedTensor, Tensor?>> keep)
    {
        (whole, row, column) = (name, name + "_row", name + "_col");
        keep(whole, t => Splits(t) ? null : zeros_like(t.Value));
        keep(row, t => Splits(t) ? zeros(t.Value.shape[..^1], device: t.Value.device) : null);
        keep(column, t => Splits(t) ? zeros([.. t.Value.shape[..^2], t.Value.shape[^1]], device: t.Value.device) : null);
    }

    /// <summary>Whether rows and columns are remembered apart.</summary>
    public static bool Splits(OptimizedTensor tensor) => tensor.Value.dim() >= 2;

    /// <summary>Takes in new squares.</summary>
    /// <param name="tensor">Whose state it is.</param>
    /// <param name="squares">Of its shape.</param>
    /// <param name="beta">What the mean keeps.</param>
    /// <returns>1 / √mean, of its shape.</returns>
    public Tensor InverseRoot(OptimizedTensor tensor, Tensor squares, double beta)
    {
        if (!Splits(tensor)) return tensor[whole].Scale(beta).Accumulate(squares, 1 - beta).rsqrt();
        var rows = tensor[row].Scale(beta).Accumulate(squares.mean([-1]), 1 - beta);
        var columns = tensor[column].Scale(beta).Accumulate(squares.mean([-2]), 1 - beta);
        return (rows / rows.mean([-1], keepdim: true)).rsqrt_().unsqueeze(-1) * columns.unsqueeze(-2).rsqrt();
    }

    /// <summary>Scales an update back until its root mean square is at most <paramref name="limit"/>.</summary>
    public static Tensor Limited(Tensor update, double limit) => update.Scale(1 / Math.Max(1, RootMeanSquare(update) / limit));

    /// <summary>√ of the mean of squares.</summary>
    public static double RootMeanSquare(Tensor x) => x.norm().item<float>() / Math.Sqrt(x.numel());
}
