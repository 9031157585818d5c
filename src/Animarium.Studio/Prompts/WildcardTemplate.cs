using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Animarium.Studio.Prompts;

/// <summary>A piece of a template. <see cref="WildcardExpansion"/> says what each becomes.</summary>
internal abstract record TemplateNode
{
    /// <summary>Text that stays.</summary>
    public sealed record Literal(string Text) : TemplateNode;

    /// <summary><c>__name__</c> or <c>3#__name__</c>; <paramref name="Source"/> is what stands there if no file fits.</summary>
    public sealed record Wildcard(string Name, int Repeat, string Source) : TemplateNode;

    /// <summary><c>{2-3$$ and $$a|3::b}</c></summary>
    public sealed record Choice(int Least, int Most, string Separator, List<(double Weight, List<TemplateNode> Option)> Options) : TemplateNode;

    /// <summary><c>${name=value}</c>, with <c>=!</c> drawn at once, with <c>?=</c> only where the name is still free.</summary>
    public sealed record Assignment(string Name, bool Immediate, bool KeepsExisting, List<TemplateNode> Value) : TemplateNode;

    /// <summary><c>${name}</c> or <c>${name:default}</c>; <paramref name="Source"/> is what stands there if the name is unknown and has no default.</summary>
    public sealed record Variable(string Name, List<TemplateNode>? Default, string Source) : TemplateNode;

    /// <summary><c>%{before … after$$inner}</c>: the inner text in place of the dots, or behind.</summary>
    public sealed record Wrap(List<TemplateNode> Wrapper, List<TemplateNode> Inner) : TemplateNode;
}

/// <summary>Reads templates of dynamic prompts and Impact Pack. What does not fit the syntax (an unclosed brace, <c>__</c> without a name) is text. Linear in the template.</summary>
internal sealed partial class WildcardTemplate
{
    /// <summary>Braces nested deeper than this are text.</summary>
    private const int MaxDepth = 64;

    private readonly string text;
    private readonly int[] closing;     // of an opening brace: its partner, or −1
    private readonly int[] nextMark;    // the next "$$" at or after this character, or the length
    private int depth;

    private WildcardTemplate(string text)
    {
        this.text = text;
        closing = new int[text.Length];
        nextMark = new int[text.Length + 1];
        nextMark[text.Length] = text.Length;
        var open = new Stack<int>();
        for (int i = 0; i < text.Length; i++)
        {
            closing[i] = -1;
            if (text[i] == '{') open.Push(i);
            else if (text[i] == '}' && open.TryPop(out int start)) closing[start] = i;
        }
        for (int i = text.Length - 1; i >= 0; i--) nextMark[i] = At("$$", i) ? i : nextMark[i + 1];
    }

    /// <summary>The pieces of a template.</summary>
    /// <param name="template">The text.</param>
    /// <param name="anyComment">Every <c>#</c> begins a comment, as in dynamic prompts; otherwise only one that stands by itself, so that <c>#ff0000</c> survives.</param>
    public static List<TemplateNode> Parse(string template, bool anyComment)
    {
        string text = WithoutComments(template, anyComment);
        return new WildcardTemplate(text).Sequence(0, text.Length);
    }

    private static string WithoutComments(string template, bool any)
    {
        var rest = new StringBuilder(template.Length);
        int from = 0;
        for (int hash = template.IndexOf('#'); hash >= 0; hash = template.IndexOf('#', hash))
        {
            bool alone = (hash == 0 || char.IsWhiteSpace(template[hash - 1]))
                && (hash + 1 == template.Length || template[hash + 1] == '#' || char.IsWhiteSpace(template[hash + 1]));
            if (!any && !alone)
            {
                hash++;
                continue;
            }
            int stop = hash;
            while (stop > from && (template[stop - 1] is ' ' or '\t')) stop--;
            rest.Append(template, from, stop - from);
            int line = template.IndexOf('\n', hash);
            from = hash = line < 0 ? template.Length : line;
        }
        return rest.Append(template, from, template.Length - from).ToString();
    }

    private bool At(string mark, int at) => string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0;

    private List<TemplateNode> Sequence(int at, int end)
    {
        var nodes = new List<TemplateNode>();
        var literal = new StringBuilder();
        while (at < end)
        {
            int next = at;
            if (Node(ref next, end) is { } node)
            {
                if (literal.Length > 0) nodes.Add(new TemplateNode.Literal(literal.ToString()));
                literal.Clear();
                nodes.Add(node);
            }
            else
            {
                next = at + (At("__", at) && at + 1 < end ? 2 : 1); // both underscores at once: the second must not pair with a third
                literal.Append(text, at, next - at);
            }
            at = next;
        }
        if (literal.Length > 0) nodes.Add(new TemplateNode.Literal(literal.ToString()));
        return nodes;
    }

    /// <summary>The piece that begins here, with <paramref name="at"/> moved behind it; null where there is only text.</summary>
    private TemplateNode? Node(ref int at, int end) => text[at] switch
    {
        '{' => Braced(ref at, at, Choice),
        '$' when At("${", at) => Braced(ref at, at + 1, Variable),
        '%' when At("%{", at) => Braced(ref at, at + 1, Wrap),
        '_' when At("__", at) => Wildcard(ref at, at, 1, end),
        >= '1' and <= '9' when (at == 0 || !char.IsAsciiDigit(text[at - 1])) && Repeated().Match(text, at, Math.Min(end - at, 5)) is { Success: true } match
            => Wildcard(ref at, at + match.Length - 2, int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), end),
        _ => null,
    };

    private TemplateNode? Braced(ref int at, int brace, Func<int, int, TemplateNode?> read)
    {
        int close = closing[brace];
        if (close < 0 || depth == MaxDepth) return null;
        depth++;
        var node = read(brace + 1, close);
        depth--;
        if (node is not null) at = close + 1;
        return node;
    }

    private TemplateNode.Wildcard? Wildcard(ref int at, int underscores, int repeat, int end)
    {
        int start = underscores + 2, stop = start;
        while (stop < end && text[stop] is not ('{' or '}' or '|' or '\n' or '$' or ',') && !At("__", stop)) stop++;
        if (stop == start || stop + 1 >= end || !At("__", stop)) return null;
        string source = text[at..(stop + 2)];
        at = stop + 2;
        return new(text[start..stop], repeat, source);
    }

    private TemplateNode Choice(int at, int end)
    {
        at = SkipBlanks(at, end);
        // ~ ! @ choose a sampler in dynamic prompts: all draw alike here. A single @ before a letter is an artist tag.
        if (at < end && (text[at] is '~' or '!' || (text[at] == '@' && at + 1 < end && !char.IsLetter(text[at + 1])))) at++;
        int least = 1, most = 1;
        string separator = ",";
        if (Bound().Match(text, at, Math.Min(end - at, 24)) is { Success: true } bound)
        {
            at += bound.Length;
            least = bound.Groups[1].Success ? Count(bound.Groups[1]) : 1;
            most = bound.Groups[3].Success ? Count(bound.Groups[3]) : bound.Groups[2].Success ? int.MaxValue : least;
            int mark = nextMark[at];
            if (mark < end && text.AsSpan(at, mark - at).IndexOfAny('{', '}') < 0)
            {
                separator = text[at..mark];
                at = mark + 2;
            }
        }
        var options = new List<(double, List<TemplateNode>)>();
        foreach (var (start, stop) in Options(at, end))
        {
            var (weight, length) = WeightAt(text, start, stop);
            options.Add((weight, Sequence(SkipBlanks(start + length, stop), stop)));
        }
        return new TemplateNode.Choice(Math.Min(least, most), Math.Max(least, most), separator, options);
    }

    /// <summary>The stretches between the bars of this level.</summary>
    private IEnumerable<(int Start, int Stop)> Options(int at, int end)
    {
        int start = at;
        for (; at < end; at++)
        {
            if (text[at] == '{' && closing[at] >= 0) at = closing[at];
            else if (text[at] == '|')
            {
                yield return (SkipBlanks(start, at), at);
                start = at + 1;
            }
        }
        yield return (SkipBlanks(start, end), end);
    }

    private TemplateNode? Variable(int at, int end)
    {
        var match = VariableName().Match(text, at, end - at);
        if (!match.Success) return null;
        string name = match.Groups[1].Value, action = match.Groups[2].Value;
        int value = SkipBlanks(at + match.Length, end);
        return action switch
        {
            "" => at + match.Length == end ? new TemplateNode.Variable(name, null, text[(at - 2)..(end + 1)]) : null,
            ":" => new TemplateNode.Variable(name, Sequence(value, end), text[(at - 2)..(end + 1)]),
            _ => new TemplateNode.Assignment(name, action.EndsWith('!'), action.StartsWith('?'), Sequence(value, end)),
        };
    }

    private TemplateNode.Wrap? Wrap(int at, int end)
    {
        int mark = at;
        while (mark < end && !At("$$", mark)) mark = text[mark] == '{' && closing[mark] >= 0 ? closing[mark] + 1 : mark + 1;
        return mark < end ? new(Sequence(SkipBlanks(at, mark), mark), Sequence(SkipBlanks(mark + 2, end), end)) : null;
    }

    private int SkipBlanks(int at, int end)
    {
        while (at < end && char.IsWhiteSpace(text[at])) at++;
        return at;
    }

    /// <summary>The weight <c>3::</c> at a place of a text and the length of its writing; 1 and 0 without one.</summary>
    public static (double Weight, int Length) WeightAt(string text, int start, int stop) =>
        WeightPrefix().Match(text, start, Math.Min(stop - start, 32)) is { Success: true } match
            ? (double.Parse(match.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture), match.Length)
            : (1, 0);

    private static int Count(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\G(?=-?[0-9])([0-9]{1,6})?(-)?([0-9]{1,6})?\$\$")]
    private static partial Regex Bound();

    [GeneratedRegex(@"\G([0-9]{0,12}\.?[0-9]{1,12}|[0-9]{1,12}\.)::")]
    private static partial Regex WeightPrefix();

    [GeneratedRegex(@"\G\s*([\p{L}_][\p{L}\p{N}_.-]*)\s*(\?=!?|=!?|:)?")]
    private static partial Regex VariableName();

    [GeneratedRegex(@"\G([1-9][0-9]?)#__")]
    private static partial Regex Repeated();
}
