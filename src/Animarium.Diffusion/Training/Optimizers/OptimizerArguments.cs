using System.Globalization;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>
/// Settings of an optimizer as users write them (<c>weight_decay=0.01</c>, <c>betas=0.9,0.99</c>, <c>decouple=True</c>, <c>eps=None</c>). Each is declared
/// where it is read, with its default and range; what nobody read is refused.
/// </summary>
sealed class OptimizerArguments(string optimizer, IReadOnlyDictionary<string, string> given)
{
    readonly List<string> known = [];
    readonly List<Sentence> notices = [];

    /// <summary>The names that were read so far.</summary>
    public IReadOnlyList<string> Known => known;

    /// <summary>What of it has no effect.</summary>
    public IReadOnlyList<Sentence> Notices => notices;

    /// <summary>A number in a range.</summary>
    public double Number(string name, double otherwise, double low = 0, double high = double.PositiveInfinity) => Text(name) is { } text ? Within(name, text, low, high) : otherwise;

    /// <summary>A number in a range, or None.</summary>
    public double? Optional(string name, double? otherwise, double low = 0, double high = double.PositiveInfinity) =>
        Text(name) is not { } text ? otherwise : text is "None" or "none" or "null" or "" ? null : Within(name, text, low, high);

    /// <summary>A whole number in a range.</summary>
    public int Whole(string name, int otherwise, int low = 0)
    {
        double value = Number(name, otherwise, low, int.MaxValue);
        return value == Math.Floor(value) ? (int)value : throw Wrong(name, given[name], "a whole number");
    }

    /// <summary>A number above 0.</summary>
    public double Positive(string name, double otherwise) => Number(name, otherwise, double.Epsilon);

    /// <summary>A share: at least 0 and below 1.</summary>
    public double Share(string name, double otherwise) => Number(name, otherwise, 0, Math.BitDecrement(1));

    /// <summary>Several numbers in a range, separated by commas; brackets are allowed.</summary>
    public double[] Numbers(string name, double[] otherwise, double low, double high)
    {
        if (Text(name) is not { } text) return otherwise;
        string[] parts = text.Trim('(', ')', '[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length == otherwise.Length ? [.. parts.Select(part => Within(name, part, low, high))] : throw Wrong(name, text, $"{otherwise.Length} numbers separated by commas");
    }

    /// <summary>Two shares, by default Adam's.</summary>
    public (double First, double Second) Betas(double first = 0.9, double second = 0.999)
    {
        var betas = Numbers("betas", [first, second], 0, Math.BitDecrement(1));
        return (betas[0], betas[1]);
    }

    /// <summary>Two numbers above 0.</summary>
    public (double First, double Second) Epsilons(double first, double second)
    {
        var epsilons = Numbers("eps", [first, second], double.Epsilon, double.PositiveInfinity);
        return (epsilons[0], epsilons[1]);
    }

    /// <summary>True or False.</summary>
    public bool Flag(string name, bool otherwise) => Text(name) is not { } text ? otherwise : text.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" => true,
        "false" or "0" or "no" => false,
        _ => throw Wrong(name, text, "True or False"),
    };

    /// <summary>A text.</summary>
    public string Word(string name, string otherwise, params ReadOnlySpan<string> choices)
    {
        string word = Text(name) ?? otherwise;
        return choices.IsEmpty || choices.Contains(word) ? word : throw Wrong(name, word, "one of " + string.Join(", ", choices.ToArray()));
    }

    /// <summary>Settings that other programs have a use for.</summary>
    public void WithoutEffect(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (Text(name) is not null)
                notices.Add(new($"{optimizer}: {name} has no effect here.", $"{optimizer}：{name} はここでは効果がありません。"));
    }

    /// <summary>Throws if something was given that no one asked for.</summary>
    public void RefuseRest()
    {
        if (given.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new ArgumentException($"{optimizer} has no setting '{unknown}'. Nearest: {Spelling.Nearest(unknown, known)}. All: {string.Join(", ", known)}.");
    }

    string? Text(string name)
    {
        known.Add(name);
        return given.TryGetValue(name, out var text) ? text.Trim() : null;
    }

    double Within(string name, string text, double low, double high) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= low && value <= high
            ? value
            : throw Wrong(name, text, (low, high) switch
            {
                (double.Epsilon, double.PositiveInfinity) => "a number above 0",
                (0, < 1 and > 0.999) => "at least 0 and below 1",
                (_, double.PositiveInfinity) => string.Create(CultureInfo.InvariantCulture, $"a number of at least {low}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"a number from {low} to {high}"),
            });

    ArgumentException Wrong(string name, string text, string wanted) => new($"{optimizer}: {name} must be {wanted}, not '{text}'.");
}
