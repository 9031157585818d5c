using System.Globalization;

namespace Animarium.Recipe;

/// <summary>A command line: words, and options of the form <c>--name value</c>.</summary>
internal sealed class Arguments
{
    readonly List<string> words = [];
    readonly Dictionary<string, string> options = new(StringComparer.Ordinal);

    public Arguments(IReadOnlyList<string> line)
    {
        for (int i = 0; i < line.Count; i++)
        {
            if (!line[i].StartsWith("--", StringComparison.Ordinal)) words.Add(line[i]);
            else if (i + 1 < line.Count) options[line[i][2..]] = line[++i];
            else throw new ArgumentException($"{line[i]} needs a value.");
        }
    }

    /// <summary>The word at a place.</summary>
    public string Word(int place, string what) => place < words.Count ? words[place] : throw new ArgumentException($"Name {what}.");

    /// <summary>The words from a place on, at least one.</summary>
    public IReadOnlyList<string> Words(int place, string what) => [Word(place, what), .. words.Skip(place + 1)];

    public string? Text(string name) => options.Remove(name, out var text) ? text : null;

    public long Whole(string name, long otherwise) => Text(name) is not { } text ? otherwise
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw new ArgumentException($"--{name} is a whole number, not '{text}'.");

    public double Number(string name, double otherwise) => Text(name) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0 ? number : throw new ArgumentException($"--{name} is a number above 0, not '{text}'.");

    /// <summary>Refuses options that nobody asked for.</summary>
    public void RefuseRest()
    {
        if (options.Keys.FirstOrDefault() is { } unknown) throw new ArgumentException($"This step has no option --{unknown}.");
    }
}
