using System.Text;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Kohya;

/// <summary>Splits a pasted command into words as the shell it was written for would.</summary>
internal static class CommandText
{
    /// <summary><c>cmd</c> for Windows' command prompt, else <c>bash</c>: by how lines go on, then by what paths look like.</summary>
    public static string ShellOf(string text)
    {
        string[] ends = [.. text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())];
        if (ends.Any(line => line.EndsWith('^'))) return "cmd";
        if (ends.Any(line => line.EndsWith('\\'))) return "bash";
        bool drive = Enumerable.Range(0, Math.Max(0, text.Length - 2)).Any(i => char.IsAsciiLetter(text[i]) && text[i + 1] == ':' && text[i + 2] == '\\');
        return drive ? "cmd" : "bash";
    }

    /// <summary>The words of each command; comments are left out.</summary>
    /// <exception cref="SettingException">It ends inside quotes.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> Commands(string text, string shell)
    {
        text = text.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        return shell == "cmd" ? new CmdWords(text).Read() : new BashWords(text).Read();
    }

    /// <summary>The words of one line of arguments.</summary>
    public static IReadOnlyList<string> Words(string text, string shell) => [.. Commands(text, shell).SelectMany(words => words)];

    private abstract class ShellWords(string text)
    {
        private readonly List<IReadOnlyList<string>> commands = [];
        private readonly StringBuilder word = new();
        private List<string> words = [];
        private bool inWord;

        protected string Text => text;

        protected int At { get; set; }

        public List<IReadOnlyList<string>> Read()
        {
            while (At < text.Length) Next(text[At++]);
            EndCommand();
            return commands;
        }

        protected abstract void Next(char c);

        protected bool AtStartOfWord => !inWord;

        protected bool AtStartOfCommand => !inWord && words.Count == 0;

        protected void Add(char c)
        {
            inWord = true;
            word.Append(c);
        }

        protected void Begin() => inWord = true;

        protected void EndWord()
        {
            if (inWord) words.Add(word.ToString());
            word.Clear();
            inWord = false;
        }

        protected void EndCommand()
        {
            EndWord();
            if (words.Count > 0) commands.Add(words);
            words = [];
        }

        protected void SkipLine()
        {
            while (At < text.Length && text[At] != '\n') At++;
        }

        protected static SettingException OpenQuote() => new(TrainingWords.Find("import.commandQuote", null));
    }

    /// <summary>POSIX quoting: single quotes keep everything, double quotes let a backslash escape four characters.</summary>
    private sealed class BashWords(string text) : ShellWords(text)
    {
        protected override void Next(char c)
        {
            switch (c)
            {
                case '\n' or ';' or '|' or '&': EndCommand(); break;
                case ' ' or '\t': EndWord(); break;
                case '#' when AtStartOfWord: SkipLine(); break;
                case '\\' when At < Text.Length && Text[At] == '\n': At++; break;
                case '\\' when At < Text.Length: Add(Text[At++]); break;
                case '\\': break; // the last character of a paste that was cut short
                case '\'':
                    Begin();
                    int end = Text.IndexOf('\'', At);
                    if (end < 0) throw OpenQuote();
                    while (At < end) Add(Text[At++]);
                    At++;
                    break;
                case '"': DoubleQuoted(); break;
                default: Add(c); break;
            }
        }

        private void DoubleQuoted()
        {
            Begin();
            while (At < Text.Length && Text[At] != '"')
            {
                char c = Text[At++];
                if (c == '\\' && At < Text.Length && Text[At] == '\n') At++;
                else if (c == '\\' && At < Text.Length && Text[At] is '"' or '\\' or '$' or '`') Add(Text[At++]);
                else Add(c);
            }
            if (At++ >= Text.Length) throw OpenQuote();
        }
    }

    /// <summary>cmd's and the C runtime's quoting: ^ escapes outside of quotes, a backslash only before a quote.</summary>
    private sealed class CmdWords(string text) : ShellWords(text)
    {
        protected override void Next(char c)
        {
            switch (c)
            {
                case '\n' or '&' or '|': EndCommand(); break;
                case ' ' or '\t': EndWord(); break;
                case '^' when At < Text.Length && Text[At] == '\n': At++; break;
                case '^' when At < Text.Length: Add(Text[At++]); break;
                case '^': break; // the last character of a paste that was cut short
                case ':' when AtStartOfCommand && At < Text.Length && Text[At] == ':': SkipLine(); break;
                case 'r' or 'R' when AtStartOfCommand && Text.AsSpan(At).StartsWith("em ", StringComparison.OrdinalIgnoreCase): SkipLine(); break;
                case '\\' when At < Text.Length && Text[At] == '"': Add(Text[At++]); break;
                case '"': Quoted(); break;
                default: Add(c); break;
            }
        }

        private void Quoted()
        {
            Begin();
            while (At < Text.Length && Text[At] != '"')
            {
                // A path that ends in a backslash before the closing quote ("C:\out\") is meant as it looks.
                bool escapes = Text[At] == '\\' && At + 2 < Text.Length && Text[At + 1] == '"' && !char.IsWhiteSpace(Text[At + 2]);
                if (escapes) At++;
                Add(Text[At++]);
            }
            if (At++ >= Text.Length) throw OpenQuote();
        }
    }
}
