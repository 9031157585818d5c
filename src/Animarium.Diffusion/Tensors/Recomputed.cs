using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tensors;

/// <summary>
/// Gradient checkpointing (Chen et al. 2016): between forward and backward pass only what goes into a stage is kept; the backward pass runs the stage
/// again. Leaves inside the stage (adapters) get their gradients there.
/// </summary>
public sealed class Recomputed : OwnBackward<Recomputed>
{
    /// <summary>Runs a stage that gradients are recorded of.</summary>
    /// <param name="stage">Computes from the inputs, twice: it must give the same both times. Leaves and constants may come from outside.</param>
    /// <param name="surroundings">Opened around each run, e.g. to have weights at hand; the second one is closed after the stage's backward pass.</param>
    /// <param name="inputs">What goes in; gradients flow back to those that require them.</param>
    public static Tensor Run(Func<IReadOnlyList<Tensor>, Tensor> stage, Func<IDisposable?> surroundings, IReadOnlyList<Tensor> inputs)
    {
        // Autograd comes back only where an input requires gradients; the first stage's need not.
        using var anchor = empty(0).requires_grad_();
        return apply([.. inputs, anchor, stage, surroundings]);
    }

    /// <inheritdoc/>
    protected override Tensor Result(autograd.AutogradContext ctx, object[] arguments)
    {
        var (stage, surroundings) = ((Func<IReadOnlyList<Tensor>, Tensor>)arguments[^2], (Func<IDisposable?>)arguments[^1]);
        List<Tensor> inputs = [.. arguments[..^3].Cast<Tensor>()];
        ctx.save_for_backward(inputs);
        ctx.save_data(nameof(stage), stage);
        ctx.save_data(nameof(surroundings), surroundings);
        using var around = surroundings();
        // With gradients, whose graph ends here: what is not recorded takes fused passes that round differently, and the second run would not be the first.
        using var on = enable_grad();
        return Scopes.Scoped(() => stage(Fresh(inputs)).detach());
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Gradients(autograd.AutogradContext ctx, Tensor gradient)
    {
        var (stage, surroundings) = ((Func<IReadOnlyList<Tensor>, Tensor>)ctx.get_data("stage"), (Func<IDisposable?>)ctx.get_data("surroundings"));
        var inputs = Fresh(ctx.get_saved_variables());
        using (surroundings())
        {
            using var on = enable_grad();
            var result = stage(inputs);
            autograd.backward([result], [gradient]);
        }
        return [.. inputs.Select(input => input.requires_grad ? input.grad : null), null, null, null];
    }

    /// <summary>The inputs as leaves of a graph of their own.</summary>
    static Tensor[] Fresh(List<Tensor> inputs) => [.. inputs.Select(input => input.detach().requires_grad_(input.requires_grad))];
}
