using System.Globalization;

namespace Animarium.Load;

/// <summary>How much load.</summary>
sealed record LoadOptions
{
    /// <summary>Browsers with a page each.</summary>
    public int Browsers { get; init; } = 8;

    /// <summary>Programs that use the API.</summary>
    public int Clients { get; init; } = 50;

    /// <summary>Pictures that the programs order together.</summary>
    public int Pictures { get; init; } = 1000;

    /// <summary>Pictures of the run in which nobody else uses the studio.</summary>
    public int Alone { get; init; } = 200;

    /// <summary>Reads <c>--browsers N --clients N --pictures N --alone N</c>.</summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static LoadOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new LoadOptions();
        foreach (string[] pair in arguments.Chunk(2))
        {
            if (pair is not [var name, var text] || !int.TryParse(text, CultureInfo.InvariantCulture, out int value) || value < 0) throw new ArgumentException($"'{pair[0]}' needs a number that is not negative.");
            options = name switch
            {
                "--browsers" => options with { Browsers = value },
                "--clients" => options with { Clients = value },
                "--pictures" => options with { Pictures = value },
                "--alone" => options with { Alone = value },
                _ => throw new ArgumentException($"There is no '{name}': --browsers, --clients, --pictures, --alone."),
            };
        }
        return options;
    }
}
