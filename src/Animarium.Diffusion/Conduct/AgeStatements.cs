using System.Collections.Frozen;
using System.Globalization;

namespace Animarium.Diffusion.Conduct;

/// <summary>Finds statements of an age under eighteen: <c>12 years old</c>, <c>13yo</c>, <c>aged twelve</c>, <c>age: 9</c>, <c>fifth grader</c>, <c>12歳</c>, <c>十二才</c>, <c>18歳未満</c>.</summary>
internal static class AgeStatements
{
    private const int Adult = 18;

    private static readonly FrozenDictionary<string, int> Numbers =
        Indexed("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen");

    private static readonly FrozenDictionary<string, int> Ordinals = Indexed("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth");

    private static readonly FrozenDictionary<string, int> Tens = Indexed("twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million");

    /// <summary>The first statement in a text as it is written there, or null.</summary>
    public static string? First(Words words)
    {
        for (int at = 0; at < words.Count; at++)
        {
            int end = (words[at].Script == Script.Han ? JapaneseAge(words, at) : EnglishAge(words, at) ?? Grade(words, at)) ?? at;
            if (end > at) return string.Join(' ', Enumerable.Range(at, end - at).Select(i => words.Letters(i).ToString()));
        }
        return null;
    }

    /// <summary>The end of an age that begins with this number or has it behind "age"; null if there is none.</summary>
    private static int? EnglishAge(Words words, int at)
    {
        if (Value(words, at) is not { } value) return null;
        int unit = at + 1;
        if (IsJapaneseAge(words, unit, value)) return unit + 1;
        if (words[unit].Gap != Gap.Hard)
        {
            if (value < Adult && words.Is(unit, "yo", "yos", "yrold")) return unit + 1;
            bool old = words[unit + 1].Gap != Gap.Hard && (words.Is(unit + 1, "old", "olds", "o") || (words.Is(unit + 1, "of") && words.Is(unit + 2, "age")));
            if (value < Adult && old && words.Is(unit, "year", "years", "yr", "yrs", "y", "ys")) return unit + 2;
            if (old && words.Is(unit, "month", "months", "week", "weeks")) return unit + 2;
            if (words[unit].Gap == Gap.None && words[unit].Script == Script.Letters) return null; // age 1girl
        }
        int before = at - 1;
        if (words.Is(before, "of", "is", "about", "around", "only", "just") && words[at].Gap == Gap.Soft) before--;
        bool stated = words.Is(before, "age", "aged", "ages") && Enumerable.Range(before + 1, at - before).All(i => words[i].Gap == Gap.Soft || words[i].AfterColon);
        return stated && value < Adult && double.IsInteger(value) ? at + 1 : null;
    }

    /// <summary>The end of an age that begins with this Han numeral.</summary>
    private static int? JapaneseAge(Words words, int at)
    {
        if (!IsNumeral(words, at) || IsNumeral(words, at - 1)) return null; // no number, or one that began earlier
        int unit = at;
        double value = HanValue(words, ref unit);
        return IsJapaneseAge(words, unit, value) ? unit + 1 : null;
    }

    /// <summary>Whether 歳, 才 or さい stands here behind a number under eighteen, or 歳未満 behind eighteen.</summary>
    private static bool IsJapaneseAge(Words words, int unit, double value)
    {
        if (words[unit].Gap == Gap.Hard) return false;
        int end = words.Is(unit, "歳", "才") ? unit + 1 : words.Is(unit, "さ") && words.Is(unit + 1, "い") ? unit + 2 : 0;
        return end > 0 && (value < Adult || (value == Adult && words.Is(end, "未") && words.Is(end + 1, "満")));
    }

    private static int? Grade(Words words, int at)
    {
        int grade = at + 1;
        if (words[at].Script == Script.Number && words[grade].Gap == Gap.None && words.Is(grade, "st", "nd", "rd", "th"))
        {
            if (Value(words, at) is not (>= 1 and <= 12)) return null;
            grade++;
        }
        else if (!Has(Ordinals, words, at, out _)) return null;
        if (words[grade].Gap == Gap.Hard) return null;
        bool pupil = words[grade + 1].Gap != Gap.Hard && words.Is(grade + 1, "student", "students", "pupil", "pupils", "girl", "girls", "boy", "boys", "class", "kid", "kids");
        return words.Is(grade, "grader", "graders") || (pupil && words.Is(grade, "grade")) ? grade + 1 : null;
    }

    /// <summary>A number in digits (with <c>1,000</c> and <c>1.5</c>) or in a word that is not the end of a larger one.</summary>
    private static double? Value(Words words, int at)
    {
        if (words[at].Script == Script.Letters && Has(Numbers, words, at, out int value)) return words[at].Gap != Gap.Hard && Has(Tens, words, at - 1, out _) ? null : value;
        if (words[at].Script != Script.Number) return null;
        return double.TryParse(words.Letters(at), NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    private static bool IsNumeral(Words words, int at) => words[at].Script == Script.Han && "〇一二三四五六七八九十百千万".Contains(words.Letters(at)[0], StringComparison.Ordinal);

    /// <summary>The value of a run of Han numerals, positional (一七) or with tens (十七); hundreds and more are simply large.</summary>
    private static double HanValue(Words words, ref int at)
    {
        int tens = 0, units = 0;
        bool large = false, ten = false;
        for (int start = at; IsNumeral(words, at) && (at == start || words[at].Gap != Gap.Hard); at++)
        {
            int digit = "〇一二三四五六七八九".IndexOf(words.Letters(at)[0], StringComparison.Ordinal);
            if (digit >= 0) units = ten ? digit : Math.Min(1000, 10 * units + digit);
            else if (words.Is(at, "十")) (tens, units, ten) = (Math.Max(units, 1), 0, true);
            else large = true;
        }
        return large ? double.PositiveInfinity : 10 * tens + units;
    }

    private static FrozenDictionary<string, int> Indexed(string list) => list.Split(' ').Index().ToFrozenDictionary(word => word.Item, word => word.Index);

    private static bool Has(FrozenDictionary<string, int> list, Words words, int at, out int index) =>
        list.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(words.Letters(at), out index);
}
