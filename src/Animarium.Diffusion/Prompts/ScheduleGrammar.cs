namespace Animarium.Diffusion.Prompts;

/// <summary>
/// Reads A1111's schedule grammar in one pass over the text with a stack of open brackets. A bracket that turns out to belong to no valid group is plain text, and so are
/// all brackets around it (the grammar allows stray ones at the top level only); a <c>|</c> outside an alternation makes the whole text unreadable.
/// </summary>
internal sealed class ScheduleGrammar
{
    /// <summary>Deeper texts count as unreadable; keeps the walk over the tree off the end of the stack.</summary>
    private const int MaxDepth = 256;

    /// <summary>An open bracket and what was read behind it, cut at its colons or bars.</summary>
    private sealed class Group(char bracket)
    {
        public char Bracket { get; } = bracket;                       // '(' or '[', '\0' for the whole text
        public char Separator { get; set; }                           // ':' or '|' once seen
        public List<List<ScheduleNode>> Parts { get; } = [[]];
    }

    private readonly Stack<Group> open = new([new Group('\0')]);

    /// <summary>The tree of a text, or null where the grammar has none.</summary>
    public static ScheduleNode? Read(string text)
    {
        var grammar = new ScheduleGrammar();
        for (int at = 0; at < text.Length;)
        {
            int end = at;
            while (end < text.Length && !"[]():|".Contains(text[end], StringComparison.Ordinal))
            {
                if (text[end] == '\\' && (++end == text.Length || text[end] == '\n')) return null;
                end++;
            }
            if (end > at) grammar.Add(new Verbatim(text[at..end]));
            if (end < text.Length && !grammar.Take(text[end])) return null;
            at = end + 1;
        }
        return grammar.Flatten() ? new Sequence(grammar.open.Peek().Parts[0]) : null;
    }

    private void Add(ScheduleNode node) => open.Peek().Parts[^1].Add(node);

    /// <summary>Takes a bracket, colon or bar; false if it makes the text unreadable.</summary>
    private bool Take(char mark)
    {
        var group = open.Peek();
        switch (mark)
        {
            case '(' or '[':
                open.Push(new Group(mark));
                return open.Count <= MaxDepth;
            case '|' when group.Bracket != '[':
                return false;
            case ':' when group.Bracket == '\0':
                Add(new Verbatim(":"));
                return true;
            case ':' or '|':
                if (group.Separator is not '\0' && group.Separator != mark) return false;
                group.Separator = mark;
                group.Parts.Add([]);
                return true;
            default:
                if (group.Bracket == (mark == ')' ? '(' : '[') && Close(group) is { } node)
                {
                    open.Pop();
                    Add(node);
                    return true;
                }
                if (!Flatten()) return false;
                Add(new Verbatim(mark.ToString()));
                return true;
        }
    }

    /// <summary>What a closed group means, or null if nothing.</summary>
    private static ScheduleNode? Close(Group group)
    {
        var parts = group.Parts;
        if (group.Bracket == '(' && parts.Count <= 2) return Bracketed("(", parts, ")");
        if (group.Bracket == '(') return null;
        if (parts.Count == 1) return Bracketed("[", parts, "]");
        if (group.Separator == '|') return new Alternation([.. parts.Select(part => new Sequence(part))]);
        return parts.Count <= 3 && Number(parts[^1]) is { } when
            ? new Switch(new Sequence(parts.Count == 3 ? parts[0] : []), new Sequence(parts[^2]), when)
            : null;
    }

    private static Sequence Bracketed(string start, List<List<ScheduleNode>> parts, string end)
    {
        List<ScheduleNode> all = [new Verbatim(start), new Sequence(parts[0])];
        foreach (var part in parts.Skip(1)) all.AddRange([new Verbatim(":"), new Sequence(part)]);
        all.Add(new Verbatim(end));
        return new(all);
    }

    /// <summary>A number in ASCII digits, with sign, point and exponent as they come and blanks around it.</summary>
    private static string? Number(List<ScheduleNode> part)
    {
        if (part is not [Verbatim(var text)]) return null;
        string number = PythonSyntax.Trim(text).ToString();
        return number.All(c => char.IsAsciiDigit(c) || c is '.' or 'e' or 'E' or '+' or '-') && PythonSyntax.TryFloat(number, out _) ? number : null;
    }

    /// <summary>Turns all open brackets into plain text of the whole; false if a bar would be left standing.</summary>
    private bool Flatten()
    {
        var groups = open.Reverse().ToList();
        if (groups.Any(group => group.Separator == '|')) return false;
        var whole = groups[0].Parts[0];
        foreach (var group in groups.Skip(1))
        {
            whole.Add(new Verbatim(group.Bracket.ToString()));
            for (int i = 0; i < group.Parts.Count; i++)
            {
                if (i > 0) whole.Add(new Verbatim(":"));
                whole.AddRange(group.Parts[i]);
            }
            open.Pop();
        }
        return true;
    }
}
