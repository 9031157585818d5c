using System.Runtime.InteropServices;
using Animarium.Diffusion.Gradients;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tensors;

/// <summary>Runs backward passes, those with steps whose gradients are written by hand included.</summary>
public static class Backward
{
    /// <summary>Adds the gradients of a loss to the leaves it depends on.</summary>
    /// <param name="loss">One number.</param>
    /// <exception cref="Exception">Whatever a step's own backward pass threw; the gradients are then incomplete.</exception>
    public static void Run(Tensor loss)
    {
        OwnGradient.TakeFailure();
        try
        {
            loss.backward();
        }
        catch (ExternalException) when (OwnGradient.TakeFailure() is { } failure)
        {
            failure.Throw();
        }
    }
}
