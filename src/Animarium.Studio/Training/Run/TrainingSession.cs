using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Adapters;
using Animarium.Diffusion.Training.Optimizers;
using Animarium.Studio.Datasets;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Texts;
using Animarium.Studio.Training.Caches;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Run;

/// <summary>Everything that a run computes with, loaded: the model with its adapters, the optimizer, the caches, the trainer.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly TrainingPlan plan;
    private readonly TensorShards latentShards, textShards;
    private readonly LatentCache latents;
    private readonly TextCache texts;
    private readonly List<DatasetProblem> damaged = [];
    private readonly Stack<IDisposable> opened = [];

    /// <param name="plan">What is trained.</param>
    /// <param name="hashes">Of weights, for the keys of the caches.</param>
    /// <param name="cache">Folder for what the next run need not compute again; null: nothing is kept.</param>
    /// <exception cref="SettingException">A setting fits nothing in the model.</exception>
    /// <exception cref="ModelException">The model's parts don't fit each other.</exception>
    /// <exception cref="LoraException">The LoRA to continue with is damaged or of another model.</exception>
    /// <exception cref="ShardWriteException">A folder for the caches cannot be made or read.</exception>
    public TrainingSession(TrainingPlan plan, WeightHashes hashes, string? cache)
    {
        this.plan = plan;
        var settings = plan.Settings;
        try
        {
            Engine = Opened(Engine.Open(plan.Model, settings.Machine()));
            var model = Engine.Pipeline.Model;
            latentShards = Opened(Shards(settings.Performance.CacheLatentsToDisk, "latents"));
            textShards = Opened(Shards(settings.Performance.CacheTextToDisk, "texts"));
            latents = new(latentShards, model.Vae, HashOf(plan.Model.Vae!), Engine.Options);
            texts = new(textShards, model, Engine.Pipeline.Tokenizers, HashOf(plan.Model.TextEncoder!), Engine.Options);
            Feed = new(plan.Dataset, latents, texts, new((long)settings.Seed!.Value, settings.Steps.GradientAccumulation, Variants,
                settings.Loss.Masked || settings.Loss.AlphaMask, settings.Loss.PriorLossWeight, settings.TrainsTextEncoder()));

            if (settings.IsFullFineTuning) Weights = Opened(Fitting(() => new TrainableWeights(model, settings.EngineWeights(), Engine.Options.Device)));
            else
            {
                using var start = settings.Adapter.ContinueFrom is { } file ? LoraFile.Open(file) : null;
                Adapters = Opened(Fitting(() => new AdapterSet(model, settings.EngineAdapter(), settings.Seed.Value, start, Engine.Options.Device)));
            }
            var optimizer = Fitting(() => OptimizerKinds.Find(settings.Optimizer.Name).Read(settings.Arguments()));
            Notices = [.. optimizer.Notices.Select(notice => new Notice("optimizer", Words.In(notice)))];
            Optimizer = Opened(Fitting(() => optimizer.Make(Adapters?.Groups ?? Weights!.Groups)));
            Average = settings.Ema.Decay is null ? null : Opened(new WeightAverage(Optimizer.Groups, settings.Averaging()));
            model.Transformer.Checkpointing = settings.Performance.GradientCheckpointing;
            Objective = new(model, new FlowLoss(settings.EngineLoss()), settings.EngineSampling(), Engine.Options.Type, Engine.Options.Device);
            // Schedule-free optimizers are told without: the plan's notices say so.
            var schedule = Optimizer.TakesSchedule ? settings.RateSchedule(plan.Length.Steps) : _ => 1;
            Trainer = new(Objective, Adapters, Optimizer, step => Feed.Batches(step, plan.Length.Steps), new(plan.Length.Steps, settings.Seed.Value)
            {
                MaxGradNorm = settings.Optimizer.MaxGradNorm, MaxNorm = settings.Adapter.MaxNorm, Schedule = schedule, Average = Average,
            });
        }
        catch
        {
            Dispose(); // nobody else can: there is no session yet
            throw;
        }

        TensorShards Shards(bool kept, string kind) => TensorShards.Open(Path.Combine(kept && cache is not null ? cache : Opened(new TemporaryFolder()).Path, kind));

        string HashOf(ModelPart part) => hashes.Of(part.Path).GetAwaiter().GetResult()?.Tensors ?? part.Path;
    }

    private T Opened<T>(T part) where T : IDisposable
    {
        opened.Push(part);
        return part;
    }

    /// <summary>What the engine says of settings that fit nothing in the model.</summary>
    private static T Fitting<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw new SettingException("adapter", e.Message, e);
        }
    }

    /// <summary>The model.</summary>
    public Engine Engine { get; }

    /// <summary>The adapters that are trained; null: the model itself is.</summary>
    public AdapterSet? Adapters { get; }

    /// <summary>The model's own weights, where they are trained; null: adapters are.</summary>
    public TrainableWeights? Weights { get; }

    /// <summary>What is trained, and how.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>The moving average of the weights; null: none is wanted.</summary>
    public WeightAverage? Average { get; }

    /// <summary>What is minimised.</summary>
    public VelocityObjective Objective { get; }

    /// <summary>The batches.</summary>
    public TrainingFeed Feed { get; }

    /// <summary>The loop.</summary>
    public Trainer Trainer { get; }

    /// <summary>What is to be said about the optimizer.</summary>
    public IReadOnlyList<Notice> Notices { get; }

    /// <summary>Layers, or weights of the model, that are trained.</summary>
    public int Layers => Adapters?.Layers ?? Optimizer.Groups.Sum(group => group.Parameters.Count);

    /// <summary>Numbers that are trained.</summary>
    public long Parameters => Optimizer.Groups.SelectMany(group => group.Parameters).Sum(parameter => parameter.Value.numel());

    /// <summary>Pictures that <see cref="Fill(CancellationToken)"/> could not read, where they may be left out.</summary>
    public IReadOnlyList<DatasetProblem> Damaged => damaged;

    /// <summary>Computes what the caches lack; interrupted, it goes on where it stopped.</summary>
    public IEnumerable<CachingStep> Fill(CancellationToken cancellation)
    {
        var pictures = plan.Settings.Performance.CacheLatents ? plan.Dataset.Pictures.Concat(plan.Dataset.Validation).SelectMany(Views).ToList() : [];
        foreach (var step in Fill("latents", pictures, latents.Has, Add, latentShards, Engine.Pipeline.PlaceVae, cancellation)) yield return step;
        var captions = Variants == 0 ? [] : plan.Dataset.Pictures.Concat(plan.Dataset.Validation)
            .SelectMany(picture => Enumerable.Range(0, VariantsOf(picture)).Select(v => picture.CaptionVariant(plan.Settings.Seed!.Value, v, long.MaxValue, long.MaxValue)))
            .Distinct().ToList();
        foreach (var step in Fill("texts", captions, texts.Has, texts.Add, textShards, Engine.Pipeline.PlaceTextEncoder, cancellation)) yield return step;
    }

    private void Add(TrainingDraw draw)
    {
        try
        {
            latents.Add(draw);
        }
        // The header was fine; what follows it is not.
        catch (PictureException e) when (plan.Settings.Dataset.SkipBadPictures)
        {
            if (!damaged.Exists(problem => problem.Path == draw.Picture.Path)) damaged.Add(new("unreadable", draw.Picture.Path, e.Message));
        }
    }

    /// <summary>The loss at fixed noise levels with fixed noise.</summary>
    public TrainingMeasured Measure()
    {
        var validation = plan.Settings.Validation;
        var sums = new double[validation.Sigmas.Count];
        int pictures = 0;
        foreach (var batch in Feed.Measured(validation.Pictures))
        {
            using (batch)
            {
                for (int n = 0; n < sums.Length; n++)
                {
                    using var loss = Objective.LossesAt(batch, validation.Sigmas[n], SplitMix64.StateOf((ulong)pictures, (ulong)n));
                    sums[n] += loss.item<float>();
                }
            }
            pictures++;
        }
        var levels = sums.Select((sum, n) => (validation.Sigmas[n], sum / pictures)).ToList();
        return new(Trainer.StepsDone, levels.Average(level => level.Item2), levels, plan.Dataset.Validation.Count > 0);
    }

    /// <summary>Until the result is disposed, the model has the weights to draw and to save with, where these are not those that are trained.</summary>
    public IDisposable Shown()
    {
        Optimizer.Evaluate();
        Average?.Exchange();
        Engine.Pipeline.WeightsChanged();
        return new Restored(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (opened.TryPop(out var part)) part.Dispose();
    }

    /// <summary>Variants of each caption; 0: states are computed in each step, because they are not cached or the encoder is trained.</summary>
    private int Variants => !plan.Settings.Performance.CacheText || plan.Settings.TrainsTextEncoder() ? 0 : plan.Settings.Performance.TextVariants;

    private static IEnumerable<TrainingDraw> Views(TrainingPicture picture)
    {
        // A crop that is chosen anew each time is computed in its step.
        if (picture.Subset.RandomCrop) yield break;
        yield return TrainingFeed.Plainly(picture);
        if (picture.Subset.Flip) yield return TrainingFeed.Plainly(picture) with { Mirrored = true };
    }

    /// <summary>Variants of a picture's caption that the run will see: fewer than may be kept where it sees the picture less often.</summary>
    private int VariantsOf(TrainingPicture picture) => picture.HasVariants ? (int)Math.Min(Variants, Math.Max(1, plan.Length.Epochs * picture.Repeats)) : 1;

    /// <summary>For what is not kept; goes with the session.</summary>
    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Made();

        public void Dispose() => Directory.Delete(Path, recursive: true);

        private static string Made()
        {
            try
            {
                return Directory.CreateTempSubdirectory("animarium-").FullName;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw ShardWriteException.OfTemporary(System.IO.Path.GetTempPath(), e);
            }
        }
    }

    private sealed class Restored(TrainingSession session) : IDisposable
    {
        public void Dispose()
        {
            session.Average?.Exchange();
            session.Optimizer.Train();
        }
    }

    private static IEnumerable<CachingStep> Fill<T>(string kind, List<T> all, Predicate<T> has, Action<T> add, TensorShards shards, Func<IDisposable> place, CancellationToken cancellation)
    {
        var missing = all.FindAll(item => !has(item));
        if (missing.Count == 0) yield break;
        using var placed = place();
        try
        {
            for (int n = 0; n < missing.Count; n++)
            {
                cancellation.ThrowIfCancellationRequested();
                try
                {
                    add(missing[n]);
                }
                catch (NotFiniteException e)
                {
                    throw new ModelException(ModelProblem.Mismatch, Words.Say("train.text-nan"), e);
                }
                yield return new(kind, all.Count - missing.Count + n + 1, all.Count);
            }
        }
        finally
        {
            // Also when it was interrupted: what is computed stays.
            shards.Flush();
        }
    }
}
