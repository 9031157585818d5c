using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Gradients;

/// <summary>
/// A step of a computation whose gradient is written by hand. TorchSharp's own functions of this kind allocate every output twice, keep what they
/// saved and what they returned until the whole graph is gone, and end the process when the backward pass throws; a network of a billion
/// parameters can't afford the first two.
/// </summary>
internal sealed unsafe class OwnGradient
{
    // The last one that ran: libtorch has copied its results by the time the next one runs.
    [ThreadStatic]
    static OwnGradient? last;

    [ThreadStatic]
    static ExceptionDispatchInfo? failure;

    readonly NativeNode.Apply apply;
    readonly NativeNode.Deleted deleted;
    readonly bool[] wanted;
    readonly Func<Tensor, Tensor[], Tensor?[]> backward;
    readonly Tensor[] saved;
    readonly nint[] handles;
    Tensor?[] results = [];
    GCHandle self;

    OwnGradient(bool[] wanted, IEnumerable<Tensor> saved, Func<Tensor, Tensor[], Tensor?[]> backward)
    {
        (this.wanted, this.backward) = (wanted, backward);
        this.saved = [.. saved.Select(tensor => tensor.detach().DetachFromDisposeScope())];
        handles = GC.AllocateArray<nint>(wanted.Length, pinned: true);
        (apply, deleted) = (Apply, Deleted);
        self = GCHandle.Alloc(this);
    }

    /// <summary>Whether autograd records what happens to any of these.</summary>
    public static bool Wanted(params ReadOnlySpan<Tensor?> inputs)
    {
        if (!is_grad_enabled()) return false;
        foreach (var input in inputs) if (input?.requires_grad == true) return true;
        return false;
    }

    /// <summary>Gives a result its gradient; nothing happens where autograd records none of the inputs.</summary>
    /// <param name="output">Computed from the inputs without autograd; owns its memory.</param>
    /// <param name="inputs">What may want a gradient.</param>
    /// <param name="saved">What the backward pass needs, by its memory: nobody changes it in place in the meantime.</param>
    /// <param name="backward">
    /// The output's gradient and what was saved to one gradient an input, null for those that want none. Runs at most once, without autograd; what it
    /// makes beside its results is freed.
    /// </param>
    /// <returns><paramref name="output"/></returns>
    public static Tensor Of(Tensor output, Tensor[] inputs, Tensor[] saved, Func<Tensor, Tensor[], Tensor?[]> backward)
    {
        if (!Wanted(inputs)) return output;
        var node = new OwnGradient([.. inputs.Select(input => input.requires_grad)], saved, backward);
        NativeNode.Insert(node.apply, node.deleted, [.. inputs.Select(input => input.Handle)], output.Handle);
        GC.KeepAlive(inputs);
        GC.KeepAlive(output);
        return output;
    }

    /// <summary>Throws what the backward pass of a step threw: libtorch only knows that it failed.</summary>
    public static void ThrowIfFailed()
    {
        var thrown = failure;
        failure = null;
        thrown?.Throw();
    }

    NativeNode.Handles Apply(nint* gradients, int count)
    {
        last?.FreeResults();
        last = this;
        try
        {
            using var scope = NewDisposeScope();
            if (gradients[0] != 0) results = backward(Tensor.UnsafeCreateTensor(gradients[0]), saved);
            foreach (var result in results) result?.DetachFromDisposeScope();
            for (int i = 0; i < handles.Length; i++) handles[i] = results.Length > 0 && wanted[i] ? results[i]?.Handle ?? 0 : 0;
            FreeSaved();
            fixed (nint* first = handles) return new(first, handles.Length);
        }
        catch (Exception thrown)
        {
            // No gradients at all: libtorch refuses that, and the pass ends.
            failure = ExceptionDispatchInfo.Capture(thrown);
            return default;
        }
    }

    void Deleted()
    {
        FreeSaved();
        FreeResults();
        self.Free();
    }

    void FreeSaved()
    {
        foreach (var tensor in saved) tensor.Dispose();
    }

    void FreeResults()
    {
        foreach (var result in results) result?.Dispose();
        results = [];
    }
}
