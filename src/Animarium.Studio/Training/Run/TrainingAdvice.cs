using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Run;

/// <summary>How a model is best trained where a person says nothing: the <c>training</c> of its <c>model.json</c>. See docs/model-json.md.</summary>
internal static class TrainingAdvice
{
    /// <summary>What a model may ask for: never folders, files or the machine.</summary>
    private static readonly string[] Sections = ["adapter", "optimizer", "schedule", "steps", "timestep", "loss"];

    /// <summary>Reads the advice.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tell">Gets what in the file is wrong; it is left out.</param>
    public static GivenSettings Of(LibraryModel model, Action<Notice> tell)
    {
        var given = GivenSettings.None;
        foreach (var (key, value) in ModelDefaults.Training(model, tell))
        {
            try
            {
                if (TrainingOptions.Find(key) is not { } setting || !Sections.Contains(setting.Section)) tell(Notice.Of("train.advice", model.Name, key));
                else given = given.With(setting, value);
            }
            catch (SettingException e)
            {
                tell(new("model-json", e.Message));
            }
        }
        return given;
    }
}
