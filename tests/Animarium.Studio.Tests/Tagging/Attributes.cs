using Animarium.Studio.Tagging;

namespace Animarium.Studio.Tests.Tagging;

/// <summary>What the pictures of the shipped model are judged by.</summary>
/// <param name="Style">The artist tag.</param>
/// <param name="Background">Such as "blue background".</param>
/// <param name="Hair">Such as "pink hair".</param>
/// <param name="Eyewear">glasses, sunglasses or none.</param>
internal sealed record Attributes(string Style, string Background, string Hair, string Eyewear)
{
    private const float Threshold = 0.35f;

    private static readonly string[] Colours = ["black", "brown", "blonde", "red", "orange", "grey", "white", "blue", "pink", "purple", "green", "yellow"];

    /// <summary>What a tagger sees: of each kind the likeliest tag.</summary>
    public static Attributes Seen(TagReading reading) => new(
        Likeliest(reading, [.. reading.Labels.Where(label => label.Category == TagCategory.Artist).Select(label => label.Name)]),
        Likeliest(reading, [.. Colours.Select(colour => $"{colour} background")]),
        Likeliest(reading, [.. Colours.Select(colour => $"{colour} hair")]),
        Math.Max(reading["glasses"], reading["sunglasses"]) < Threshold ? "none" : Likeliest(reading, ["glasses", "sunglasses"]));

    /// <summary>What a prompt asks for.</summary>
    public static Attributes Asked(string prompt)
    {
        string[] tags = prompt.Split(", ");
        return new(
            tags.Single(tag => tag.StartsWith('@')),
            tags.Single(tag => tag.EndsWith(" background", StringComparison.Ordinal) && tag != "simple background"),
            tags.Single(tag => Colours.Any(colour => tag == $"{colour} hair")),
            tags.Contains("glasses") ? "glasses" : tags.Contains("sunglasses") ? "sunglasses" : "none");
    }

    /// <summary>The attributes by name, as asked and as seen.</summary>
    public static IEnumerable<(string Attribute, string Asked, string Seen)> Compare(Attributes asked, Attributes seen) =>
        [("style", asked.Style, seen.Style), ("background", asked.Background, seen.Background), ("hair", asked.Hair, seen.Hair), ("eyewear", asked.Eyewear, seen.Eyewear)];

    private static string Likeliest(TagReading reading, string[] tags) => tags.MaxBy(tag => reading[tag])!;
}
