using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Optimizers;
using static TorchSharp.torch;

namespace Animarium.Recipe.Steps;

/// <summary>The training loop of the VAE's two steps; the transformer's is <see cref="Trainer"/>. Whatever is random follows from seed and step.</summary>
/// <param name="state">Where it is saved.</param>
/// <param name="options">How long.</param>
/// <param name="weights">What is trained.</param>
internal sealed class PictureLoop(string state, StepOptions options, TrainableWeights weights) : IDisposable
{
    // Norms' gammas are vectors in all but shape.
    readonly Muon optimizer = new(weights.Groups, new() { AdamFor = "gamma" });
    readonly WeightAverage average = new(weights.Groups, new() { Decay = 0.99 });

    /// <summary>The moving averages by name: the result.</summary>
    public IReadOnlyDictionary<string, Tensor> Result => average.Tensors;

    /// <summary>Trains from where an earlier run stopped to the end; the rate falls linearly to zero.</summary>
    /// <param name="loss">The loss of a step from 0, and how far the whole is, 0 … 1.</param>
    /// <param name="decibels">Measures the quality; called with the averaged weights in place.</param>
    /// <param name="report">Gets what happened, after the state was saved.</param>
    public void Run(Func<long, double, Tensor> loss, Func<double> decibels, Action<PictureReport> report)
    {
        var (step, sum, pace) = (0L, 0.0, new Pace(options.Batch));
        if (File.Exists(state))
        {
            options.RequireSame(state);
            step = TrainingState.Load(state, optimizer, average).Done;
        }
        while (step < options.Steps)
        {
            float value = Train(() => loss(step, (double)step / options.Steps), 1 - (double)step / options.Steps);
            if (!float.IsFinite(value)) throw new TrainingDivergedException(step, 1);
            step++;
            sum += value;
            pace.Step();
            if (step % options.Every != 0 && step != options.Steps) continue;
            var (taken, speed) = (pace.Steps, pace.Now());
            TrainingState.Save(state, (step, 0), optimizer, average, options.ToString());
            report(new(step, sum / taken, Averaged(decibels), speed));
            sum = 0;
            pace.Restart();
        }
    }

    /// <summary>Measures with the moving averages in place of the weights.</summary>
    public T Averaged<T>(Func<T> measure)
    {
        average.Exchange();
        try { return measure(); }
        finally { average.Exchange(); }
    }

    float Train(Func<Tensor> loss, double factor)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGradients();
        var value = loss();
        Backward.Run(value);
        optimizer.Step(factor);
        average.Update();
        return value.item<float>();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        average.Dispose();
    }
}
