using Animarium.Studio.Generation;
using Animarium.Studio.Jobs;
using Animarium.Studio.Training.Run;
using Animarium.Studio.Training.Settings;

namespace Animarium.Web.Training;

/// <summary>A training that is being filled in: what the person said, the rest is chosen when it starts.</summary>
public sealed class TrainingDraft
{
    // The form has fields of its own for them, or they say where things lie, which the studio says.
    private static readonly HashSet<string> Elsewhere = ["dataset.train_folder", "dataset.config_file", "dataset.trigger", "output.directory", "output.resume", "optimizer.original"];

    private readonly SortedDictionary<string, string> said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> wrong = [];

    /// <summary>Keys of the settings that are shown first.</summary>
    public static IReadOnlyList<string> Basic { get; } =
    [
        "adapter.type", "adapter.rank", "adapter.alpha", "optimizer.name", "optimizer.learning_rate", "steps.max_steps", "steps.epochs", "steps.batch_size", "dataset.resolution",
        "output.save_every_steps", "sampling.every_steps", "steps.early_stop",
    ];

    /// <summary>The settings that the form shows.</summary>
    public static IReadOnlyList<TrainingSetting> Settings { get; } = [.. TrainingOptions.All.Where(setting => !Elsewhere.Contains(setting.Key))];

    /// <summary>A folder with pictures, or a file of settings.</summary>
    public string Source { get; set; } = "";

    /// <summary>The name of a preset; empty: by what the folder looks like.</summary>
    public string Goal { get; set; } = "";

    /// <summary>The word that stands for what is learned; empty: none.</summary>
    public string Trigger { get; set; } = "";

    /// <summary>Whether a setting was said wrongly.</summary>
    public bool IsWrong => wrong.Count > 0;

    /// <summary>The settings with what was said; the rest are defaults.</summary>
    public TrainingSettings Said => GivenSettings.None.Set(Overrides).Settings;

    private IEnumerable<string> Overrides => said.Where(entry => !wrong.ContainsKey(entry.Key)).Select(entry => $"{entry.Key}={entry.Value}");

    /// <summary>What was typed for a setting; empty: nothing.</summary>
    public string TextOf(TrainingSetting setting) => said.GetValueOrDefault(setting.Key, "");

    /// <summary>Why what was typed is not taken; null: it is.</summary>
    public string? ProblemOf(TrainingSetting setting) => wrong.GetValueOrDefault(setting.Key);

    /// <summary>Takes what was typed for a setting; empty: it is chosen when the training starts.</summary>
    public void Say(TrainingSetting setting, string? text)
    {
        said.Remove(setting.Key);
        wrong.Remove(setting.Key);
        if (text?.Trim() is not { Length: > 0 } typed) return;
        said[setting.Key] = typed;
        try
        {
            GivenSettings.None.Set($"{setting.Key}={typed}");
        }
        catch (SettingException e)
        {
            wrong[setting.Key] = e.Message;
        }
    }

    /// <summary>The order.</summary>
    /// <param name="measures">Whether only a step is to be measured.</param>
    public TrainOrder Order(bool measures = false) => new(Source.Trim(), Goal.Length > 0 ? Goal : null, Trigger.Trim() is { Length: > 0 } word ? word : null, [.. Overrides]) { Measures = measures };

    /// <summary>What <see cref="TrainingStart"/> is told.</summary>
    /// <param name="runs">Where runs lie.</param>
    public TrainingWish Wish(string runs)
    {
        var order = Order();
        return new(order.Goal, order.Trigger, order.Set) { Runs = runs };
    }
}
