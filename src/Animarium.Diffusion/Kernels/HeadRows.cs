using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>Moves the rows of heads between a part of an attention and a tensor (b, l, h, d), each divided by its sum of exponentials.</summary>
internal static unsafe class HeadRows
{
    /// <summary>Divides the rows of <paramref name="product"/> and puts them where they lie in <paramref name="result"/>.</summary>
    /// <param name="product">(items, heads, rows, d) of the part, contiguous</param>
    /// <param name="sums">one for each row, fp32</param>
    /// <param name="result">(b, l, h, d), contiguous</param>
    /// <param name="part">Which part.</param>
    public static void Place(Tensor product, Tensor sums, Tensor result, HeadPart part)
    {
        if (result.dtype == ScalarType.BFloat16) Move<Bf16>(product, sums, result, part, gather: false);
        else Move<Fp32>(product, sums, result, part, gather: false);
    }

    /// <summary>The way back: the part's rows of <paramref name="whole"/>, divided.</summary>
    /// <param name="whole">(b, l, h, d), contiguous</param>
    /// <param name="sums">one for each row, fp32</param>
    /// <param name="part">Which part.</param>
    /// <returns>(rows, d) of a single head, else (items, heads, rows, d)</returns>
    public static Tensor Take(Tensor whole, Tensor sums, HeadPart part)
    {
        var result = part.EmptyRows(whole);
        if (whole.dtype == ScalarType.BFloat16) Move<Bf16>(result, sums, whole, part, gather: true);
        else Move<Fp32>(result, sums, whole, part, gather: true);
        return result;
    }

    static void Move<T>(Tensor rows, Tensor sums, Tensor whole, HeadPart part, bool gather) where T : IElement
    {
        long length = whole.shape[1], heads = whole.shape[2], d = whole.shape[3];
        nint memory = (nint)rows.Address(), all = (nint)whole.Address(), totals = (nint)sums.Address();
        Rows.For(part.Items * part.Heads * part.Rows, d, (first, end) =>
        {
            for (long row = first; row < end; row++)
            {
                long item = part.Item + row / (part.Heads * part.Rows), head = part.Head + row / part.Rows % part.Heads, query = part.Row + row % part.Rows;
                long inside = row * d, outside = ((item * length + query) * heads + head) * d;
                var (source, from, target, to) = gather ? (all, outside, memory, inside) : (memory, inside, all, outside);
                var inverse = Vector512.Create(1 / ((float*)totals)[row]);
                for (long i = 0; i < d; i += 16) T.Store((void*)target, to + i, T.Load((void*)source, from + i) * inverse);
            }
        });
        GC.KeepAlive(rows);
        GC.KeepAlive(sums);
        GC.KeepAlive(whole);
    }
}
