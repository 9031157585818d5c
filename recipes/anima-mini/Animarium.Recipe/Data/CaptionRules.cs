using System.Text.Json;
using Animarium.Studio;

namespace Animarium.Recipe.Data;

/// <summary>How captions vary: <c>captions.json</c>, the same rules as those of <c>draw.js</c>.</summary>
internal sealed record CaptionRules(IReadOnlyList<QualityRule> Quality, double Count, double Solo, double Artist, double Tag, double Shuffle, double SimpleBackground, double Background, ShortRule Short, double Empty)
{
    /// <summary>The rules of this recipe.</summary>
    public static CaptionRules Own { get; } = Read();

    /// <summary>Quality words that captions hold and pictures don't.</summary>
    public IEnumerable<string> QualityTags => Quality.SelectMany(rule => rule.Tags);

    /// <summary>
    /// One caption of a picture. A quarter are short, because a model that has only seen complete captions draws bald heads for "1girl, solo"; a tenth are empty,
    /// which is what guidance leads away from.
    /// </summary>
    public string Vary(DrawnPicture picture, ref SplitMix64 random)
    {
        if (random.Uniform() < Empty) return "";
        if (random.Uniform() < Short.Chance) return ShortCaption(picture, ref random);
        var tags = new List<string>(picture.Quality);
        if (tags.Count == 0)
            foreach (var rule in Quality)
                if (random.Uniform() < rule.Chance) tags.AddRange(rule.Tags);
        foreach (string tag in picture.Count) Keep(tag, tag == "solo" ? Solo : Count, tags, ref random);
        Keep(picture.Artist, Artist, tags, ref random);
        int first = tags.Count;
        foreach (string tag in picture.Tags) Keep(tag, Tag, tags, ref random);
        if (random.Uniform() < Shuffle)
        {
            var order = random.Permutation(tags.Count - first);
            string[] kept = [.. tags.Skip(first)];
            for (int i = 0; i < order.Length; i++) tags[first + i] = kept[order[i]];
        }
        Keep(picture.Background[0], SimpleBackground, tags, ref random);
        Keep(picture.Background[1], Background, tags, ref random);
        return string.Join(", ", tags);
    }

    string ShortCaption(DrawnPicture picture, ref SplitMix64 random)
    {
        string[] all = [.. picture.Count, picture.Artist, .. picture.Tags, .. picture.Background];
        var (least, most) = (Short.Tags[0], Short.Tags[1]);
        var chosen = random.Permutation(all.Length).Take(least + random.Below(most - least + 1)).ToHashSet();
        return string.Join(", ", picture.Quality.Concat(all.Where((_, i) => chosen.Contains(i))));
    }

    static void Keep(string tag, double chance, List<string> tags, ref SplitMix64 random)
    {
        if (random.Uniform() < chance) tags.Add(tag);
    }

    static CaptionRules Read()
    {
        using var resource = typeof(CaptionRules).Assembly.GetManifestResourceStream("captions.json")!;
        return JsonSerializer.Deserialize<CaptionRules>(resource, JsonSerializerOptions.Web)!;
    }
}

/// <summary>Quality words that stand together, and how often.</summary>
internal sealed record QualityRule(IReadOnlyList<string> Tags, double Chance);

/// <summary>How often a caption is short, and from how many tags to how many.</summary>
internal sealed record ShortRule(double Chance, IReadOnlyList<int> Tags);
