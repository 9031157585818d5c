using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Settings;

/// <summary>What must hold before anything is trained, and what is worth saying.</summary>
public static class TrainingChecks
{
    private const int PatchPixels = 16; // 8 pixels a latent, 2 latents a patch

    /// <summary>Throws if a value is out of range or two contradict each other.</summary>
    /// <exception cref="SettingException">The message names the setting and what it may be.</exception>
    public static void Check(this TrainingSettings settings)
    {
        foreach (var setting in TrainingOptions.All) setting.Check(settings);
        var (dataset, adapter) = (settings.Dataset, settings.Adapter);
        if (dataset.BucketStep % PatchPixels != 0) throw Contradiction("dataset.bucket_step", "check.bucketStep", dataset.BucketStep);
        if (dataset.MinBucket > dataset.MaxBucket && !dataset.NoUpscale) throw Contradiction("dataset.min_bucket", "check.bucketOrder", dataset.MinBucket, dataset.MaxBucket);
        if (settings.Loss is { Type: "huber" or "smooth_l1", HuberSchedule: "snr" }) throw Contradiction("loss.huber_schedule", "check.snr");
        if (settings.IsFullFineTuning) return;
        if (adapter is { TrainTransformer: false, TrainLlmAdapter: false, TrainTextEncoder: false }) throw Contradiction("adapter.train_transformer", "check.nothing");
        if (adapter.TloraMinRank > adapter.Rank) throw Contradiction("adapter.tlora_min_rank", "check.tloraRank", adapter.TloraMinRank, adapter.Rank);
    }

    /// <summary>Combinations that work but are seldom meant.</summary>
    public static IEnumerable<Notice> Notices(this TrainingSettings settings)
    {
        const double smallForProdigy = 0.1; // it multiplies its own estimate by the rate
        var (optimizer, schedule) = (settings.Optimizer, settings.Schedule);
        if (optimizer.Name.StartsWith("prodigy", StringComparison.Ordinal) && optimizer.LearningRate < smallForProdigy)
            yield return new Notice("prodigy-rate", TrainingWords.Say("notice.prodigy", optimizer.LearningRate));
        if (optimizer.Name.EndsWith("schedulefree", StringComparison.Ordinal) && schedule.Name is not ("constant" or "constant_with_warmup"))
            yield return new Notice("schedule-free", TrainingWords.Say("notice.scheduleFree", optimizer.Name));
    }

    private static SettingException Contradiction(string key, string sentence, params ReadOnlySpan<object?> values) => new(key, TrainingWords.Say(sentence, values));
}
