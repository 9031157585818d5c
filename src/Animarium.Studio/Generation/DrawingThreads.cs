using Animarium.Diffusion.Pipeline;
using TorchSharp;

namespace Animarium.Studio.Generation;

/// <summary>
/// How many threads draw, for as long as a batch takes. Starting threads and joining them costs each operation the same, however small it is: below some
/// GFLOP a step, more threads bring nothing. They are better spent on finishing the picture before.
/// </summary>
internal sealed class DrawingThreads : IDisposable
{
    // FLOP of a step for each thread. 2 cores, small model: pictures of 128 and 256 pixels square (2.4 and 9.4 GFLOP a step) take one thread as long as two, 384 a fifth longer.
    private const double WorthAThread = 6e9;

    // Asked before anything changes it; OMP_NUM_THREADS decides, else the processors.
    private static readonly int OfMachine = torch.get_num_threads();

    private readonly int after;

    private DrawingThreads(int threads, int after)
    {
        this.after = after;
        torch.set_num_threads(threads);
    }

    /// <summary>Whether a processor is left to finish pictures while the next ones are drawn.</summary>
    public bool Spare { get; private init; }

    /// <summary>As many as the person said, else as the machine has.</summary>
    public static int Wanted(GenerationRequest request) => request.Threads > 0 ? request.Threads : OfMachine;

    /// <summary>Chooses for a batch that this thread draws; on other devices than CPUs nothing changes.</summary>
    public static DrawingThreads For(Engine engine, DrawRequest request)
    {
        if (!engine.Pipeline.FinishesAside) return new(engine.Threads, engine.Threads);
        int items = request.Items.Count * (request.Guidance.Cfg == 1 ? 1 : 2);
        int threads = (int)Math.Clamp(engine.Pipeline.StepWork(request.Width, request.Height, items) / WorthAThread, 1, engine.Threads);
        return new(threads, engine.Threads) { Spare = threads < Environment.ProcessorCount };
    }

    /// <summary>One, for whoever finishes a picture beside the drawing: libtorch counts for each thread of its own.</summary>
    public static DrawingThreads Beside(Engine engine) => new(1, engine.Threads);

    /// <inheritdoc/>
    public void Dispose() => torch.set_num_threads(after);
}
