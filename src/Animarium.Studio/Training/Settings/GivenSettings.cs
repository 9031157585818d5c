using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Settings;

/// <summary>Settings, and which of them were said rather than left at their defaults.</summary>
public sealed record GivenSettings
{
    private GivenSettings(TrainingSettings settings, ImmutableHashSet<string> keys) => (Settings, Keys) = (settings, keys);

    /// <summary>The defaults.</summary>
    public static GivenSettings None { get; } = new(new TrainingSettings(), []);

    /// <summary>All settings.</summary>
    public TrainingSettings Settings { get; private init; }

    /// <summary>The <see cref="TrainingSetting.Key"/>s of those that were said.</summary>
    public ImmutableHashSet<string> Keys { get; private init; }

    /// <summary>Settings of another source, such as an import: what differs from the defaults counts as said.</summary>
    public static GivenSettings Of(TrainingSettings settings) =>
        new(settings, [.. TrainingOptions.All.Where(s => !JsonNode.DeepEquals(s.ToJson(settings), s.Default)).Select(s => s.Key)]);

    /// <summary>Whether a setting was said.</summary>
    public bool Has(TrainingSetting setting) => Keys.Contains(setting.Key);

    /// <summary>These and one value more.</summary>
    /// <exception cref="SettingException">The setting does not take the value.</exception>
    public GivenSettings With(TrainingSetting setting, JsonNode? value) => new(setting.With(Settings, value), Keys.Add(setting.Key));

    /// <summary>What was said, over other settings than the defaults.</summary>
    public TrainingSettings Over(TrainingSettings others) => TrainingOptions.All.Where(Has).Aggregate(others, (settings, setting) => setting.With(settings, setting.ToJson(Settings)));

    /// <summary>The same over others, only what was said here counts as said.</summary>
    public GivenSettings CompletedBy(TrainingSettings others) => new(Over(others), Keys);

    /// <summary>One sentence for each setting that was said and changes nothing under the others.</summary>
    public IEnumerable<Notice> WithoutEffect() =>
        TrainingOptions.All.Where(Has).Select(s => s.WithoutEffect(Settings)).OfType<string>().Select(sentence => new Notice("without-effect", sentence));
}
