namespace Animarium.Studio.Training.Presets;

/// <summary>What a set of pictures looks like from outside: counts, and how many captions have each tag.</summary>
public sealed class PictureSetFacts
{
    private readonly Dictionary<string, int> tags = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> firstTags = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Counts.</summary>
    /// <param name="captions">One for each picture, regularisation pictures left out; null or empty: without one.</param>
    /// <param name="folders">The names after the number of <c>N_name</c> folders; empty: a flat folder.</param>
    public PictureSetFacts(IEnumerable<string?> captions, IEnumerable<string> folders)
    {
        foreach (string? caption in captions)
        {
            Pictures++;
            string[] own = [.. (caption ?? "").Split(',', '\n').Select(Normal).Where(tag => tag.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
            if (own.Length == 0) continue;
            Captioned++;
            Count(firstTags, own[0]);
            foreach (string tag in own) Count(tags, tag);
        }
        Folders = folders.Distinct(StringComparer.OrdinalIgnoreCase).Count();
    }

    /// <summary>Pictures.</summary>
    public int Pictures { get; }

    /// <summary>Pictures with a caption.</summary>
    public int Captioned { get; }

    /// <summary>Differently named <c>N_name</c> folders.</summary>
    public int Folders { get; }

    /// <summary>The share of captions, 0 … 1, with at least one such tag: an upper bound where several of them stand in one caption.</summary>
    public double Share(Func<string, bool> tag) => Captioned == 0 ? 0 : Math.Min(1, tags.Where(pair => tag(pair.Key)).Sum(pair => pair.Value) / (double)Captioned);

    /// <summary>The most frequent such tag and its share of captions, 0 … 1; a null tag where there is none.</summary>
    public (string? Tag, double Share) MostFrequent(Func<string, bool> tag) => Most(tags, tag);

    /// <summary>The most frequent such tag at the beginning of captions, and the share of captions that begin with it.</summary>
    public (string? Tag, double Share) MostFrequentFirst(Func<string, bool> tag) => Most(firstTags, tag);

    private (string? Tag, double Share) Most(Dictionary<string, int> counts, Func<string, bool> tag)
    {
        var (name, count) = counts.Where(pair => tag(pair.Key)).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).FirstOrDefault();
        return (name, Captioned == 0 ? 0 : count / (double)Captioned);
    }

    private static void Count(Dictionary<string, int> counts, string tag) => counts[tag] = counts.GetValueOrDefault(tag) + 1;

    private static string Normal(string tag) => tag.Trim().Replace('_', ' ').ToLowerInvariant();
}
