using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Lora;

/// <summary>
/// y = Base(x) + up(down(x)): plain LoRAs beside the layer. Several are one of the sum of their ranks, so a stack costs two products whatever its length.
/// </summary>
internal sealed class LowRankBranch : LinearAdapter, IDisposable
{
    Tensor down, up;

    /// <param name="changes">The LoRAs with their strengths.</param>
    /// <param name="type">Type of the computation.</param>
    public LowRankBranch(IReadOnlyList<(LowRankChange Change, double Strength)> changes, ScalarType type)
    {
        using var scope = NewDisposeScope();
        down = cat([.. changes.Select(c => c.Change.Down)], 0).to(type).DetachFromDisposeScope();
        up = cat([.. changes.Select(c => c.Change.Up(c.Strength))], 1).to(type).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Linear linear)
    {
        Follow(x);
        return linear.Base(x).Accumulate(F.linear(F.linear(x, down), up));
    }

    // The factors stay where the computation is, so that they are converted and moved once.
    void Follow(Tensor x)
    {
        if (down.dtype == x.dtype && down.device.ToString() == x.device.ToString()) return;
        (down, up) = (Moved(down, x), Moved(up, x));
    }

    static Tensor Moved(Tensor factor, Tensor x)
    {
        var moved = factor.to(x.dtype, x.device).DetachFromDisposeScope();
        factor.Dispose();
        return moved;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        down.Dispose();
        up.Dispose();
    }
}
