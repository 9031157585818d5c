using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tensors;

/// <summary>
/// A step of a computation that brings its own backward pass. Autograd calls it from native code, which knows nothing of exceptions and of garbage
/// collection: an exception that left it would end the process, and a result that nothing managed refers to could be freed before it is read.
/// So failures are kept for <see cref="Backward.Run"/>, and results until the next call.
/// </summary>
/// <typeparam name="T">The class itself.</typeparam>
public abstract class OwnBackward<T> : autograd.SingleTensorFunction<T> where T : OwnBackward<T>, new()
{
    const string Arguments = "arguments";

    /// <inheritdoc/>
    public override string Name => typeof(T).Name;

    /// <summary>The forward pass; nothing of it is recorded.</summary>
    /// <param name="ctx">Takes what the backward pass needs.</param>
    /// <param name="arguments">Those of <c>apply</c>: gradients flow back to tensors among them.</param>
    protected abstract Tensor Result(autograd.AutogradContext ctx, object[] arguments);

    /// <summary>The gradients of all arguments of the forward pass.</summary>
    /// <param name="ctx">What the forward pass saved.</param>
    /// <param name="gradient">of the result</param>
    /// <returns>In the order of the arguments; null for those that need none or are no tensors.</returns>
    protected abstract IReadOnlyList<Tensor?> Gradients(autograd.AutogradContext ctx, Tensor gradient);

    /// <inheritdoc/>
    public sealed override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(Arguments, vars.Length);
        return Result(ctx, vars);
    }

    /// <inheritdoc/>
    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        try
        {
            using var scope = NewDisposeScope();
            var gradients = Gradients(ctx, grad_output);
            foreach (var gradient in gradients) gradient?.DetachFromDisposeScope();
            Backward.Hold(gradients);
            return [.. gradients.Select(g => g!)];
        }
        catch (Exception e)
        {
            Backward.Fail(e);
            return [.. new Tensor[(int)ctx.get_data(Arguments)]];
        }
        finally
        {
            grad_output.Dispose();
        }
    }
}

/// <summary>Runs backward passes that hold steps of <see cref="OwnBackward{T}"/>.</summary>
public static class Backward
{
    [ThreadStatic]
    static IReadOnlyList<Tensor?>? held;

    static ExceptionDispatchInfo? failure;

    /// <summary>Adds the gradients of a loss to the leaves it depends on.</summary>
    /// <param name="loss">One number.</param>
    /// <exception cref="Exception">Whatever a step's own backward pass threw; the gradients are then incomplete.</exception>
    public static void Run(Tensor loss)
    {
        Interlocked.Exchange(ref failure, null);
        loss.backward();
        Interlocked.Exchange(ref failure, null)?.Throw();
    }

    internal static void Fail(Exception e) => Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);

    // When the next call comes on this thread, autograd has taken its own references to what the last one returned.
    internal static void Hold(IReadOnlyList<Tensor?> gradients)
    {
        foreach (var gradient in held ?? []) gradient?.Dispose();
        held = gradients;
    }
}
