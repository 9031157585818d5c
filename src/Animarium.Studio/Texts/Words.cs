using System.Globalization;
using System.Resources;
using Animarium.Diffusion;

namespace Animarium.Studio.Texts;

/// <summary>Sentences for people, from Messages.resx (English) and Messages.ja.resx.</summary>
internal static class Words
{
    private static readonly ResourceManager Messages = new("Animarium.Studio.Texts.Messages", typeof(Words).Assembly);

    /// <summary>A sentence in the language of the current UI culture, its values filled in. Numbers are written the same in every language.</summary>
    public static string Say(string key, params ReadOnlySpan<object?> values) =>
        string.Format(CultureInfo.InvariantCulture, Messages.GetString(key, CultureInfo.CurrentUICulture) ?? throw new MissingManifestResourceException(key), values);

    /// <summary>The languages that there are, the first of them for everybody else.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "ja"];

    /// <summary>What is said in a language, whichever is the current one.</summary>
    public static T In<T>(string language, Func<T> say)
    {
        var own = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            return say();
        }
        finally
        {
            CultureInfo.CurrentUICulture = own;
        }
    }

    /// <summary>A sentence of the engine in the language of the current UI culture.</summary>
    public static string In(Sentence sentence) => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "ja" ? sentence.Japanese : sentence.English;
}
