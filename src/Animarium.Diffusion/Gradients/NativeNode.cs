using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Animarium.Diffusion.Gradients;

/// <summary>The functions of TorchSharp's library behind its own custom autograd functions.</summary>
internal static unsafe partial class NativeNode
{
    /// <summary>A list of tensor handles; the callee copies.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Handles(nint* first, long count)
    {
        public readonly nint* First = first;
        public readonly long Count = count;
    }

    /// <summary>A node of libtorch's graph, and the two references to it that its maker holds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Pointers
    {
        public readonly nint Shared, Weak;
    }

    /// <summary>Gradients of the outputs in, gradients of the inputs out. The handles that come in belong to the callee.</summary>
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate Handles Apply(nint* gradients, int count);

    /// <summary>Tells that libtorch let go of the node.</summary>
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate void Deleted();

    /// <summary>Puts a node between inputs and output of a computation that libtorch did not see.</summary>
    /// <param name="apply">Stays alive until <paramref name="deleted"/> was called, like that one.</param>
    /// <param name="deleted">Called once, from whichever thread frees the last tensor of the graph.</param>
    /// <param name="inputs">Handles of the inputs.</param>
    /// <param name="output">Handle of the output; requires gradients afterwards.</param>
    public static void Insert(Apply apply, Deleted deleted, ReadOnlySpan<nint> inputs, nint output)
    {
        var node = THSAutograd_CSharpNode_ctor(Marshal.GetFunctionPointerForDelegate(apply), Marshal.GetFunctionPointerForDelegate(deleted));
        fixed (nint* first = inputs)
        {
            var handles = new Handles(first, inputs.Length);
            THSAutograd_CSharpNode_setNextEdges(node, handles, 1);
            nint wrapped = 0;
            results = &wrapped;
            THSAutograd_Function_wrapOutputs(handles, default, default, new(&output, 1), node, &Room);
            // The output itself is changed; what comes back is another handle to it.
            if (wrapped != 0) THSTensor_dispose(wrapped);
        }
        // From here on the output keeps the node alive.
        THSAutograd_CSharpNode_disposeSharedPtr(node);
        THSAutograd_CSharpNode_disposeWeakPtr(node);
        TorchSharp.torch.CheckForErrors();
    }

    // Where the one output handle goes.
    [ThreadStatic]
    static nint* results;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static nint* Room(nuint count) => results;

    [LibraryImport("LibTorchSharp")]
    private static partial Pointers THSAutograd_CSharpNode_ctor(nint apply, nint deleted);

    [LibraryImport("LibTorchSharp")]
    private static partial void THSAutograd_CSharpNode_setNextEdges(Pointers node, Handles inputs, byte recorded);

    [LibraryImport("LibTorchSharp")]
    private static partial void THSAutograd_Function_wrapOutputs(Handles inputs, Handles constant, Handles changed, Handles outputs, Pointers node, delegate* unmanaged[Cdecl]<nuint, nint*> room);

    [LibraryImport("LibTorchSharp")]
    private static partial void THSAutograd_CSharpNode_disposeSharedPtr(Pointers node);

    [LibraryImport("LibTorchSharp")]
    private static partial void THSAutograd_CSharpNode_disposeWeakPtr(Pointers node);

    [LibraryImport("LibTorchSharp")]
    private static partial void THSTensor_dispose(nint tensor);
}
