using System.Text;

namespace Animarium.Diffusion.Prompts;

/// <summary>
/// ComfyUI's brackets: <c>(x)</c> multiplies the inherited weight by 1.1; <c>(x:w)</c> replaces it if what follows the group's last colon is a number;
/// <c>\(</c> and <c>\)</c> are literal. An unclosed bracket turns the rest into plain text, a closing one too many makes later ones literal.
/// The original rescans the text once per level; here the partner of each bracket is found once, so that nesting costs nothing.
/// </summary>
internal sealed class ComfyEmphasis
{
    /// <summary>A stretch of text that still has to be read, with the weight it inherits.</summary>
    private record struct Span(int At, int End, double Weight);

    private readonly string text;         // escapes resolved
    private readonly bool[] literal;      // brackets that were escaped
    private readonly int[] partner;       // of an opening bracket: its closing one, or int.MaxValue
    private readonly int[] lastColon;     // at or before this character
    private readonly int[] lastBracket;   // at or before this character
    private readonly List<PromptSegment> segments = [];

    private ComfyEmphasis(string prompt)
    {
        var plain = new StringBuilder(prompt.Length);
        literal = new bool[prompt.Length];
        for (int i = 0; i < prompt.Length; i++)
        {
            if (prompt[i] == '\\' && i + 1 < prompt.Length && prompt[i + 1] is '(' or ')') literal[plain.Length] = true;
            plain.Append(literal[plain.Length] ? prompt[++i] : prompt[i]);
        }
        text = plain.ToString();
        (partner, lastColon, lastBracket) = (new int[text.Length], new int[text.Length], new int[text.Length]);
        var open = new Stack<int>();
        for (int i = 0, colon = -1, bracket = -1; i < text.Length; i++)
        {
            if (Is('(', i))
            {
                open.Push(i);
                partner[i] = int.MaxValue;
            }
            else if (Is(')', i) && open.TryPop(out int start)) partner[start] = i;
            lastColon[i] = colon = text[i] == ':' ? i : colon;
            lastBracket[i] = bracket = text[i] is '(' or ')' ? i : bracket;
        }
    }

    /// <summary>The weighted pieces in order; empty ones vanish, equal neighbours stay apart.</summary>
    public static List<PromptSegment> Parse(string prompt)
    {
        var parser = new ComfyEmphasis(prompt);
        var todo = new Stack<Span>();
        todo.Push(new(0, parser.text.Length, 1));
        while (todo.TryPop(out var span)) parser.Read(span, todo);
        return parser.segments;
    }

    private bool Is(char bracket, int at) => text[at] == bracket && !literal[at];

    /// <summary>Reads up to the first group of the stretch, then leaves the group and what follows it to be read next.</summary>
    private void Read(Span span, Stack<Span> todo)
    {
        int at = span.At;
        for (int level = 0; at < span.End; at++)
        {
            if (Is(')', at)) level--;
            else if (Is('(', at) && level++ == 0) break;
        }
        Add(span.At, at, span.Weight);
        if (at == span.End) return;
        int end = Math.Min(partner[at], span.End - 1);
        if (partner[at] == end) todo.Push(span with { At = end + 1 });
        if (Is(')', end) && end > at) todo.Push(Group(at + 1, end, span.Weight));
        else Add(at, end + 1, span.Weight);
    }

    private Span Group(int start, int end, double inherited)
    {
        int colon = end > start ? lastColon[end - 1] : -1;
        return colon > start && lastBracket[end - 1] < colon && PythonSyntax.TryFloat(text.AsSpan(colon + 1, end - colon - 1), out double weight)
            ? new(start, colon, weight)
            : new(start, end, inherited * Emphasis.Bracket);
    }

    private void Add(int start, int end, double weight)
    {
        if (end > start) segments.Add(new(text[start..end], Emphasis.Held(weight)));
    }
}
