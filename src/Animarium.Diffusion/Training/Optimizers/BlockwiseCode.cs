using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>
/// Eight bits for a number of a block of 256, relative to the block's largest (Dettmers et al. 2022): a dynamic data type (Dettmers 2016) whose seven decades
/// have the more values the nearer they are to 1. Roundings are at most 1/18 of a number within the upper four decades of the signed type.
/// </summary>
sealed class BlockwiseCode
{
    /// <summary>Numbers that share a scale.</summary>
    public const int Block = 256;

    const int Decades = 7;

    readonly float[] values, bounds;

    BlockwiseCode(bool signed)
    {
        values = [.. Values(signed).Order()];
        bounds = [.. values.Zip(values.Skip(1), (low, high) => (low + high) / 2)];
    }

    /// <summary>For −1 … 1.</summary>
    public static BlockwiseCode Signed { get; } = new(signed: true);

    /// <summary>For 0 … 1, twice as fine.</summary>
    public static BlockwiseCode Unsigned { get; } = new(signed: false);

    /// <summary>Codes of zeros.</summary>
    /// <param name="like">Whose numbers are to be remembered.</param>
    /// <returns>(blocks, 256), u8</returns>
    public Tensor Zeros(Tensor like) => full([Blocks(like), Block], Array.IndexOf(values, 0f), dtype: uint8, device: like.device);

    /// <summary>Scales of zeros.</summary>
    /// <param name="like">Whose numbers are to be remembered.</param>
    /// <returns>(blocks), fp32</returns>
    public static Tensor ZeroScales(Tensor like) => zeros(Blocks(like), device: like.device);

    /// <summary>The numbers.</summary>
    /// <param name="codes">(blocks, 256), u8</param>
    /// <param name="scales">(blocks), fp32</param>
    /// <param name="like">Of the result's shape.</param>
    public Tensor Decode(Tensor codes, Tensor scales, Tensor like)
    {
        var relative = tensor(values, device: codes.device).index_select(0, codes.flatten().to(int32)).view(codes.shape);
        return relative.mul_(scales.unsqueeze(1)).flatten().narrow(0, 0, like.numel()).view(like.shape);
    }

    /// <summary>Rounds numbers to the nearest values.</summary>
    /// <param name="numbers">Any shape, fp32.</param>
    /// <param name="codes">(blocks, 256), u8; changed</param>
    /// <param name="scales">(blocks), fp32; changed</param>
    public void Encode(Tensor numbers, Tensor codes, Tensor scales)
    {
        var blocks = nn.functional.pad(numbers.flatten(), [0, codes.numel() - numbers.numel()]).view(codes.shape);
        scales.copy_(blocks.abs().amax([1]));
        using Scalar least = float.Epsilon; // a block of zeros
        var relative = blocks / scales.clamp_min(least).unsqueeze(1);
        codes.copy_(bucketize(relative, tensor(bounds, device: codes.device), outInt32: true));
    }

    static long Blocks(Tensor like) => (like.numel() + Block - 1) / Block;

    static IEnumerable<float> Values(bool signed)
    {
        yield return 0;
        yield return 1;
        for (int decade = 0; decade < Decades; decade++)
        {
            int count = 1 << (signed ? decade : decade + 1);
            for (int i = 0; i < count; i++)
            {
                // The middles of equal parts of 0.1 … 1.
                double middle = Math.Pow(10, decade - Decades + 1) * (0.1 + 0.9 * (i + 0.5) / count);
                yield return (float)middle;
                if (signed) yield return (float)-middle;
            }
        }
    }
}
