using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Kohya;

/// <summary>What is worth saying about options of sd-scripts: those without effect, and combinations it refuses.</summary>
internal static class KohyaNotes
{
    /// <summary>Options that change nothing: those of other models, and those whose setting has no effect under the others.</summary>
    public static IReadOnlyList<IneffectiveSetting> Ineffective(TrainingSettings settings, KohyaArguments arguments)
    {
        var found = new List<IneffectiveSetting>();
        foreach (string name in arguments.Names)
        {
            var option = KohyaOptions.Find(name);
            string? reason = option switch
            {
                { Fate: OptionFate.OtherModels } => IsOff(arguments[name]) ? null : name.StartsWith("fp8", StringComparison.Ordinal) ? "import.fp8" : "import.otherModels",
                { Setting: { } key } when !arguments.WrittenByProgram && !IsOurs(key) && IsWorthSaying(key, arguments[name]) => TrainingOptions.Of(key).Idle(settings),
                _ => null,
            };
            if (reason is not null) found.Add(new(name, arguments[name]?.ToJsonString() ?? "null", TrainingWords.Say(reason, option!.Setting is null ? name : $"{name} ({option.Setting})")));
        }
        return found;
    }

    /// <summary>What sd-scripts would refuse, or what is seldom meant.</summary>
    public static IEnumerable<Notice> Warnings(TrainingSettings settings)
    {
        if (settings.Loss is { Type: "huber" or "smooth_l1", HuberSchedule: "snr" }) yield return Warning("huber-snr", "import.huberSnr");
        if (settings.Performance.CacheText && Varies(settings.Dataset)) yield return Warning("text-cache", "import.textCache");
        if (settings.Performance.CacheText && settings.Adapter.TrainTextEncoder && !settings.IsFullFineTuning) yield return Warning("text-cache-training", "import.textCacheTraining");
        if (settings.Dataset.BucketStep % 16 != 0) yield return Warning("bucket-step", "import.bucketStep");
        if (settings.Notices().Any(notice => notice.Code == "prodigy-rate")) yield return Warning("prodigy-rate", "import.prodigy");
    }

    /// <summary>What is done in another way here.</summary>
    public static IEnumerable<Notice> Changed(TrainingSettings settings, KohyaArguments arguments) =>
        from name in arguments.Names
        let key = KohyaOptions.Find(name)?.Setting
        where key is not null && IsOurs(key) && arguments.Flag(name)
        let reason = TrainingOptions.Of(key).Idle(settings)
        where reason is not null
        select new Notice("changed", TrainingWords.Say(reason, $"{name} ({key})"));

    private static bool Varies(FolderSettings dataset) => dataset.Shuffle || dataset.TagDropout > 0 || dataset.TokenWarmupStep > 0;

    /// <summary>Rules about how we train, which say nothing about the file.</summary>
    private static bool IsOurs(string key) => key.StartsWith("performance.", StringComparison.Ordinal) || key == "dataset.color_aug";

    /// <summary>Noise levels and buckets are what people get wrong; elsewhere a value at sd-scripts' default only repeats what holds anyway.</summary>
    private static bool IsWorthSaying(string key, JsonNode? value)
    {
        if (key.StartsWith("timestep.", StringComparison.Ordinal) || key.StartsWith("dataset.", StringComparison.Ordinal)) return true;
        var setting = TrainingOptions.Of(key);
        return !IsOff(value) && !JsonNode.DeepEquals(setting.ToJson(setting.With(KohyaReader.Defaults, value)), setting.ToJson(KohyaReader.Defaults));
    }

    private static bool IsOff(JsonNode? value) => value?.ToString() is null or "" or "0" or "0.0" or "false" or "False";

    private static Notice Warning(string code, string sentence) => new(code, TrainingWords.Find(sentence, null));
}
