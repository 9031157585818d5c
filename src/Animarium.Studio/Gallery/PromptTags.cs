using Animarium.Diffusion.Prompts;

namespace Animarium.Studio.Gallery;

/// <summary>The tags of prompts as the gallery finds them.</summary>
internal static class PromptTags
{
    private const int LongestTag = 60; // characters: what is longer is a sentence, which the full-text search finds

    /// <summary>Each once, in order; <c>long_hair</c> is <c>long hair</c>, and an escaped bracket is a bracket.</summary>
    public static IEnumerable<string> Of(string prompt) => PromptTag.Of(prompt).Select(tag => Normal(tag.Name)).Where(tag => tag.Length is > 0 and <= LongestTag).Distinct();

    /// <summary>A tag as it is kept and looked for.</summary>
    public static string Normal(string tag) =>
        SearchText.Normal(tag.Replace("\\(", "(", StringComparison.Ordinal).Replace("\\)", ")", StringComparison.Ordinal)).Trim();
}
