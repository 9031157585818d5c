using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>The memory of a CPU tensor, for passes written in C#.</summary>
internal static unsafe partial class TensorMemory
{
    /// <summary>Address of the first element. The tensor must be kept alive by the caller.</summary>
    public static void* Address(this Tensor tensor) => (void*)THSTensor_data(tensor.Handle);

    /// <summary>Whether the passes of this folder may run over these tensors: plain CPU memory, no autograd, 512-bit vectors in hardware.</summary>
    /// <param name="width">Length of the rows the pass runs along; they are taken 16 elements at a time.</param>
    /// <param name="tensors">All operands; bf16 or fp32, contiguous.</param>
    public static bool Suits(long width, params ReadOnlySpan<Tensor> tensors)
    {
        if (!System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated || width % 16 != 0 || is_grad_enabled()) return false;
        foreach (var tensor in tensors)
            if (tensor.device_type != DeviceType.CPU || tensor.dtype is not (ScalarType.BFloat16 or ScalarType.Float32) || !tensor.is_contiguous()) return false;
        return true;
    }

    [LibraryImport("LibTorchSharp")]
    private static partial IntPtr THSTensor_data(IntPtr tensor);
}
