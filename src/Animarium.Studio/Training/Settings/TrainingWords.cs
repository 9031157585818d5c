using System.Globalization;
using System.Resources;

namespace Animarium.Studio.Training.Settings;

/// <summary>Sentences about training's settings, from TrainingTexts.resx (English) and TrainingTexts.ja.resx.</summary>
internal static class TrainingWords
{
    private static readonly ResourceManager Texts = new("Animarium.Studio.Training.Settings.TrainingTexts", typeof(TrainingWords).Assembly);

    /// <summary>A sentence in the language of the current UI culture, its values filled in.</summary>
    public static string Say(string key, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.InvariantCulture, Find(key, null), values);

    /// <summary>A text as it stands.</summary>
    public static string Find(string key, CultureInfo? culture) => Texts.GetString(key, culture ?? CultureInfo.CurrentUICulture) ?? throw new MissingManifestResourceException(key);
}
