using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>Rotations R = (I + Q)(I − Q)⁻¹ of blocks of rows, Q = B − Bᵀ (Cayley transform).</summary>
/// <param name="blocks">B: (…, b, b)</param>
/// <param name="rescale">(out, 1): a factor for each row afterwards, at every strength; null: none</param>
/// <param name="constraint">Largest ‖Q‖ for each output row, which LyCORIS keeps as alpha; 0: none</param>
internal abstract class RotationChange(Tensor blocks, Tensor? rescale, double constraint) : WeightChange
{
    protected long Side => blocks.shape[^1];

    /// <summary>Rows of the weight.</summary>
    protected long Rows => blocks.shape[^3] * Side;

    public override long[] Shape => rescale is null || rescale.numel() == Rows ? [Rows, -1] : [Rows, -1, rescale.numel()];

    public sealed override Tensor Apply(Tensor w, double strength)
    {
        var rotated = Rotate(w, Rotations(Wide(blocks), constraint * Rows), strength);
        return rescale is null ? rotated : rotated * Wide(rescale).reshape(-1, 1);
    }

    /// <param name="w">(out, in)</param>
    /// <param name="rotations">as the blocks</param>
    /// <param name="strength">0: no rotation</param>
    protected abstract Tensor Rotate(Tensor w, Tensor rotations, double strength);

    protected Tensor Identity => eye(Side, device: blocks.device);

    /// <summary>The rotations of blocks B, as tensors that gradients flow through.</summary>
    /// <param name="blocks">(…, b, b), fp32</param>
    /// <param name="largest">Largest ‖Q‖ over all blocks; 0: any</param>
    public static Tensor Rotations(Tensor blocks, double largest)
    {
        var q = blocks - blocks.transpose(-1, -2);
        if (largest > 0)
        {
            // The addend keeps gradients finite where training begins: at Q = 0.
            var length = q.norm();
            q = q * (length.AtMost(largest).Plus(1e-8) / length.Plus(1e-8));
        }
        var identity = eye(blocks.shape[^1], device: blocks.device);
        return identity.Plus(q).matmul(linalg.inv(identity - q));
    }
}

/// <summary>W' = W + s(RᵀW − W), every block of rows by its own rotation (diag-OFT, Qiu et al. 2023).</summary>
/// <param name="blocks">(n, b, b)</param>
/// <param name="rescale">(out, 1) or null</param>
/// <param name="constraint">0: none</param>
internal sealed class DiagonalRotationChange(Tensor blocks, Tensor? rescale, double constraint) : RotationChange(blocks, rescale, constraint)
{
    protected override Tensor Rotate(Tensor w, Tensor rotations, double strength)
    {
        var rows = w.reshape(-1, Side, w.shape[1]);
        return rows.Plus((rotations.transpose(-1, -2).matmul(rows) - rows).Times(strength)).reshape(w.shape);
    }
}

/// <summary>
/// m butterfly stages; stage i rotates rows that lie 2ⁱ·b/2 apart by sR + (1 − s)I (BOFT, Liu et al. 2024; not transposed, as LyCORIS trains it).
/// </summary>
/// <param name="blocks">(m, n, b, b)</param>
/// <param name="rescale">(out, 1) or null</param>
/// <param name="constraint">0: none</param>
internal sealed class ButterflyChange(Tensor blocks, Tensor? rescale, double constraint) : RotationChange(blocks, rescale, constraint)
{
    readonly long stages = blocks.shape[0];

    // The last stage pairs rows across 2^(m−1)·b: a weight whose rows aren't a multiple of it has another shape than the file was made for.
    public override long[] Shape => stages is > 0 and < 32 && Rows % (Side << (int)(stages - 1)) == 0 ? base.Shape : [stages, .. base.Shape];

    protected override Tensor Rotate(Tensor w, Tensor rotations, double strength)
    {
        for (int i = 0; i < stages; i++)
        {
            long k = (Side / 2) << i, width = w.shape[1];
            var stage = rotations[i].Times(strength).Plus(Identity.Times(1 - strength));
            var regrouped = w.reshape(-1, 2, k, width).transpose(1, 2).reshape(-1, Side, width); // (c 2 k) → (c k 2)
            w = stage.matmul(regrouped).reshape(-1, k, 2, width).transpose(1, 2).reshape(w.shape);
        }
        return w;
    }
}
