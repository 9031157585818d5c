using System.Runtime.Intrinsics;
using Animarium.Diffusion.Kernels;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Noise;

/// <summary>
/// The numbers of <c>torch.randn</c> and <c>torch.rand</c> in fp32 on a CPU, whichever libtorch is installed and whatever it will draw in future: a seed must keep its picture.
/// </summary>
/// <param name="seed">As PyTorch does, only the low 32 bits count.</param>
public sealed class TorchGenerator(ulong seed) : INormalSource, IUniformSource
{
    const int Block = 16, Half = Block / 2;

    readonly MersenneTwister twister = new((uint)seed);
    double? kept;

    /// <inheritdoc/>
    public unsafe Tensor Normal(params ReadOnlySpan<long> shape)
    {
        var result = empty(shape, float32);
        Fill(new(result.Address(), checked((int)result.numel())));
        return result;
    }

    /// <inheritdoc/>
    public unsafe Tensor Uniform(params ReadOnlySpan<long> shape)
    {
        var result = empty(shape, float32);
        twister.Uniform(new Span<float>(result.Address(), checked((int)result.numel())));
        return result;
    }

    /// <summary>Fills with the next numbers: uniform ones first, then blocks of 16 in place. What fills no block is part of a last one that is drawn anew.</summary>
    internal void Fill(Span<float> numbers)
    {
        if (numbers.Length < Block)
        {
            foreach (ref float number in numbers) number = (float)Single();
            return;
        }
        twister.Uniform(numbers);
        int whole = numbers.Length / Block * Block;
        for (int i = 0; i < whole; i += Block) BoxMuller(numbers.Slice(i, Block));
        if (whole == numbers.Length) return;
        twister.Uniform(numbers[^Block..]);
        BoxMuller(numbers[^Block..]);
    }

    /// <summary>Uniform numbers (8 for the radius, 8 for the angle) to normal ones, rounded to fp32 where PyTorch rounds.</summary>
    static void BoxMuller(Span<float> block)
    {
        var radius = Vector256.Sqrt(Vector256.Create(-2f) * CephesMath.Log(Vector256<float>.One - Vector256.Create<float>(block[..Half])));
        var (sin, cos) = CephesMath.SinCos(Vector256.Create(float.Tau) * Vector256.Create<float>(block[Half..]));
        (radius * cos).CopyTo(block);
        (radius * sin).CopyTo(block[Half..]);
    }

    /// <summary>Few numbers: pairs in double precision. The second of a pair waits for the next small draw, past any large one.</summary>
    double Single()
    {
        if (kept is { } number)
        {
            kept = null;
            return number;
        }
        double angle = Math.Tau * twister.Uniform(), radius = Math.Sqrt(-2 * double.LogP1(-twister.Uniform()));
        kept = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }
}
