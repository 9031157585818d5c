using System.Diagnostics;
using Animarium.Studio.Prompts.Dictionary;

namespace Animarium.Bench;

/// <summary>
/// One completion in a list as large as the largest that people load: words made of syllables, two or three in a tag, every third with an alias and a
/// Japanese name in kana. The queries are beginnings and middles of names, readings in romaji and kana, and texts that nothing fits; single letters are the slowest.
/// </summary>
static class TagCompletion
{
    const int Tags = 150_000, Queries = 3_000, Items = 20;

    static readonly string[] Syllables = ["ka", "ki", "ku", "sa", "shi", "tsu", "ta", "na", "no", "ha", "fu", "ma", "mi", "yo", "ra", "ri", "ro", "ga", "be", "do", "st", "er", "ing", "th", "al"];
    static readonly string[] Kana = ["か", "き", "く", "さ", "し", "つ", "た", "な", "の", "は", "ふ", "ま", "み", "よ", "ら", "り", "ろ", "が", "べ", "ど"];

    public static IEnumerable<Measurement> Run(BenchOptions options)
    {
        var random = new Random(7);
        var tags = Enumerable.Range(0, 2 * Tags).Select(Tag).DistinctBy(tag => tag.Name).Take(Tags).ToList();
        long start = Stopwatch.GetTimestamp();
        var dictionary = new TagDictionary(tags);
        double load = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string all = string.Join('\n', tags.Select(tag => tag.Name));
        double scan = Interleaved.Seconds(() => all.Contains("no such tag", StringComparison.Ordinal));

        var seconds = new List<double>();
        foreach (string query in Enumerable.Range(0, Queries + 100).Select(_ => Query()))
        {
            long begin = Stopwatch.GetTimestamp();
            dictionary.Complete(query, Items);
            seconds.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        seconds = [.. seconds.Skip(100).Order()]; // the first ones compile
        yield return new("tag-completion")
        {
            Tags = tags.Count, Seconds = seconds[Queries / 2], Percentile99Seconds = seconds[Queries * 99 / 100], LongestSeconds = seconds[^1], LoadSeconds = load, Ratio = seconds[Queries * 99 / 100] / scan,
        };

        Tag Tag(int n) => new(string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Word(Syllables, 2, 5))) + (n % 5 == 0 ? $" {n % 97}" : ""), n % 3 == 0 ? TagCategory.Artist : TagCategory.General, 5_000_000 / (n + 1))
        {
            Aliases = n % 3 == 1 ? [Word(Syllables, 3, 6)] : [],
            Japanese = n % 3 == 1 ? [Word(Kana, 2, 7)] : [],
        };

        string Word(string[] parts, int least, int most) => string.Concat(Enumerable.Range(0, random.Next(least, most)).Select(_ => parts[random.Next(parts.Length)]));

        string Query()
        {
            string name = tags[random.Next(tags.Count)].Name;
            return random.Next(6) switch
            {
                0 => name[..1],
                1 => name[..Math.Min(name.Length, random.Next(2, 8))],
                2 => name[(name.Length / 2)..],
                3 => Word(Kana, 1, 4),
                4 => "@" + name[..Math.Min(name.Length, random.Next(1, 4))],
                _ => name + "zq",
            };
        }
    }
}
