namespace Animarium.Studio.Tagging;

/// <summary>What kind of tag a tagger's label is: the numbers of its <c>selected_tags.csv</c>.</summary>
public enum TagCategory
{
    /// <summary>What is seen.</summary>
    General = 0,

    /// <summary>Who drew it.</summary>
    Artist = 1,

    /// <summary>Who is seen.</summary>
    Character = 4,

    /// <summary>general, sensitive, questionable or explicit.</summary>
    Rating = 9,
}

/// <summary>One output of a tagger.</summary>
/// <param name="Name">As in prompts, with blanks instead of underscores (kaomoji such as <c>^_^</c> keep theirs).</param>
/// <param name="Category">Its kind; kinds this program has no name for keep their number.</param>
public sealed record TagLabel(string Name, TagCategory Category);

/// <summary>What a tagger read off one picture.</summary>
public sealed class TagReading
{
    private readonly IReadOnlyDictionary<string, int> index;

    internal TagReading(IReadOnlyList<TagLabel> labels, IReadOnlyDictionary<string, int> index, float[] probabilities, float[] features) =>
        (Labels, this.index, Probabilities, Features) = (labels, index, probabilities, features);

    /// <summary>All labels of the tagger.</summary>
    public IReadOnlyList<TagLabel> Labels { get; }

    /// <summary>0…1, one for each of <see cref="Labels"/>.</summary>
    public IReadOnlyList<float> Probabilities { get; }

    /// <summary>A vector of unit length: pictures that look alike have a large inner product. Empty if the tagger gives none.</summary>
    public IReadOnlyList<float> Features { get; }

    /// <summary>The probability of a tag, 0…1; 0 for a tag that the tagger does not know.</summary>
    /// <param name="tag">With blanks, as in a prompt.</param>
    public float this[string tag] => index.TryGetValue(tag, out int at) ? Probabilities[at] : 0;

    /// <summary>The tags of a kind from a probability on, the surest first.</summary>
    /// <param name="category">The kind.</param>
    /// <param name="threshold">0…1; 0.35 is usual.</param>
    public IEnumerable<(TagLabel Label, float Probability)> Above(TagCategory category, float threshold) =>
        Labels.Zip(Probabilities).Where(tag => tag.First.Category == category && tag.Second >= threshold).OrderByDescending(tag => tag.Second);
}
