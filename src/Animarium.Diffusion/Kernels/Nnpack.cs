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
        nint context = NativeTorch.Export("_ZN2at13globalContextEv"); // at::globalContext()
        nint enable = NativeTorch.Export("_ZN2at7Context20setUserEnabledNNPACKEb"); // at::Context::setUserEnabledNNPACK(bool)
        if (context != 0 && enable != 0) ((delegate* unmanaged<nint, byte, void>)enable)(((delegate* unmanaged<nint>)context)(), 0);
    }
}
