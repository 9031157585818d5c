using System.Globalization;
using System.Resources;

namespace Animarium.Studio.Preferences;

/// <summary>Sentences about the studio's settings, from PreferenceTexts.resx (English) and PreferenceTexts.ja.resx.</summary>
internal static class PreferenceTexts
{
    private static readonly ResourceManager Texts = new("Animarium.Studio.Preferences.PreferenceTexts", typeof(PreferenceTexts).Assembly);

    /// <summary>A sentence in the language of the current UI culture, its values filled in.</summary>
    public static string Say(string key, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.InvariantCulture, Find(key, null), values);

    /// <summary>A text as it stands.</summary>
    public static string Find(string key, CultureInfo? culture) => Texts.GetString(key, culture ?? CultureInfo.CurrentUICulture) ?? throw new MissingManifestResourceException(key);
}
