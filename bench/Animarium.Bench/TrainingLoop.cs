using System.Diagnostics;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Optimizers;
using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>Training steps on random latents and texts: noise, velocity, loss, gradients, AdamW.</summary>
sealed class TrainingLoop : IDisposable
{
    readonly AnimaTransformer transformer;
    readonly Optimizer optimizer;
    readonly ScalarType type;
    readonly FlowLoss loss = new(new());
    readonly Tensor latents, context;
    readonly List<(double Forward, double Backward, double Optimizer)> seconds = [];

    /// <param name="transformer">What is trained, or adapted.</param>
    /// <param name="groups">Its parameters.</param>
    /// <param name="type">Type of the computation.</param>
    /// <param name="batch">Pictures in a step.</param>
    /// <param name="size">Their sides in pixels.</param>
    /// <param name="rows">Rows of a prompt that are not padding.</param>
    public TrainingLoop(AnimaTransformer transformer, IReadOnlyList<ParameterGroup> groups, ScalarType type, int batch, int size, int rows)
    {
        (this.transformer, this.type) = (transformer, type);
        optimizer = OptimizerKinds.Find("AdamW").Read(new Dictionary<string, string>()).Make(groups);
        int side = size / QwenImageVae.Scale;
        using var scope = NewDisposeScope();
        latents = randn(batch, transformer.Shape.LatentChannels, side, side).DetachFromDisposeScope();
        context = randn(batch, rows, transformer.Shape.ContextWidth).to(type).DetachFromDisposeScope();
    }

    /// <summary>Seconds of the steps so far.</summary>
    public IReadOnlyList<(double Forward, double Backward, double Optimizer)> Seconds => seconds;

    public void Step()
    {
        using var scope = NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        var (noise, sigma) = (randn_like(latents), rand(latents.shape[0]));
        using var t = transformer.Modulate(sigma, type);
        using var text = transformer.Prepare(context);
        var velocity = transformer.Forward(loss.Noised(latents, noise, sigma), t, text);
        var mean = loss.OfPictures(velocity, FlowLoss.Target(latents, noise), sigma).mean();
        double forward = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Backward.Run(mean);
        double backward = Stopwatch.GetElapsedTime(start).TotalSeconds;
        optimizer.Step();
        optimizer.ZeroGradients();
        seconds.Add((forward, backward - forward, Stopwatch.GetElapsedTime(start).TotalSeconds - backward));
    }

    public void Dispose()
    {
        optimizer.Dispose();
        latents.Dispose();
        context.Dispose();
    }
}
