using Animarium.Recipe.Data;
using Animarium.Studio.Tagging;

namespace Animarium.Recipe.Steps;

/// <summary>Something that pictures are judged by: tags that exclude each other.</summary>
/// <param name="Name">For people.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Always">Whether every picture has one of them; otherwise none is an answer too.</param>
internal sealed record Attribute(string Name, IReadOnlyList<string> Tags, bool Always)
{
    /// <summary>From which probability on a tagger says that it sees a tag.</summary>
    const float Seen = 0.35f;

    static readonly string[] Colours = ["black", "brown", "blonde", "red", "orange", "grey", "white", "blue", "pink", "purple", "green", "yellow"];

    /// <summary>What a tagger's labels can tell.</summary>
    public static IReadOnlyList<Attribute> Of(IReadOnlyList<TagLabel> labels)
    {
        string[] known = [.. labels.Select(label => label.Name)];
        string[] Named(params string[] tags) => [.. tags.Intersect(known)];
        string[] Coloured(params string[] things) => Named([.. from colour in Colours from thing in things select $"{colour} {thing}"]);
        return
        [
            new("style", [.. labels.Where(label => label.Category == TagCategory.Artist).Select(label => label.Name)], true),
            new("background", Coloured("background"), true),
            new("hair colour", Coloured("hair"), false),
            new("hair length", Named("bald", "very short hair", "short hair", "medium hair", "long hair", "very long hair"), false),
            new("eyewear", Named("glasses", "sunglasses", "eyepatch"), false),
            new("eyes", Named("closed eyes", "one eye closed", "half-closed eyes", "wide-eyed"), false),
            new("mouth", Named("smile", "frown", "smirk", "expressionless", ":o"), false),
            new("clothes colour", Coloured("shirt", "sweater", "jacket", "dress", "tank top"), false),
            new("skin", Named("pale skin", "tan", "dark skin"), false),
            new("facial hair", Named("beard", "long beard", "goatee", "mustache", "stubble"), false),
        ];
    }

    /// <summary>Whether a reading shows what the tags of a picture ask for; null if they say nothing where something must be.</summary>
    public bool? IsRight(DrawnPicture asked, TagReading reading)
    {
        string[] wanted = [.. asked.All.Intersect(Tags)];
        if (Always && wanted.Length == 0) return null;
        string likeliest = Tags.MaxBy(tag => reading[tag])!;
        return !Always && reading[likeliest] < Seen ? wanted.Length == 0 : wanted.Contains(likeliest);
    }
}
