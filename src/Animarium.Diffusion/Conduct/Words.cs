using System.Buffers;

namespace Animarium.Diffusion.Conduct;

/// <summary>What stands between a word and the one before it.</summary>
internal enum Gap
{
    /// <summary>Nothing: both were cut from one run of letters and digits.</summary>
    None,

    /// <summary>Blanks, hyphens, brackets: the words may belong to one phrase.</summary>
    Soft,

    /// <summary>A comma, a full stop, a line break: another tag or sentence.</summary>
    Hard,
}

/// <summary>What a word is written in.</summary>
internal enum Script { Letters, Number, Han, Hiragana, Katakana }

/// <summary>One word: a run of letters, a number, or a single Han or kana character.</summary>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="Length">In UTF-16 units.</param>
/// <param name="Script">What it is written in.</param>
/// <param name="Gap">To the word before.</param>
/// <param name="AfterColon">A colon or an equals sign stands in the gap.</param>
internal readonly record struct Word(int Start, int Length, Script Script, Gap Gap, bool AfterColon);

/// <summary>The words of a <see cref="FoldedText">folded</see> text, in lower case; <c>12yo</c> and <c>bigHouse</c> are two each. Linear in the text.</summary>
internal sealed class Words
{
    private static readonly SearchValues<char> Stops = SearchValues.Create(",.;|\n\r、。!?");

    private readonly string text;
    private readonly string lower;
    private readonly List<Word> words = [];

    private Words(string text)
    {
        (this.text, lower) = (text, text.ToLowerInvariant());
        for (int at = 0; ;)
        {
            int start = at;
            while (at < text.Length && ScriptOf(text[at]) is null) at++;
            if (at == text.Length) return;
            int end = End(at, ScriptOf(text[at])!.Value);
            var (gap, colon) = GapOf(text.AsSpan(start, at - start));
            words.Add(new(at, end - at, ScriptOf(text[at])!.Value, start == 0 ? Gap.Hard : gap, colon));
            at = end;
        }
    }

    /// <summary>Cuts a text into words.</summary>
    public static Words Of(string folded) => new(folded);

    /// <summary>How many there are.</summary>
    public int Count => words.Count;

    /// <summary>A word; one outside of the text is empty and stands apart.</summary>
    public Word this[int index] => index >= 0 && index < words.Count ? words[index] : new(0, 0, Script.Letters, Gap.Hard, false);

    /// <summary>A word's letters.</summary>
    public ReadOnlySpan<char> Letters(int index) => lower.AsSpan(this[index].Start, this[index].Length);

    /// <summary>Whether a word is one of these.</summary>
    public bool Is(int index, params ReadOnlySpan<string> any)
    {
        foreach (string word in any)
            if (Letters(index).SequenceEqual(word)) return true;
        return false;
    }

    /// <summary>What a character is written in; null where it separates words.</summary>
    public static Script? ScriptOf(char c) => c switch
    {
        < '0' => null,
        <= '9' => Script.Number,
        >= '\u3041' and <= '\u309f' => Script.Hiragana,
        '\u30fb' => null,
        >= '\u30a0' and <= '\u30ff' => Script.Katakana,
        '々' or '〇' or (>= '\u3400' and <= '\u9fff') => Script.Han,
        _ => char.IsLetter(c) ? Script.Letters : null,
    };

    private int End(int at, Script script)
    {
        int end = at + 1;
        if (script == Script.Number)
            while (end < text.Length && (ScriptOf(text[end]) == Script.Number || IsPoint(end))) end++;
        else if (script == Script.Letters)
            while (end < text.Length && ScriptOf(text[end]) == Script.Letters && !(char.IsUpper(text[end]) && char.IsLower(text[end - 1]))) end++;
        return end;
    }

    /// <summary>A point or comma between two digits.</summary>
    private bool IsPoint(int at) => text[at] is '.' or ',' && char.IsAsciiDigit(text[at - 1]) && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]);

    private static (Gap Gap, bool Colon) GapOf(ReadOnlySpan<char> between)
    {
        if (between.IsEmpty) return (Gap.None, false);
        // A point inside "y.o." or "s.e.x" separates nothing.
        bool stop = between is not "." && between.ContainsAny(Stops);
        return (stop || between.Contains(':') ? Gap.Hard : Gap.Soft, !stop && between.ContainsAny(':', '='));
    }
}
