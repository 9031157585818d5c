using Animarium.Studio.ModelLibrary;

namespace Animarium.Studio.Generation;

/// <summary>Draws plans, one after the other. The model stays loaded as long as the next plan wants the same.</summary>
/// <param name="hashes">Of weight files, for the pictures' descriptions.</param>
/// <param name="time">Dates of file names.</param>
public sealed class Drawing(WeightHashes hashes, TimeProvider time) : IDisposable
{
    private Engine? engine;

    /// <summary>How long after a preview the next one comes; null: there are none.</summary>
    public TimeSpan? PreviewInterval { get; init; }

    /// <summary>Draws a plan.</summary>
    /// <inheritdoc cref="Draw(IEnumerable{GenerationPlan}, CancellationToken)"/>
    public IEnumerable<DrawingEvent> Draw(GenerationPlan plan, CancellationToken cancellation = default) => Draw([plan], cancellation);

    /// <summary>Draws until everything is done. Ending early, also by cancelling, keeps every finished picture.</summary>
    /// <param name="plans">What to draw, asked for one by one. The last pictures of one are written while the next is drawn.</param>
    /// <param name="cancellation">Looked at between two steps.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="Diffusion.Conduct.ConductException">A prompt is refused.</exception>
    /// <exception cref="Images.PictureException">A picture cannot be written.</exception>
    /// <exception cref="ModelException">The model's parts don't fit each other, or a LoRA is not there.</exception>
    /// <exception cref="Diffusion.Lora.LoraException">A LoRA does not fit.</exception>
    public IEnumerable<DrawingEvent> Draw(IEnumerable<GenerationPlan> plans, CancellationToken cancellation = default)
    {
        var previews = PreviewInterval is { } interval ? new PreviewPace(interval, time) : null;
        using var writer = new PictureWriter(hashes, time);
        foreach (var plan in plans)
        {
            if (engine?.Serves(plan.Model, plan.Request) == false)
            {
                // The last pictures still want its VAE.
                foreach (var saved in writer.All()) yield return saved;
                engine.Dispose();
                engine = null;
            }
            plan.Names.Prepare();
            Prepare(plan);
            yield return new DrawingStarted(plan.Request, engine!.DeviceName, engine.PrecisionName);
            if (engine.Unexpected.Count > 0) yield return new DrawingNotice(Notice.Of("unexpected-tensors", engine.Unexpected.Count, string.Join(", ", engine.Unexpected.Take(3))));
            foreach (var e in new BatchRun(plan, engine, writer, previews).Run(cancellation)) yield return e;
        }
        foreach (var saved in writer.All()) yield return saved;
    }

    /// <summary>Opens the model of a plan that may soon be drawn, where no other is open.</summary>
    /// <exception cref="ModelException">The model's parts don't fit each other.</exception>
    public void Prepare(GenerationPlan plan)
    {
        foreach (var part in new[] { plan.Model.Transformer, plan.Model.TextEncoder, plan.Model.Vae })
            if (part is not null) _ = hashes.Of(part.Path);
        engine ??= Engine.Open(plan.Model, plan.Request);
    }

    /// <inheritdoc/>
    public void Dispose() => engine?.Dispose();
}
