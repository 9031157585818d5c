using Spectre.Console;

namespace Animarium.Cli.Terminal;

/// <summary>Names and values in two columns, the values as strangers wrote them.</summary>
internal sealed class FactTable
{
    private readonly Grid grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0)).AddColumn();

    public void Add(string name, string value) =>
        grid.AddRow(new Text(PeopleOutput.Printable(name), new Style(Color.Grey)), new Text(PeopleOutput.Printable(value)));

    public void Show(IAnsiConsole console) => console.Write(grid);
}
