using System.Globalization;

namespace Animarium.Cli.Language;

/// <summary>Texts with values in them.</summary>
internal static class Filling
{
    /// <summary>The text with its {0}, {1}, … filled in; numbers are written the same in every language.</summary>
    public static string With(this string text, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
