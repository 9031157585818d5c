using Animarium.Diffusion.Training;
using Animarium.Studio.Datasets;
using Animarium.Studio.Training.Caches;
using static TorchSharp.torch;

namespace Animarium.Studio.Training.Run;

/// <summary>How a run reads its dataset.</summary>
/// <param name="Seed">Of order, crops and captions.</param>
/// <param name="Accumulation">Batches of a step.</param>
/// <param name="Variants">Variants of each caption; 0: a new one each time, whose states are computed in the step.</param>
/// <param name="UsesMasks">Whether masks weight the loss.</param>
/// <param name="PriorWeight">Weight of regularisation pictures.</param>
/// <param name="TrainsTextEncoder">Whether captions go in as ids.</param>
public sealed record FeedOptions(long Seed, int Accumulation, int Variants, bool UsesMasks, double PriorWeight, bool TrainsTextEncoder);

/// <summary>Feeds a trainer: the batches of any step, in an order that follows from the seed alone.</summary>
/// <param name="dataset">The pictures.</param>
/// <param name="latents">Their latents.</param>
/// <param name="texts">Their captions.</param>
/// <param name="options">How it is read.</param>
public sealed class TrainingFeed(Dataset dataset, LatentCache latents, TextCache texts, FeedOptions options)
{
    private EpochPlan? plan;

    /// <summary>Optimizer steps of an epoch: an incomplete accumulation at its end makes a step, too.</summary>
    public long StepsPerEpoch { get; } = (dataset.BatchesPerEpoch + options.Accumulation - 1) / options.Accumulation;

    /// <summary>The epoch of a step, both from 0.</summary>
    public int EpochOf(long step) => (int)(step / StepsPerEpoch);

    /// <summary>The batches of a step. The caller disposes each.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="totalSteps">Of the whole run.</param>
    public IEnumerable<LatentBatch> Batches(long step, long totalSteps)
    {
        int epoch = EpochOf(step);
        if (plan?.Epoch != epoch) plan = dataset.Epoch(options.Seed, epoch);
        return plan.Batches.Skip((int)(step % StepsPerEpoch) * options.Accumulation).Take(options.Accumulation).Select(batch => Batch(batch.Draws, draw => CaptionOf(draw, step, totalSteps)));
    }

    /// <summary>Pictures to measure with: those held back from training, else some of those that are trained on. One picture a batch, seen plainly, with its first caption.</summary>
    /// <param name="most">At most so many.</param>
    public IEnumerable<LatentBatch> Measured(int most) => Probes(dataset, most)
        .Select(draw => Batch([draw], _ => draw.Picture.CaptionVariant((ulong)options.Seed, 0, long.MaxValue, long.MaxValue)));

    /// <summary>The pictures of <see cref="Measured"/>.</summary>
    internal static IEnumerable<TrainingDraw> Probes(Dataset dataset, int most)
    {
        var pictures = dataset.Validation.Count > 0 ? dataset.Validation : [.. dataset.Pictures.Where(picture => !picture.Subset.IsRegularisation)];
        // Spread over the list: its beginning may be a single subset.
        int count = Math.Min(most, pictures.Count);
        return Enumerable.Range(0, count).Select(n => Plainly(pictures[(int)((long)n * pictures.Count / count)]));
    }

    /// <summary>A picture as it is, without any chance.</summary>
    internal static TrainingDraw Plainly(TrainingPicture picture) => new(picture, 0, false, picture.Placement.CropX, picture.Placement.CropY);

    private string CaptionOf(TrainingDraw draw, long step, long totalSteps) => options.Variants > 0 ? draw.Caption(options.Variants, step, totalSteps) : draw.Caption(step, totalSteps);

    private LatentBatch Batch(IReadOnlyList<TrainingDraw> draws, Func<TrainingDraw, string> caption)
    {
        using var scope = NewDisposeScope();
        var pictures = draws.Select(draw => latents.Has(draw) ? latents.Read(draw) : latents.Compute(draw)).ToList();
        var text = texts.Inputs([.. draws.Select(caption)], options.TrainsTextEncoder);
        bool masked = options.UsesMasks && pictures.Exists(picture => picture.Mask is not null);
        var batch = new LatentBatch(
            stack([.. pictures.Select(picture => picture.Latent)]).DetachFromDisposeScope(), text,
            masked ? stack([.. pictures.Select(picture => picture.Mask ?? ones([picture.Latent.shape[1], picture.Latent.shape[2]]))]).DetachFromDisposeScope() : null,
            tensor(draws.Select(draw => (float)WeightOf(draw.Picture)).ToArray()).DetachFromDisposeScope());
        foreach (var (latent, mask) in pictures)
        {
            latent.Dispose();
            mask?.Dispose();
        }
        return batch;
    }

    private double WeightOf(TrainingPicture picture) => picture.Subset.LossWeight * (picture.Subset.IsRegularisation ? options.PriorWeight : 1);
}
