using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>Spreads the rows of a pass over as many threads as libtorch uses.</summary>
internal static class Rows
{
    const long WorthAThread = 32 * 1024;

    // Whoever is free takes the next piece: on a busy machine threads are not equally fast.
    const int PiecesPerThread = 4;

    /// <summary>Calls <paramref name="pass"/> with ranges that cover 0 … rows−1.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Elements of a row: too little work stays on this thread.</param>
    /// <param name="pass">First row and one past the last; must not throw.</param>
    public static void For(long rows, long width, Action<long, long> pass)
    {
        int threads = get_num_threads();
        if (threads == 1 || rows * width <= WorthAThread) { pass(0, rows); return; }
        long piece = (rows + PiecesPerThread * threads - 1) / (PiecesPerThread * threads), next = 0;
        OpenMP.Parallel(threads, () =>
        {
            while (Interlocked.Add(ref next, piece) - piece is var from && from < rows) pass(from, Math.Min(rows, from + piece));
        });
    }
}
