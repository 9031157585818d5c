using System.Globalization;
using System.Resources;

namespace Animarium.Web.Api;

/// <summary>Sentences of the API and of the door, from ApiText.resx (English) and ApiText.ja.resx.</summary>
internal static class ApiText
{
    private static readonly ResourceManager Texts = new("Animarium.Web.Api.ApiText", typeof(ApiText).Assembly);

    /// <summary>A sentence in the language that the request asks for; null: there is none.</summary>
    public static string? Find(string key) => Texts.GetString(key, CultureInfo.CurrentUICulture);

    /// <summary>A sentence in the language that the request asks for, its values filled in.</summary>
    public static string Say(string key, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.InvariantCulture, Find(key) ?? throw new MissingManifestResourceException(key), values);
}
