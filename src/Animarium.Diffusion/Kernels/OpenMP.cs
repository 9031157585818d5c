using System.Runtime.InteropServices;

namespace Animarium.Diffusion.Kernels;

/// <summary>
/// Work for the threads that libtorch computes on. After each of its operations they wait for the next one with a busy loop, so threads of .NET would
/// have to share the cores with them: passes between matrix products take half as long this way.
/// </summary>
internal static unsafe class OpenMP
{
    // GOMP_parallel(work, argument, threads, flags): the entry point of a parallel region in GNU's, LLVM's and Intel's libraries.
    static readonly delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> region =
        (delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)NativeTorch.Export("GOMP_parallel");

    /// <summary>Runs <paramref name="work"/> on this and on other threads, and returns when all are done.</summary>
    /// <param name="threads">How many, this one included.</param>
    /// <param name="work">Takes its share by itself; must not throw.</param>
    public static void Parallel(int threads, Action work)
    {
        if (region == null)
        {
            System.Threading.Tasks.Parallel.For(0, threads, _ => work());
            return;
        }
        var handle = GCHandle.Alloc(work);
        region(&Run, GCHandle.ToIntPtr(handle), (uint)threads, 0);
        handle.Free();
    }

    [UnmanagedCallersOnly]
    static void Run(nint handle) => ((Action)GCHandle.FromIntPtr(handle).Target!)();
}
