using System.Text.RegularExpressions;

namespace Animarium.Studio.Prompts.Completion;

/// <summary>The word under the caret of a prompt, and what it is going to be.</summary>
/// <param name="Kind">What is being typed.</param>
/// <param name="Start">Its first character.</param>
/// <param name="Length">All its characters, those behind the caret too.</param>
/// <param name="Typed">What stands before the caret, without marks such as <c>__</c>.</param>
/// <param name="Behind">What belongs behind a tag here: a comma at the end of the prompt, nothing inside of brackets.</param>
internal readonly partial record struct PromptWord(CompletionKind Kind, int Start, int Length, string Typed, string Behind)
{
    private const int Longest = 300; // characters around the caret that are looked at
    private const string Ends = ",\n\r、，|{}[]";

    public static PromptWord At(string prompt, int caret)
    {
        caret = Math.Clamp(caret, 0, prompt.Length);
        int least = Math.Max(0, caret - Longest), most = Math.Min(prompt.Length, caret + Longest);
        if (Network(prompt, least, caret) is { } network) return network;

        int start = caret, end = caret;
        while (start > least && !IsEnd(prompt, start - 1)) start--;
        while (end < most && !IsEnd(prompt, end) && !IsWeight(prompt, end)) end++;
        while (start < caret && char.IsWhiteSpace(prompt[start])) start++;
        while (end > caret && char.IsWhiteSpace(prompt[end - 1])) end--;
        string typed = prompt[start..caret];
        if (typed.LastIndexOf("__", StringComparison.Ordinal) is var marks and >= 0 && Count(typed) % 2 == 1)
        {
            int from = start + marks, to = prompt.IndexOf("__", caret, end - caret, StringComparison.Ordinal);
            return new(CompletionKind.Wildcard, from, (to < 0 ? caret : to + 2) - from, typed[(marks + 2)..], "");
        }
        // In (blue hair:1.2|) the caret is in a number.
        if (typed.Length == 0 || Weight().IsMatch(typed)) return new(CompletionKind.None, caret, 0, "", "");
        bool last = prompt.AsSpan(end).IndexOfAnyExcept(' ', '\t') is var next && (next < 0 || prompt[end + next] is '\n' or '\r');
        return new(typed[0] == '@' ? CompletionKind.Artist : CompletionKind.Tag, start, end - start, typed.Replace(@"\", "", StringComparison.Ordinal), last ? ", " : "");
    }

    private static PromptWord? Network(string prompt, int least, int caret)
    {
        int open = prompt.LastIndexOf('<', Math.Max(0, caret - 1), caret - least);
        if (open < 0 || prompt.AsSpan(open, caret - open).IndexOfAny(">\n,") >= 0) return null;
        string typed = prompt[(open + 1)..caret];
        string name = typed.StartsWith("lora:", StringComparison.OrdinalIgnoreCase) || typed.StartsWith("lyco:", StringComparison.OrdinalIgnoreCase) ? typed[5..] : "lora:".StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? "" : typed;
        if (name.Contains(':', StringComparison.Ordinal)) return new(CompletionKind.None, caret, 0, "", ""); // its strength
        if (name == typed && typed.AsSpan().IndexOfAnyExceptInRange('!', 'z') >= 0) return null;
        int close = prompt.AsSpan(caret).IndexOfAny("<>,\n");
        return new(CompletionKind.Lora, open, (close >= 0 && prompt[caret + close] == '>' ? caret + close + 1 : caret) - open, name, "");
    }

    /// <summary>Whether a word ends here: round brackets end it unless they are escaped.</summary>
    private static bool IsEnd(string prompt, int at) => Ends.Contains(prompt[at], StringComparison.Ordinal) || prompt[at] is '(' or ')' && !(at > 0 && prompt[at - 1] == '\\');

    private static bool IsWeight(string prompt, int at) => prompt[at] == ':' && at + 1 < prompt.Length && (char.IsAsciiDigit(prompt[at + 1]) || prompt[at + 1] is '.' or '-');

    private static int Count(string text)
    {
        int count = 0;
        for (int at = text.IndexOf("__", StringComparison.Ordinal); at >= 0; at = text.IndexOf("__", at + 2, StringComparison.Ordinal)) count++;
        return count;
    }

    [GeneratedRegex(@":\s*-?[0-9.]*\z")]
    private static partial Regex Weight();
}
