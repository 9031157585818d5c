using System.Buffers;

namespace Animarium.Diffusion.Prompts;

/// <summary>
/// A1111's brackets: <c>(x)</c> ×1.1, <c>[x]</c> ÷1.1, <c>(x:w)</c> ×w, all multiplying when nested; <c>\</c> escapes brackets and itself and vanishes before anything else;
/// unclosed brackets act to the end of the text; <c>BREAK</c> as a word of its own splits.
/// </summary>
internal sealed class A1111Emphasis
{
    /// <summary>Deeper brackets have no effect: 1.1⁷³ is beyond every weight already. Bounds the work at one factor per piece and level.</summary>
    private const int MaxDepth = 256;

    private static readonly SearchValues<char> Marks = SearchValues.Create(@"\()[]:");

    private readonly List<(string Text, double Weight, bool IsBreak)> pieces = [];
    private readonly Stack<int> round = [], square = [];

    /// <summary>The weighted pieces, equal neighbours merged; never empty.</summary>
    public static List<PromptSegment> Parse(string prompt)
    {
        var parser = new A1111Emphasis();
        for (int at = 0; at < prompt.Length;) at = parser.Read(prompt, at);
        while (parser.round.Count > 0) parser.Close(parser.round, Emphasis.Bracket);
        while (parser.square.Count > 0) parser.Close(parser.square, 1 / Emphasis.Bracket);
        return parser.Merged();
    }

    /// <summary>Reads one token and returns where the next begins.</summary>
    private int Read(string prompt, int at)
    {
        switch (prompt[at])
        {
            case '\\':
                bool escapes = at + 1 < prompt.Length && prompt[at + 1] is '(' or ')' or '[' or ']' or '\\';
                pieces.Add((escapes ? prompt[at + 1].ToString() : "", 1, false));
                return at + (escapes ? 2 : 1);
            case '(':
                Open(round);
                return at + 1;
            case '[':
                Open(square);
                return at + 1;
            case ')' when round.Count > 0:
                Close(round, Emphasis.Bracket);
                return at + 1;
            case ']' when square.Count > 0:
                Close(square, 1 / Emphasis.Bracket);
                return at + 1;
            case ':' when round.Count > 0 && WeightEnd(prompt, at) is var end and > 0:
                // Several points, as in (a:1.2.3), are no number: then the text stays whole at ×1.1.
                if (!PythonSyntax.TryFloat(prompt.AsSpan(at + 1, end - at - 2), out double weight))
                {
                    pieces.Add((prompt[at..(end - 1)], 1, false));
                    weight = Emphasis.Bracket;
                }
                Close(round, weight);
                return end;
            default:
                int stop = prompt.AsSpan(at + 1).IndexOfAny(Marks);
                stop = stop < 0 ? prompt.Length : at + 1 + stop;
                if (prompt[at] is ')' or ']' or ':') stop = at + 1;
                AddText(prompt[at..stop]);
                return stop;
        }
    }

    /// <summary>The end of <c>: [sign] digits-and-points )</c> with blanks anywhere between, or −1.</summary>
    private static int WeightEnd(string prompt, int at)
    {
        at++;
        Skip(PythonSyntax.IsSpace);
        if (at < prompt.Length && prompt[at] is '+' or '-') at++;
        int digits = at;
        Skip(c => c == '.' || char.IsDigit(c));
        if (at == digits) return -1;
        Skip(PythonSyntax.IsSpace);
        return at < prompt.Length && prompt[at] == ')' ? at + 1 : -1;

        void Skip(Func<char, bool> kind)
        {
            while (at < prompt.Length && kind(prompt[at])) at++;
        }
    }

    private void Open(Stack<int> brackets) => brackets.Push(brackets.Count < MaxDepth ? pieces.Count : int.MaxValue);

    private void Close(Stack<int> brackets, double factor)
    {
        for (int i = brackets.Pop(); i < pieces.Count; i++) pieces[i] = pieces[i] with { Weight = pieces[i].Weight * factor };
    }

    private void AddText(string text)
    {
        int from = 0;
        foreach (int at in PythonSyntax.WholeWords(text, "BREAK"))
        {
            pieces.Add((PythonSyntax.TrimEnd(text.AsSpan(from, at - from)).ToString(), 1, false));
            pieces.Add(("BREAK", -1, true));
            from = at + "BREAK".Length;
            while (from < text.Length && PythonSyntax.IsSpace(text[from])) from++;
        }
        pieces.Add((text[from..], 1, false));
    }

    private List<PromptSegment> Merged()
    {
        var merged = new List<PromptSegment>();
        for (int i = 0; i < pieces.Count;)
        {
            int end = i + 1;
            while (end < pieces.Count && pieces[end].Weight == pieces[i].Weight) end++;
            string text = end == i + 1 ? pieces[i].Text : string.Concat(pieces[i..end].Select(piece => piece.Text));
            merged.Add(new(text, Emphasis.Held(pieces[i].Weight), pieces[i].IsBreak));
            i = end;
        }
        return merged.Count > 0 ? merged : [new("", 1)];
    }
}
