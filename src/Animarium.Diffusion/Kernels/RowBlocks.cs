using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>
/// The rows of a backward pass in blocks, for the gradients of parameters that many rows share: each block adds up its own rows, and the sums of the
/// blocks are added in their order. So the result is the same on any number of threads, as resuming bit for bit needs.
/// </summary>
/// <param name="rows">How many.</param>
/// <param name="vectors">How many vectors of parameters they share: as many successive rows each.</param>
internal readonly struct RowBlocks(long rows, long vectors)
{
    const long Size = 64;

    readonly long rowsOfVector = rows / vectors, blocksOfVector = (rows / vectors + Size - 1) / Size;

    public long Count => vectors * blocksOfVector;

    /// <summary>Elements of a block, to spread them over threads.</summary>
    public long Width(long width) => Math.Min(Size, rowsOfVector) * width;

    /// <summary>The rows of a block, and the vector they share.</summary>
    public (long First, long End, long Vector) this[long block]
    {
        get
        {
            var (vector, n) = (block / blocksOfVector, block % blocksOfVector);
            return (vector * rowsOfVector + n * Size, vector * rowsOfVector + Math.Min(rowsOfVector, (n + 1) * Size), vector);
        }
    }

    /// <summary>Room for the sums of every block.</summary>
    public Tensor Sums(long width) => zeros(Count, width);

    /// <summary>(vectors, width): the sums of all.</summary>
    public Tensor Total(Tensor sums) => sums.view(vectors, blocksOfVector, -1).sum(1);
}
