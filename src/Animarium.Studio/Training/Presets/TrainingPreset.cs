using System.Globalization;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Presets;

/// <summary>Settings that suit a goal, where nothing else is said.</summary>
public sealed class TrainingPreset
{
    private readonly Func<TrainingSettings, TrainingSettings> apply;
    private readonly Func<int, int> imagesSeen;

    private TrainingPreset(string name, Func<int, int> imagesSeen, Func<TrainingSettings, TrainingSettings> apply) => (Name, this.imagesSeen, this.apply) = (name, imagesSeen, apply);

    /// <summary>One character, 16 pictures or more.</summary>
    public static TrainingPreset Character { get; } = new("character", n => Math.Clamp(60 * n, 2000, 3000), s => Rate(s, 16, 1e-4) with
    {
        Dataset = s.Dataset with { Shuffle = true, KeepTokens = 1, CaptionDropout = 0.05 },
    });

    /// <summary>One character in few pictures: what keeps it from being learned by heart.</summary>
    public static TrainingPreset CharacterFew { get; } = new("character-few", n => Math.Clamp(100 * n, 800, 1200), s => Rate(s, 8, 5e-5, tloraMinRank: 2) with
    {
        Dataset = s.Dataset with { Shuffle = true, KeepTokens = 1, CaptionDropout = 0.1 },
    });

    /// <summary>A style: its content stays in the captions.</summary>
    public static TrainingPreset Style { get; } = new("style", n => Math.Clamp(50 * n, 4000, 8000), s => Rate(s, 16, 1e-4) with
    {
        Dataset = s.Dataset with { Shuffle = true, KeepTokens = 1, CaptionDropout = 0.1, Flip = true, FreeFit = true },
    });

    /// <summary>A thing, a pose, clothes.</summary>
    public static TrainingPreset Concept { get; } = new("concept", n => Math.Clamp(50 * n, 2000, 4000), s => Rate(s, 16, 1e-4) with
    {
        Dataset = s.Dataset with { Shuffle = true, KeepTokens = 1, CaptionDropout = 0.05 },
    });

    /// <summary>Several characters in folders of their own.</summary>
    public static TrainingPreset MultiCharacter { get; } = new("multi-character", n => Math.Max(8000, 40 * n), s => Rate(s, 32, 1e-4) with
    {
        Dataset = s.Dataset with { Shuffle = true, KeepTokens = 1, CaptionDropout = 0.05 },
    });

    /// <summary>For small cards; put over another one: it changes neither rate nor length.</summary>
    public static TrainingPreset LowVram { get; } = new("low-vram", _ => 0, s => s with
    {
        Adapter = s.Adapter with { Rank = Math.Min(s.Adapter.Rank, 16), Alpha = Math.Min(s.Adapter.Alpha, 16) },
        Performance = s.Performance with { GradientCheckpointing = true, BlocksToSwap = 20 },
    });

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TrainingPreset> All { get; } = [Character, CharacterFew, Style, Concept, MultiCharacter, LowVram];

    /// <summary>The name that <c>--goal</c> takes.</summary>
    public string Name { get; }

    /// <summary>The preset of a name; null if there is none.</summary>
    public static TrainingPreset? Find(string name) => All.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>One sentence for people.</summary>
    public string HelpText(CultureInfo? culture = null) => TrainingWords.Find($"preset.{Name}", culture);

    /// <summary>Settings with what the preset suggests, its length as <see cref="StepSettings.ImagesSeen"/>. What was said goes over it: <see cref="GivenSettings.Over"/>.</summary>
    /// <param name="settings">The defaults, or another preset's.</param>
    /// <param name="pictures">Pictures to train on, regularisation pictures left out.</param>
    public TrainingSettings Apply(TrainingSettings settings, int pictures)
    {
        settings = apply(settings);
        return imagesSeen(pictures) is > 0 and int seen ? settings with { Steps = settings.Steps with { ImagesSeen = seen } } : settings;
    }

    /// <summary>Optimizer steps that show so many pictures.</summary>
    public static int StepsFor(int imagesSeen, StepSettings steps) => (int)Math.Max(1, Math.Ceiling(imagesSeen / ((double)steps.BatchSize * steps.GradientAccumulation)));

    private static TrainingSettings Rate(TrainingSettings settings, int rank, double rate, int? tloraMinRank = null) => settings with
    {
        Adapter = settings.Adapter with { Rank = rank, Alpha = rank, TloraMinRank = tloraMinRank },
        Optimizer = settings.Optimizer with { LearningRate = rate },
        Schedule = settings.Schedule with { Name = "cosine", WarmupRatio = 0.05 },
    };
}
