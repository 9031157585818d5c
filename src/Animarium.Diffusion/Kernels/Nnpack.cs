using System.Runtime.InteropServices;
using TorchSharp;

namespace Animarium.Diffusion.Kernels;

/// <summary>
/// NNPACK, which libtorch asks at every small fp32 convolution whether it wants it, though it takes none with fewer than sixteen pictures. Where NNPACK doesn't
/// know the processor (some virtual machines hide their caches), each question is a line of complaint on the terminal: a picture of anima-mini writes sixteen.
/// </summary>
internal static unsafe class Nnpack
{
    /// <summary>Asks no more. Does nothing where libtorch's library isn't found by its C++ names (Windows, whose libtorch has no NNPACK).</summary>
    public static void TurnOff()
    {
        if (!NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out nint library)
            || !NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out nint context) // at::globalContext()
            || !NativeLibrary.TryGetExport(library, "_ZN2at7Context20setUserEnabledNNPACKEb", out nint enable)) // at::Context::setUserEnabledNNPACK(bool)
            return;
        ((delegate* unmanaged<nint, byte, void>)enable)(((delegate* unmanaged<nint>)context)(), 0);
    }
}
