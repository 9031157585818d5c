using System.Text.Json.Nodes;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Spectre.Console;

namespace Animarium.Cli.Terminal;

/// <summary>Words and tables. Results go to standard output, everything about the way there to standard error.</summary>
internal sealed class PeopleOutput(TextWriter output, TextWriter error) : Output
{
    /// <summary>The width of tables in files and pipes, where no line should break.</summary>
    public const int WideColumns = 100_000;

    public override bool IsJson => false;

    /// <summary>Results.</summary>
    public IAnsiConsole Out { get; } = ConsoleOn(output, Console.IsOutputRedirected);

    /// <summary>Progress, warnings and errors.</summary>
    public IAnsiConsole Err { get; } = ConsoleOn(error, Console.IsErrorRedirected);

    public override void Report(string kind, JsonObject facts, Action<IAnsiConsole> show) => show(Out);

    public override void Warn(string code, string message) => Line(Texts.WarningLabel, Color.Yellow, message);

    public override void Fail(Failure failure) => Line(Texts.ErrorLabel, Color.Red, failure.Message);

    public override void Done() { }

    /// <summary>Escape sequences of our own making to standard output.</summary>
    public void Raw(string sequences) => output.Write(sequences);

    /// <summary>A stranger's text without what would move the cursor, recolour the screen or retitle the window.</summary>
    public static string Printable(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && text.AsSpan().IndexOfAnyInRange('\u007f', '\u009f') < 0
            ? text
            : string.Concat(text.Select(c => c is '\n' or '\t' || !char.IsControl(c) ? c : '\uFFFD'));

    /// <summary>A label and a message; not as markup, in which <c>:zzz:</c> would become a picture.</summary>
    private void Line(string label, Color colour, string message)
    {
        Err.Write(new Text(label, new Style(colour)));
        Err.WriteLine(" " + Printable(message));
    }

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected) console.Profile.Width = WideColumns;
        return console;
    }
}
