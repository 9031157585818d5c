using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>Spreads the rows of a pass over as many threads as libtorch uses.</summary>
internal static class Rows
{
    const long WorthAThread = 64 * 1024;

    /// <summary>Calls <paramref name="pass"/> with ranges that cover 0 … rows−1.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Elements of a row: too little work stays on this thread.</param>
    /// <param name="pass">First row and one past the last.</param>
    public static void For(long rows, long width, Action<long, long> pass)
    {
        int threads = get_num_threads();
        if (threads == 1 || rows * width <= WorthAThread) { pass(0, rows); return; }
        // Four pieces a thread: libtorch's own threads may still be spinning on a core, so whoever is free takes the next piece.
        long piece = Math.Max(1, (rows + 4 * threads - 1) / (4 * threads));
        Parallel.For(0, (rows + piece - 1) / piece, new ParallelOptions { MaxDegreeOfParallelism = threads },
            i => pass(i * piece, Math.Min(rows, (i + 1) * piece)));
    }
}
