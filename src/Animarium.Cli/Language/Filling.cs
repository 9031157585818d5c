using System.Globalization;
using Animarium.Diffusion;

namespace Animarium.Cli.Language;

/// <summary>Texts with values in them.</summary>
internal static class Filling
{
    /// <summary>The text with its {0}, {1}, … filled in; numbers are written the same in every language.</summary>
    public static string With(this string text, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.InvariantCulture, text, values);

    /// <summary>A sentence of the engine in the chosen language.</summary>
    public static string Said(this Sentence sentence) => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "ja" ? sentence.Japanese : sentence.English;
}
