using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Weights;
using Animarium.Studio.Datasets;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Training.Output;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Studio.Training.Run;

/// <summary>Writes what was trained so far as a LoRA that other programs read, with everything that is known about it.</summary>
internal sealed class CheckpointWriter(TrainingPlan plan, TrainingSession session, WeightHashes hashes, TimeProvider time)
{
    private const long SessionBits = (1L << 53) - 1; // what JSON readers keep exactly

    private readonly DateTimeOffset began = time.GetLocalNow();

    /// <summary>Writes the checkpoint of a step; returns its path.</summary>
    /// <exception cref="TrainingWriteException">The disk is full, …; an older file is as it was.</exception>
    public string Write(long step, Picture? thumbnail) => Guarded(plan.Folder.Checkpoint(step), thumbnail);

    /// <summary>Writes the result of the run; returns its path.</summary>
    /// <exception cref="TrainingWriteException">The disk is full, …; an older file is as it was.</exception>
    public string WriteResult(Picture? thumbnail) => Guarded(plan.Folder.Result, thumbnail);

    /// <summary>Files of checkpoints beyond those that are to be kept, the oldest.</summary>
    public IEnumerable<string> Surplus() => plan.Settings.Output.KeepCheckpoints is { } keep
        ? plan.Folder.Checkpoints().SkipLast(keep).SelectMany(checkpoint => new[] { checkpoint.Path, RunFolder.TextEncoderOf(checkpoint.Path) }) : [];

    private string Guarded(string path, Picture? thumbnail) => TrainingWriteException.Guard(path, plan.Folder.Path, () => Write(path, thumbnail));

    private string Write(string path, Picture? thumbnail)
    {
        // Schedule-free optimizers and moving averages save other weights than they train.
        using var shown = session.Shown();
        var type = plan.Settings.Output.Precision switch { "fp16" => ScalarType.Float16, "float" => ScalarType.Float32, _ => ScalarType.BFloat16 };
        var metadata = TrainingMetadata.Of(Facts(Path.GetFileNameWithoutExtension(path), thumbnail), plan.Settings.Output.StripPaths);
        using var off = no_grad();
        using var scope = NewDisposeScope();
        if (session.Adapters is { } adapters) LoraWriter.Write(path, LoraLayerTensors.Of(adapters.Tensors), new() { Type = type, Metadata = metadata });
        else WriteModel(path, type, metadata);
        return path;
    }

    /// <summary>The whole model under its official names; a trained text encoder goes into a file of its own beside it.</summary>
    private void WriteModel(string path, ScalarType type, IReadOnlyDictionary<string, string> metadata)
    {
        var model = session.Engine.Pipeline.Model;
        var own = metadata.Where(entry => !entry.Key.StartsWith("ss_network", StringComparison.Ordinal)).ToDictionary();
        own["modelspec.architecture"] = own["modelspec.architecture"].Split('/')[0];
        Write(path, "net.", model.DiffusionWeights);
        if (plan.Settings.TrainsTextEncoder()) Write(RunFolder.TextEncoderOf(path), "model.", model.TextEncoderWeights);

        void Write(string file, string prefix, WeightScope weights) => SafeTensorsWriter.Write(file, [.. weights.Taken.Select(weight => Stored(prefix, weight))], own);

        StoredTensor Stored(string prefix, Weight weight)
        {
            // What was not trained keeps its own type.
            var written = weight.Patch is null && weight.Scale is null ? weight.Stored.dtype : type;
            return new(prefix + weight.Name, written, weight.Stored.shape, () => weight.As(written, CPU));
        }
    }

    private TrainingFacts Facts(string name, Picture? thumbnail)
    {
        var settings = plan.Settings;
        var (optimizer, schedule, loss, timestep, adapter) = (settings.Optimizer, settings.Schedule, settings.Loss, settings.Timestep, settings.Adapter);
        var args = new Dictionary<string, string>();
        if (adapter.Type != "lora") args["algo"] = adapter.Type;
        if (adapter.RankDropout is { } rankDropout) args["rank_dropout"] = $"{rankDropout}";
        if (adapter.ModuleDropout is { } moduleDropout) args["module_dropout"] = $"{moduleDropout}";
        if (adapter.LoraplusRatio is { } ratio) args["loraplus_lr_ratio"] = $"{ratio}";
        if (adapter.Dora) args["dora_wd"] = "True";
        if (adapter.TrainLlmAdapter) args["train_llm_adapter"] = "True";
        long steps = plan.Length.Steps, perEpoch = plan.Length.StepsPerEpoch;
        return new()
        {
            SessionId = (long)(settings.Seed!.Value ^ (ulong)began.ToUnixTimeMilliseconds()) & SessionBits,
            StartedAt = began,
            FinishedAt = time.GetLocalNow(),
            OutputName = name,
            Comment = settings.Output.Comment,
            Seed = (long)settings.Seed.Value,
            BaseModel = FileOf(plan.Model.Transformer),
            Vae = FileOf(plan.Model.Vae!),
            Network = new(adapter.Type is "lora" && !adapter.Dora ? "networks.lora_anima" : "lycoris.kohya", adapter.Rank, adapter.Alpha)
            {
                Dropout = adapter.Dropout, Args = args, MaxNorm = adapter.MaxNorm,
            },
            Optimization = new(optimizer.LearningRate, Named(optimizer.Name, settings.Arguments()), schedule.Name)
            {
                TransformerRate = adapter.TrainTransformer ? optimizer.LearningRate : null,
                TextEncoderRate = settings.TrainsTextEncoder() ? optimizer.TextEncoderLearningRate ?? optimizer.LearningRate : null,
                WarmupSteps = schedule.WarmupSteps ?? (int?)(schedule.WarmupRatio * steps),
                MaxGradNorm = optimizer.MaxGradNorm,
                Accumulation = settings.Steps.GradientAccumulation,
                Checkpointing = settings.Performance.GradientCheckpointing,
                MixedPrecision = settings.Performance.MixedPrecision,
            },
            Loss = new()
            {
                Type = loss.Type, HuberC = loss.Type is "l2" or "l1" ? null : loss.HuberC, HuberScale = loss.Type is "l2" or "l1" ? null : loss.HuberScale,
                HuberSchedule = loss.Type is "l2" or "l1" ? null : loss.HuberSchedule, WeightingScheme = timestep.Weighting, TimestepSampling = timestep.Sampling,
                SigmoidScale = timestep.SigmoidScale, FlowShift = timestep.Shift, LogitMean = timestep.LogitMean, LogitStd = timestep.LogitStd, ModeScale = timestep.ModeScale,
                InputPerturbation = loss.IpNoiseGamma, PriorLossWeight = loss.PriorLossWeight,
            },
            Progress = new((int)session.Trainer.StepsDone, (int)steps, (int)((session.Trainer.StepsDone + perEpoch - 1) / perEpoch), (int)plan.Length.Epochs, (int)plan.Dataset.BatchesPerEpoch),
            Datasets = [.. plan.Dataset.Settings.Select((dataset, n) => Described(dataset, n))],
            Publication = new() { TriggerPhrase = settings.Dataset.Trigger, Thumbnail = thumbnail },
        };
    }

    private ModelFile FileOf(ModelPart part)
    {
        // Large files take seconds to hash: what is not ready is left out of a checkpoint, and is there by the next.
        var hash = hashes.Of(part.Path);
        return new(part.Path, hash.IsCompletedSuccessfully ? hash.Result : null);
    }

    private static string Named(string optimizer, IReadOnlyDictionary<string, string> arguments) =>
        arguments.Count == 0 ? optimizer : $"{optimizer}({string.Join(",", arguments.Select(argument => $"{argument.Key}={argument.Value}"))})";

    private DatasetFacts Described(DatasetSettings dataset, int number)
    {
        var pictures = plan.Dataset.Pictures.Where(picture => picture.Dataset == number).ToList();
        return new(dataset, [.. dataset.Subsets.Select(subset => pictures.Count(picture => ReferenceEquals(picture.Subset, subset)))])
        {
            ValidationPictures = plan.Dataset.Validation.Count(picture => picture.Dataset == number),
            Buckets = [.. plan.Dataset.Buckets.Where(bucket => bucket.Dataset == number).Select(bucket => (bucket.Bucket.Width, bucket.Bucket.Height, (int)bucket.Images))],
            TagFrequency = plan.Dataset.TagFrequencyIn(number),
        };
    }
}
