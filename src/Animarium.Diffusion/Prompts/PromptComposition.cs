namespace Animarium.Diffusion.Prompts;

/// <summary>One of several prompts that are drawn together.</summary>
/// <param name="Text">Without the weight; blanks at its start stay.</param>
/// <param name="Weight">Its share wₖ in the guidance sum u + s·Σ wₖ(cₖ − u); may be negative.</param>
public readonly record struct ComposedPrompt(string Text, double Weight);

/// <summary>Prompts joined by <c>AND</c>: <c>a cat :1.2 AND a dog :0.8</c>.</summary>
public static class PromptComposition
{
    /// <summary>Cuts a prompt at each upper-case word AND; a prompt without one gives itself (a trailing <c>:number</c> counts there, too).</summary>
    /// <param name="prompt">Any text, before its schedule and emphasis are resolved.</param>
    public static IReadOnlyList<ComposedPrompt> Parse(string prompt)
    {
        var parts = new List<ComposedPrompt>();
        int from = 0;
        foreach (int at in PythonSyntax.WholeWords(prompt, "AND"))
        {
            parts.Add(Weighted(prompt.AsSpan(from, at - from)));
            from = at + "AND".Length;
        }
        parts.Add(Weighted(prompt.AsSpan(from)));
        return parts;
    }

    private static ComposedPrompt Weighted(ReadOnlySpan<char> part)
    {
        part = PythonSyntax.TrimEnd(part);
        int colon = part.LastIndexOf(':');
        return colon >= 0 && Number(part[(colon + 1)..]) is { } weight
            ? new(PythonSyntax.TrimEnd(part[..colon]).ToString(), weight)
            : new(part.ToString(), 1);
    }

    /// <summary>A sign, digits and at most one point; no exponent.</summary>
    private static double? Number(ReadOnlySpan<char> text)
    {
        text = PythonSyntax.Trim(text);
        var digits = text.Length > 0 && text[0] is '+' or '-' ? text[1..] : text;
        foreach (char c in digits)
            if (c != '.' && !char.IsDigit(c)) return null;
        return PythonSyntax.TryFloat(text, out double value) ? Emphasis.Held(value) : null;
    }
}
