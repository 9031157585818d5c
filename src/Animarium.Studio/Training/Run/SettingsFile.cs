using System.Text;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;
using Animarium.Studio.Training.Imports;

namespace Animarium.Studio.Training.Run;

/// <summary>Writes the settings of a plan for later, or for another program.</summary>
public static class SettingsFile
{
    /// <summary>Our own TOML, or for a name ending in <c>.xmlora</c> a preset of kohya_lora_param_gui.</summary>
    /// <returns>What the other program has no place for; usually nothing.</returns>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static IReadOnlyList<Notice> Write(TrainingPlan plan, string path)
    {
        if (!path.EndsWith(".xmlora", StringComparison.OrdinalIgnoreCase))
        {
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(plan.SettingsText));
            return [];
        }
        var (text, lost) = SettingsExport.Xmlora(plan.Settings with { Steps = plan.Settings.Steps with { MaxSteps = (int)plan.Length.Steps, Epochs = null, ImagesSeen = null } });
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(text));
        return lost.Count > 0 ? [Notice.Of("train.export-lost", string.Join(", ", lost))] : [];
    }
}
