using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Animarium.Diffusion.Gradients;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>The memory of a CPU tensor, for passes written in C#.</summary>
internal static unsafe partial class TensorMemory
{
    /// <summary>Address of the first element. Who works on it must keep the tensor alive until done (<see cref="GC.KeepAlive"/>): an address doesn't.</summary>
    public static void* Address(this Tensor tensor) => (void*)THSTensor_data(tensor.Handle);

    /// <summary>
    /// Whether a pass of this folder may run: plain CPU memory, 512-bit vectors in hardware, no test looking for intermediate values. Autograd may
    /// record the operands: for their gradients the caller provides (<see cref="OwnGradient"/>).
    /// </summary>
    /// <param name="width">Length of the rows that the pass runs along.</param>
    /// <param name="multiple">What the pass takes at a time: a multiple of 16.</param>
    /// <param name="activations">Operands of one type, bf16 or fp32; contiguous.</param>
    /// <param name="parameters">Operands in fp32, contiguous; null ones are not there.</param>
    public static bool Suits(long width, int multiple, ReadOnlySpan<Tensor> activations, params ReadOnlySpan<Tensor?> parameters)
    {
        if (!Suits(width, multiple) || activations[0].dtype is not (ScalarType.BFloat16 or ScalarType.Float32)) return false;
        foreach (var tensor in activations) if (!IsRows(tensor, activations[0].dtype)) return false;
        foreach (var tensor in parameters) if (tensor is not null && !IsRows(tensor, ScalarType.Float32)) return false;
        return true;
    }

    /// <summary>The part of the question that does not depend on the operands.</summary>
    public static bool Suits(long width, int multiple) => Vector512.IsHardwareAccelerated && width % multiple == 0 && !Taps.Listening;

    /// <summary>Whether it lies on the CPU in this type.</summary>
    public static bool IsPlain(this Tensor tensor, ScalarType type) => tensor.device_type == DeviceType.CPU && tensor.dtype == type;

    static bool IsRows(Tensor tensor, ScalarType type) => tensor.IsPlain(type) && tensor.is_contiguous();

    [LibraryImport("LibTorchSharp")]
    private static partial IntPtr THSTensor_data(IntPtr tensor);
}
