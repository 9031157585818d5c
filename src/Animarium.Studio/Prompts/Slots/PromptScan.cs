using Animarium.Diffusion.Prompts;

namespace Animarium.Studio.Prompts.Slots;

/// <summary>Finds where pieces and tags of a prompt begin and end. Any text is accepted; linear in it.</summary>
internal sealed class PromptScan
{
    private const string Opening = "([{<", Closing = ")]}>";

    private readonly string text;
    private readonly int[] partner; // of a bracket, or −1
    private readonly int[] depths; // brackets with a partner around each character

    public PromptScan(string text)
    {
        this.text = text;
        partner = new int[text.Length];
        depths = new int[text.Length];
        Array.Fill(partner, -1);
        var open = new Dictionary<char, Stack<int>>();
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            else if (IsMark(at) && Opening.IndexOf(text[at]) is var kind and >= 0) Of(Closing[kind]).Push(at);
            else if (IsMark(at) && Closing.Contains(text[at]) && Of(text[at]).TryPop(out int start)) (partner[start], partner[at]) = (at, start);
            else if (text[at] is ')' or ']' or '}' or '(' or '[' or '{') unpaired.Add(at);
        }
        unpaired.AddRange(open.Where(stack => stack.Key != '>').SelectMany(stack => stack.Value));
        unpaired.Sort();
        for (int at = 0, depth = 0; at < text.Length; at++)
        {
            if (partner[at] >= 0 && partner[at] < at) depth--;
            depths[at] = depth;
            if (partner[at] > at) depth++;
        }

        Stack<int> Of(char closing) => open.TryGetValue(closing, out var stack) ? stack : open[closing] = new();
    }

    private readonly List<int> unpaired = [];

    /// <summary>Brackets that lack the other half; faces such as <c>:)</c> too.</summary>
    public IReadOnlyList<int> Unpaired => unpaired;

    /// <summary>Stretches between commas and line breaks that stand in no bracket: blanks, text, and all separators behind.</summary>
    public IEnumerable<(int Start, int TextStart, int TextEnd, int End)> Stretches()
    {
        for (int at = 0; at < text.Length;)
        {
            int start = at, stop = at;
            while (stop < text.Length && !(depths[stop] == 0 && IsSeparator(text[stop]))) stop++;
            int textStart = start, textEnd = stop, end = stop;
            while (textStart < stop && char.IsWhiteSpace(text[textStart])) textStart++;
            while (textEnd > textStart && char.IsWhiteSpace(text[textEnd - 1])) textEnd--;
            if (end < text.Length) end++;
            while (end < text.Length && text[end] is '\n' or '\r' && depths[end] == 0) end++;
            yield return (start, textStart, textEnd, at = end);
        }
    }

    /// <summary>The tags of a stretch of the prompt: what is left between brackets, commas and weights.</summary>
    public IEnumerable<PlacedTag> Tags(int start, int end)
    {
        int from = start, choices = 0;
        for (int at = start; at <= end; at++)
        {
            bool escaped = at < end && text[at] == '\\';
            if (escaped) at++;
            else if (at == end || IsSeparator(text[at]) || text[at] == '|' || partner[at] >= 0 || text[at] is '(' or ')' && unpaired.BinarySearch(at) >= 0)
            {
                int stop = Math.Min(at, end);
                if (at < end && text[at] is ')' or ']' && text.AsSpan(from, stop - from).LastIndexOf(':') is var colon and >= 0 && PythonSyntax.TryFloat(text.AsSpan(from + colon + 1, stop - from - colon - 1), out _)) stop = from + colon;
                if (Trimmed(from, stop) is { } tag) yield return new(tag.Start, tag.Text, choices > 0);
                if (at == end) break;
                if (text[at] == '<' && partner[at] > at) at = partner[at];
                else if (text[at] is '{' or '[' && partner[at] >= 0) choices++;
                else if (text[at] is '}' or ']' && partner[at] >= 0 && choices > 0) choices--;
                from = at + 1;
            }
        }
    }

    private (int Start, string Text)? Trimmed(int from, int stop)
    {
        while (from < stop && char.IsWhiteSpace(text[from])) from++;
        while (stop > from && char.IsWhiteSpace(text[stop - 1])) stop--;
        string tag = text[from..stop];
        return tag.Length == 0 || tag.Contains("__", StringComparison.Ordinal) || tag.StartsWith('$') || tag is "BREAK" or "AND" ? null : (from, tag);
    }

    /// <summary>Angle brackets belong together only in a network's tag: <c>&gt;_&lt;</c> is a face.</summary>
    private bool IsMark(int at) => text[at] switch
    {
        '<' => at + 1 < text.Length && char.IsAsciiLetter(text[at + 1]) && text.AsSpan(at, Math.Min(32, text.Length - at)).IndexOf(':') > 0,
        _ => true,
    };

    private static bool IsSeparator(char c) => c is ',' or '\n' or '\r' or '、' or '，';
}
