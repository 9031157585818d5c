namespace Animarium.Diffusion.Prompts;

/// <summary>A tag of a prompt, as commas and line breaks divide it.</summary>
/// <param name="Name">In lower case, without the brackets around it and without its weight; escaped brackets stay as they are written. May be empty.</param>
/// <param name="End">Where it ends in the prompt.</param>
/// <param name="Closed">Whether all brackets are closed there.</param>
public readonly record struct PromptTag(string Name, int End, bool Closed)
{
    private const string Brackets = "()[]{}";

    /// <summary>The tags in order. Linear in the text, any text is accepted.</summary>
    public static IEnumerable<PromptTag> Of(string prompt)
    {
        int open = 0;
        for (int at = 0; at <= prompt.Length;)
        {
            int end = prompt.AsSpan(at).IndexOfAny(',', '\n');
            end = end < 0 ? prompt.Length : at + end;
            string tag = prompt[at..end];
            foreach (char c in tag) open += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            string name = Bare(tag);
            int colon = name.LastIndexOf(':');
            if (colon > 0 && PythonSyntax.TryFloat(name.AsSpan(colon + 1), out _)) name = name[..colon];
            yield return new(name.ToLowerInvariant(), end, open == 0);
            at = end + 1;
        }
    }

    private static string Bare(string tag)
    {
        int from = 0, to = tag.Length;
        while (from < to && Outside(tag[from])) from++;
        while (to > from && Outside(tag[to - 1]) && !(to - 1 > from && tag[to - 2] == '\\')) to--;
        return tag[from..to];
    }

    private static bool Outside(char c) => c is ' ' or '\t' or '\r' || Brackets.Contains(c, StringComparison.Ordinal);
}
