using Animarium.Diffusion.Gradients;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tensors;

/// <summary>
/// Gradient checkpointing (Chen et al. 2016): between forward and backward pass only what goes into a stage is kept; the backward pass runs the stage
/// again. Leaves inside the stage (adapters) get their gradients there.
/// </summary>
public static class Recomputed
{
    /// <summary>Runs a stage that gradients are recorded of.</summary>
    /// <param name="stage">Computes from the inputs, twice: it must give the same both times. Leaves and constants may come from outside.</param>
    /// <param name="surroundings">Opened around each run, e.g. to have weights at hand; the second one is closed after the stage's backward pass.</param>
    /// <param name="inputs">What goes in; gradients flow back to those that require them.</param>
    public static Tensor Run(Func<IReadOnlyList<Tensor>, Tensor> stage, Func<IDisposable?> surroundings, IReadOnlyList<Tensor> inputs)
    {
        // Autograd comes back only where an input requires gradients; the first stage's need not.
        using var anchor = empty(0).requires_grad_();
        bool[] wanted = [.. inputs.Select(input => input.requires_grad)];
        return OwnGradient.Of(First(stage, surroundings, inputs), [.. inputs, anchor], [.. inputs], (dy, saved) => Second(stage, surroundings, saved, wanted, dy));
    }

    static Tensor First(Func<IReadOnlyList<Tensor>, Tensor> stage, Func<IDisposable?> surroundings, IReadOnlyList<Tensor> inputs)
    {
        using var around = surroundings();
        using var off = no_grad();
        return Scopes.Scoped(() => stage(inputs));
    }

    static Tensor?[] Second(Func<IReadOnlyList<Tensor>, Tensor> stage, Func<IDisposable?> surroundings, Tensor[] saved, bool[] wanted, Tensor dy)
    {
        // The inputs as leaves of a graph of their own.
        Tensor[] inputs = [.. saved.Zip(wanted, (input, wants) => input.detach().requires_grad_(wants))];
        using (surroundings())
        {
            using var on = enable_grad();
            var result = stage(inputs);
            autograd.backward([result], [dy]);
        }
        return [.. inputs.Zip(wanted, (input, wants) => wants ? input.grad : null), null];
    }
}
