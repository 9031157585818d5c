using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training.Adapters;
using Animarium.Diffusion.Training.Optimizers;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training;

/// <summary>How a run goes.</summary>
/// <param name="TotalSteps">Optimizer steps of the whole run.</param>
/// <param name="Seed">Of noise, noise levels and dropouts.</param>
public sealed record TrainerOptions(long TotalSteps, ulong Seed)
{
    /// <summary>The gradient of all parameters together is scaled down to this norm; 0: never.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>Layers whose change is larger are scaled back after each step; null: no limit.</summary>
    public double? MaxNorm { get; init; }

    /// <summary>The moving average that follows the weights; null: none.</summary>
    public WeightAverage? Average { get; init; }

    /// <summary>The factor on all learning rates, by the step from 0.</summary>
    public Func<long, double> Schedule { get; init; } = _ => 1;
}

/// <summary>What a step did.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Loss">Mean over the pictures of the step, at whatever noise levels chance gave them: it jumps.</param>
/// <param name="Pictures">How many there were.</param>
/// <param name="Sigma">Mean of their noise levels.</param>
/// <param name="GradientNorm">Over all parameters, before it was limited.</param>
/// <param name="RateFactor">The schedule's factor.</param>
/// <param name="Skipped">Whether loss or gradient was not finite and nothing was changed.</param>
public sealed record TrainedStep(long Step, double Loss, int Pictures, double Sigma, double GradientNorm, double RateFactor, bool Skipped);

/// <summary>The training loop. Everything random in a step follows from the seed and the step's number, so a run can go on from any step.</summary>
/// <param name="objective">What is minimised.</param>
/// <param name="adapters">Whose dropouts and limits act; null: the model's own weights are trained.</param>
/// <param name="optimizer">What is trained, and how.</param>
/// <param name="batches">The batches of a step, by its number from 0; their gradients are averaged.</param>
/// <param name="options">How long, and within which limits.</param>
public sealed class Trainer(VelocityObjective objective, AdapterSet? adapters, Optimizer optimizer, Func<long, IEnumerable<LatentBatch>> batches, TrainerOptions options)
{
    /// <summary>Steps in a row without a finite loss and gradient after which it is no accident.</summary>
    const int MostSkippedInARow = 3;

    int skippedInARow;

    /// <summary>Steps done.</summary>
    public long StepsDone { get; private set; }

    /// <summary>Steps among them that changed nothing.</summary>
    public long Skipped { get; private set; }

    /// <summary>Trains from where it is to the end; between two steps the model may draw, be measured and be saved.</summary>
    /// <exception cref="TrainingDivergedException">Several steps in a row had no finite loss or gradient.</exception>
    public IEnumerable<TrainedStep> Run()
    {
        while (StepsDone < options.TotalSteps)
        {
            var step = Step();
            StepsDone++;
            if (step.Skipped) Skipped++;
            skippedInARow = step.Skipped ? skippedInARow + 1 : 0;
            yield return step;
            if (skippedInARow == MostSkippedInARow) throw new TrainingDivergedException(StepsDone, MostSkippedInARow);
        }
    }

    /// <summary>Goes on after a step of an earlier run, whose parameters and optimizer state were put back.</summary>
    public void Resume(long stepsDone, long skipped) => (StepsDone, Skipped) = (stepsDone, skipped);

    TrainedStep Step()
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGradients();
        var parts = batches(StepsDone).ToList();
        var (loss, sigma, pictures) = (0.0, 0.0, 0);
        for (int n = 0; n < parts.Count; n++)
        {
            using var batch = parts[n];
            var (own, levels, count) = Backward(batch, SeedOf(StepsDone, n), 1.0 / parts.Count);
            loss += own / parts.Count;
            sigma += levels;
            pictures += count;
        }

        var norm = GradientClipping.Clip(optimizer.Groups, options.MaxGradNorm);
        double factor = options.Schedule(StepsDone);
        bool finite = double.IsFinite(loss) && norm.IsFinite;
        if (finite)
        {
            optimizer.Step(factor);
            if (options.MaxNorm is { } limit) adapters?.LimitNorms(limit);
            options.Average?.Update();
        }
        return new(StepsDone + 1, loss, pictures, sigma / pictures, norm.Norm, factor, Skipped: !finite);
    }

    /// <summary>Adds a batch's share to the gradients.</summary>
    (double Loss, double Sigmas, int Pictures) Backward(LatentBatch batch, ulong seed, double share)
    {
        using var scope = NewDisposeScope();
        var draws = objective.Draw(batch.Latents, seed);
        using var dropped = adapters?.Step(draws.Sigma, seed);
        var loss = objective.Losses(batch, draws).mean();
        Tensors.Backward.Run(loss.Times(share));
        return (loss.item<float>(), draws.Sigma.sum().item<float>(), (int)batch.Latents.shape[0]);
    }

    ulong SeedOf(long step, int batch) => SeedSequence.FirstWord(options.Seed, [(ulong)step, (ulong)batch], poolSize: 4);
}

/// <summary>A training lost its way: its numbers are no numbers any more.</summary>
/// <param name="step">The step at which it was given up.</param>
/// <param name="inARow">Steps without a finite loss or gradient.</param>
public sealed class TrainingDivergedException(long step, int inARow) : Exception(Explain(step, inARow).English)
{
    /// <summary>What happened and what to do.</summary>
    public Sentence Text { get; } = Explain(step, inARow);

    static Sentence Explain(long step, int inARow) => new(
        $"The training stopped at step {step}: loss or gradient were no numbers in {inARow} steps in a row. The last saved state is intact. Resume it with a lower learning rate, with max_grad_norm 1, or in another precision (mixed_precision = \"no\"); if it happens from the first step on, the model's file is damaged.",
        $"学習をステップ {step} で停止しました。損失または勾配が {inARow} ステップ続けて数値でなくなりました。最後に保存した状態は無事です。学習率を下げる、max_grad_norm を 1 にする、別の精度（mixed_precision = \"no\"）にする、のいずれかで再開してください。最初のステップから起きる場合はモデルのファイルが壊れています。");
}
