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

    static ExceptionDispatchInfo? failure;

    readonly NativeNode.Apply apply;
    readonly NativeNode.Deleted deleted;
    readonly bool[] wanted;
    readonly Func<Tensor, Tensor[], Tensor?[]> backward;
    readonly nint[] handles;
    Tensor[] saved;
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
    /// The output's gradient and what was saved to one gradient an input, null for those that want none and nothing of what was saved. Runs at most once,
    /// without autograd; what it makes beside its results is freed.
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

    /// <summary>What the backward pass of a step threw first since it was asked last: libtorch only knows that it failed.</summary>
    public static ExceptionDispatchInfo? TakeFailure() => Interlocked.Exchange(ref failure, null);

    NativeNode.Handles Apply(nint* gradients, int count)
    {
        last?.FreeResults();
        last = null;
        try
        {
            using var scope = NewDisposeScope();
            if (gradients[0] != 0) results = backward(Tensor.UnsafeCreateTensor(gradients[0]), saved);
            foreach (var result in results) result?.DetachFromDisposeScope();
            for (int i = 0; i < handles.Length; i++) handles[i] = results.Length > 0 && wanted[i] ? results[i]?.Handle ?? 0 : 0;
            FreeSaved();
            last = this;
            fixed (nint* first = handles) return new(first, handles.Length);
        }
        catch (Exception thrown)
        {
            // No gradients at all: libtorch refuses that, and the pass ends.
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(thrown), null);
            return default;
        }
    }

    void Deleted()
    {
        FreeSaved();
        FreeResults();
        self.Free();
    }

    // The graph may be freed by the finalizer's thread, while this one lets go of what the last step returned.
    void FreeSaved()
    {
        foreach (var tensor in Interlocked.Exchange(ref saved, [])) tensor.Dispose();
    }

    void FreeResults()
    {
        foreach (var result in Interlocked.Exchange(ref results, [])) result?.Dispose();
    }
}
