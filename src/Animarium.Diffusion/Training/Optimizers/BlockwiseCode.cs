using System.Numerics;
using Animarium.Diffusion.Kernels;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>
/// Eight bits for a number of a block of 256, relative to the block's largest (Dettmers et al. 2022), in a dynamic data type (Dettmers 2016): of its seven
/// decades the highest has 64 values (128 without a sign), evenly spaced, each lower one half as many.
/// </summary>
sealed class BlockwiseCode
{
    /// <summary>Numbers that share a scale.</summary>
    public const int Block = 256;

    const int Decades = 7;

    // The upper half of a float picks a cell with one bound at most: near 1, where they lie closest, bounds are 0.007 apart and cells 0.004 wide.
    const int Cells = 1 << 16;

    readonly float[] values, bounds;
    readonly byte[] leastOfCell = new byte[Cells];

    BlockwiseCode(bool signed)
    {
        values = [.. Values(signed).Order()];
        bounds = [.. values.Zip(values.Skip(1), (low, high) => (low + high) / 2)];
        for (int cell = 0; cell < Cells; cell++)
        {
            bool negative = cell >= Cells / 2;
            float low = BitConverter.Int32BitsToSingle(cell << 16 | (negative ? 0xFFFF : 0));
            leastOfCell[cell] = (byte)bounds.Count(bound => bound < low);
        }
    }

    /// <summary>For −1 … 1.</summary>
    public static BlockwiseCode Signed { get; } = new(signed: true);

    /// <summary>For 0 … 1, twice as fine.</summary>
    public static BlockwiseCode Unsigned { get; } = new(signed: false);

    /// <summary>Codes of zeros.</summary>
    /// <param name="like">Whose numbers are to be remembered.</param>
    /// <returns>(blocks, 256), u8</returns>
    public Tensor Zeros(Tensor like) => Scalars.Full([Blocks(like), Block], Array.IndexOf(values, 0f), uint8, like.device);

    /// <summary>Scales of zeros.</summary>
    /// <param name="like">Whose numbers are to be remembered.</param>
    /// <returns>(blocks), fp32</returns>
    public static Tensor ZeroScales(Tensor like) => zeros(Blocks(like), device: like.device);

    /// <summary>The numbers.</summary>
    /// <param name="codes">(blocks, 256), u8</param>
    /// <param name="scales">(blocks), fp32</param>
    /// <param name="like">Of the result's shape.</param>
    public Tensor Decode(Tensor codes, Tensor scales, Tensor like) => like.device_type == DeviceType.CPU ? DecodeHere(codes, scales, like) : DecodePlain(codes, scales, like);

    internal Tensor DecodePlain(Tensor codes, Tensor scales, Tensor like)
    {
        var relative = tensor(values, device: codes.device).index_select(0, codes.flatten().to(int32)).view(codes.shape);
        return relative.mul_(scales.unsqueeze(1)).flatten().narrow(0, 0, like.numel()).view(like.shape);
    }

    /// <summary>Rounds numbers to the nearest values.</summary>
    /// <param name="numbers">Any shape, fp32, contiguous.</param>
    /// <param name="codes">(blocks, 256), u8; changed</param>
    /// <param name="scales">(blocks), fp32; changed</param>
    public void Encode(Tensor numbers, Tensor codes, Tensor scales)
    {
        if (numbers.device_type == DeviceType.CPU) EncodeHere(numbers, codes, scales);
        else EncodePlain(numbers, codes, scales);
    }

    internal void EncodePlain(Tensor numbers, Tensor codes, Tensor scales)
    {
        var blocks = nn.functional.pad(numbers.flatten(), [0, codes.numel() - numbers.numel()]).view(codes.shape);
        scales.copy_(blocks.abs().amax([1]));
        var relative = blocks / scales.AtLeast(float.Epsilon).unsqueeze(1); // the least number: a block of zeros
        codes.copy_(bucketize(relative, tensor(bounds, device: codes.device), outInt32: true));
    }

    // A search through the bounds for each number takes libtorch a hundred times as long on a CPU as the step itself.
    unsafe Tensor DecodeHere(Tensor codes, Tensor scales, Tensor like)
    {
        var result = empty(like.shape);
        nint from = (nint)codes.Address(), factors = (nint)scales.Address(), to = (nint)result.Address();
        long count = like.numel();
        Rows.For(scales.numel(), Block, (first, end) =>
        {
            for (long block = first; block < end; block++)
            {
                float scale = ((float*)factors)[block];
                for (long i = block * Block; i < Math.Min(count, (block + 1) * Block); i++) ((float*)to)[i] = values[((byte*)from)[i]] * scale;
            }
        });
        GC.KeepAlive(codes);
        GC.KeepAlive(scales);
        return result;
    }

    unsafe void EncodeHere(Tensor numbers, Tensor codes, Tensor scales)
    {
        nint from = (nint)numbers.Address(), factors = (nint)scales.Address(), to = (nint)codes.Address();
        long count = numbers.numel();
        Rows.For(scales.numel(), Block, (first, end) =>
        {
            for (long block = first; block < end; block++)
            {
                var row = new ReadOnlySpan<float>((float*)from + block * Block, (int)Math.Min(Block, count - block * Block));
                float scale = Largest(row);
                ((float*)factors)[block] = scale;
                if (scale == 0) scale = 1;
                for (int i = 0; i < row.Length; i++)
                {
                    float relative = row[i] / scale;
                    int code = leastOfCell[BitConverter.SingleToUInt32Bits(relative) >> 16];
                    ((byte*)to)[block * Block + i] = (byte)(code < bounds.Length && bounds[code] < relative ? code + 1 : code);
                }
            }
        });
        GC.KeepAlive(numbers);
        GC.KeepAlive(codes);
        GC.KeepAlive(scales);
    }

    static float Largest(ReadOnlySpan<float> row)
    {
        var largest = Vector<float>.Zero;
        int i = 0;
        for (; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count) largest = Vector.Max(largest, Vector.Abs(new Vector<float>(row[i..])));
        float result = 0;
        for (int lane = 0; lane < Vector<float>.Count; lane++) result = Math.Max(result, largest[lane]);
        for (; i < row.Length; i++) result = Math.Max(result, Math.Abs(row[i]));
        return result;
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
