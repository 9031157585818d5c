using System.Text;

namespace Animarium.Studio.Prompts;

/// <summary>One walk through a template: writes its text, asking the chooser wherever there is a choice.</summary>
internal sealed class WildcardExpansion(WildcardLibrary library, WildcardChooser chooser, bool compatible)
{
    /// <summary>Lines and variables put in by one expansion; beyond that they stay as written. Ends lists that multiply each other.</summary>
    private const int MaxInsertions = 10_000;

    /// <summary>Lists and variables inside one another.</summary>
    private const int MaxDepth = 64;

    private readonly StringBuilder text = new();
    private readonly Dictionary<string, List<TemplateNode>> variables = new(StringComparer.Ordinal);
    private readonly HashSet<string> active = new(StringComparer.Ordinal); // lists, and variables with a $ in front
    private readonly Dictionary<string, List<Option>> known = new(StringComparer.Ordinal); // by wildcard name
    private int insertions;

    public string Expand(string template)
    {
        Write(WildcardTemplate.Parse(template, compatible));
        return text.ToString();
    }

    private void Write(List<TemplateNode> nodes)
    {
        foreach (var node in nodes) Write(node);
    }

    private void Write(TemplateNode node)
    {
        switch (node)
        {
            case TemplateNode.Literal literal:
                text.Append(literal.Text);
                break;
            case TemplateNode.Wildcard wildcard:
                var lines = Lines(wildcard);
                if (lines.Count == 0) text.Append(wildcard.Source);
                else Join(", ", Enumerable.Range(0, wildcard.Repeat).Select(_ => lines[chooser.Choose([.. lines.Select(line => line.Weight)])]));
                break;
            case TemplateNode.Choice choice:
                Join(choice.Separator, Draw(choice, Options(choice)));
                break;
            case TemplateNode.Assignment assignment:
                if (!assignment.KeepsExisting || !variables.ContainsKey(assignment.Name))
                    variables[assignment.Name] = assignment.Immediate ? [new TemplateNode.Literal(Apart(assignment.Value))] : assignment.Value;
                break;
            case TemplateNode.Variable variable:
                if ((variables.GetValueOrDefault(variable.Name) ?? variable.Default) is not { } value || !Insert("$" + variable.Name, value)) text.Append(variable.Source);
                break;
            case TemplateNode.Wrap wrap:
                string wrapper = Apart(wrap.Wrapper), inner = Apart(wrap.Inner);
                text.Append(wrapper.Contains("...", StringComparison.Ordinal) ? wrapper.Replace("...", inner, StringComparison.Ordinal) : wrapper + inner);
                break;
        }
    }

    /// <summary>An alternative: its nodes, and the list they come from, if any.</summary>
    private sealed record Option(double Weight, List<TemplateNode> Nodes, string? List);

    private void Join(string separator, IEnumerable<Option> drawn)
    {
        bool first = true;
        foreach (var option in drawn)
        {
            if (!first) text.Append(separator);
            first = false;
            if (option.List is null) Write(option.Nodes);
            else if (!Insert(option.List, option.Nodes)) text.Append("__").Append(option.List).Append("__");
        }
    }

    /// <summary>Different alternatives in the order drawn.</summary>
    private IEnumerable<Option> Draw(TemplateNode.Choice choice, List<Option> options)
    {
        int least = Math.Min(choice.Least, options.Count), most = Math.Min(choice.Most, options.Count);
        int count = least == most ? least : least + chooser.Choose([.. Enumerable.Repeat(1.0, most - least + 1)]);
        for (; count > 0; count--)
        {
            int index = options.Count == 1 ? 0 : chooser.Choose([.. options.Select(option => option.Weight)]);
            yield return options[index];
            options.RemoveAt(index);
        }
    }

    /// <summary>The alternatives of a choice. One wildcard alone stands for its lines, a repeated one for so many alternatives.</summary>
    private List<Option> Options(TemplateNode.Choice choice)
    {
        if (choice.Options is [(_, [TemplateNode.Wildcard { Repeat: 1 } only])] && Lines(only) is { Count: > 0 } lines) return lines;
        var options = new List<Option>();
        foreach (var (weight, nodes) in choice.Options)
        {
            if (nodes is [TemplateNode.Wildcard { Repeat: > 1 } repeated])
                options.AddRange(Enumerable.Repeat(new Option(weight, [repeated with { Repeat = 1 }], null), repeated.Repeat));
            else options.Add(new(weight, nodes, null));
        }
        return options;
    }

    /// <summary>What a wildcard may become: nothing from a list that is just being written, so that lists in a circle end.</summary>
    private List<Option> Lines(TemplateNode.Wildcard wildcard)
    {
        if (insertions >= MaxInsertions) return [];
        if (!known.TryGetValue(wildcard.Name, out var lines))
        {
            var found = library.Find(wildcard.Name).ToList();
            if (found.Count == 0 && "~!@".Contains(wildcard.Name[0], StringComparison.Ordinal)) found = [.. library.Find(wildcard.Name[1..])]; // sampler marks
            known[wildcard.Name] = lines = [.. found.Select(entry => LineOf(entry.List, entry.Option))];
        }
        return [.. lines.Where(line => !active.Contains(line.List!))];
    }

    private Option LineOf(string list, string line)
    {
        var (weight, length) = compatible ? (1, 0) : WildcardTemplate.WeightAt(line, 0, line.Length);
        return new(weight, [new Line(line[length..].TrimStart())], list);
    }

    /// <summary>A line that is read as a template only when it was chosen.</summary>
    private sealed record Line(string Template) : TemplateNode;

    private bool Insert(string source, List<TemplateNode> nodes)
    {
        if (insertions >= MaxInsertions || active.Count >= MaxDepth || !active.Add(source)) return false;
        insertions++;
        Write(nodes is [Line line] ? WildcardTemplate.Parse(line.Template, compatible) : nodes);
        active.Remove(source);
        return true;
    }

    /// <summary>The text of some nodes, not yet written.</summary>
    private string Apart(List<TemplateNode> nodes)
    {
        int start = text.Length;
        Write(nodes);
        string written = text.ToString(start, text.Length - start);
        text.Length = start;
        return written;
    }
}
