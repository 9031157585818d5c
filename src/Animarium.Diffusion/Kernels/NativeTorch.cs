using System.Runtime.InteropServices;
using TorchSharp;

namespace Animarium.Diffusion.Kernels;

/// <summary>Functions of the native libraries that libtorch brought along, which TorchSharp does not pass on.</summary>
internal static class NativeTorch
{
    /// <summary>The address of an exported function; zero where these libraries aren't searched (Windows) or it isn't there.</summary>
    /// <param name="name">As exported; of C++, mangled.</param>
    public static nint Export(string name) =>
        NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out nint library) && NativeLibrary.TryGetExport(library, name, out nint address) ? address : 0;
}
