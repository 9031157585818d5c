using Spectre.Console;

namespace Animarium.Cli.Terminal;

/// <summary>Names and values in two columns, the values as strangers wrote them.</summary>
internal sealed class FactTable
{
    private const int Gap = 2, NarrowestValue = 20;

    private readonly List<(string Name, string Value)> rows = [];

    public void Add(string name, string value) => rows.Add((PeopleOutput.Printable(name), PeopleOutput.Printable(value)));

    public void Show(IAnsiConsole console)
    {
        int column = rows.Select(row => Wrapped.Columns(row.Name)).DefaultIfEmpty().Max() + Gap;
        foreach (var (name, value) in rows)
        {
            console.Markup($"[grey]{Markup.Escape(name)}[/]{new string(' ', column - Wrapped.Columns(name))}");
            var lines = value.Split('\n').SelectMany(line => Wrapped.Lines(line, Math.Max(NarrowestValue, console.Profile.Width - column)));
            console.WriteLine(string.Join('\n' + new string(' ', column), lines));
        }
    }
}
