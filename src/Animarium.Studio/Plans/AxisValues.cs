using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Animarium.Studio.Generation;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Plans;

/// <summary>The values of an axis as users of A1111's X/Y/Z script write them.</summary>
internal static partial class AxisValues
{
    private const int Decimals = 6; // of values that divide a range

    /// <summary>Parts between commas, without the blanks around them. Quotes keep commas; two of them in quotes are one. Empty parts stay: a prompt may lose a word.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var part = new StringBuilder();
        bool quoted = false, wasQuoted = false;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == ',' && !quoted)
            {
                yield return wasQuoted ? part.ToString() : part.ToString().Trim();
                (quoted, wasQuoted) = (false, false);
                part.Clear();
            }
            else if (text[i] != '"') { if (!wasQuoted || quoted) part.Append(text[i]); }
            else if (quoted && i + 1 < text.Length && text[i + 1] == '"') part.Append(text[i++]);
            else if (quoted) quoted = false;
            else if (string.IsNullOrWhiteSpace(part.ToString()) && !wasQuoted)
            {
                part.Clear();
                quoted = wasQuoted = true;
            }
            else part.Append('"'); // in the middle of a word it is a letter like any other
        }
    }

    /// <summary>The numbers of <c>1-5</c>, <c>1-10 (+3)</c>, <c>10-1 (-3)</c> or <c>1-10 [5]</c>; anything else as it stands.</summary>
    /// <param name="axis">For messages.</param>
    /// <param name="text">One part of the list.</param>
    /// <param name="whole">Whether the numbers are whole; those that divide a range are cut then, as A1111 does.</param>
    /// <exception cref="SettingException">A step leads away from the end, or there are too many values.</exception>
    public static IEnumerable<string> Range(string axis, string text, bool whole)
    {
        var match = Form().Match(text);
        if (!match.Success || !Number(match.Groups["from"], out decimal from) || !Number(match.Groups["to"], out decimal to)) return [text];
        if (match.Groups["count"].Success)
        {
            int count = int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
            if (count is < 1 or > PlanAxis.MostValues) throw new SettingException(axis, Words.Say("plan.axis.values", axis, count, PlanAxis.MostValues));
            return Enumerable.Range(0, count).Select(i => count == 1 ? from : from + (to - from) * i / (count - 1)).Select(value => Written(whole ? decimal.Truncate(value) : decimal.Round(value, Decimals)));
        }
        decimal step = Number(match.Groups["step"], out decimal given) ? given : to < from ? -1 : 1;
        if (step == 0 || to != from && step > 0 != to > from) throw new SettingException(axis, Words.Say("plan.axis.step", text));
        decimal steps = decimal.Floor((to - from) / step);
        if (steps >= PlanAxis.MostValues) throw new SettingException(axis, Words.Say("plan.axis.values", axis, steps + 1, PlanAxis.MostValues));
        return Enumerable.Range(0, (int)steps + 1).Select(i => Written(from + i * step));
    }

    private static bool Number(Group group, out decimal number)
    {
        number = 0;
        return group.Success && group.Length <= 20 && decimal.TryParse(group.ValueSpan, NumberStyles.Float & ~NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Without zeros at the end.</summary>
    private static string Written(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?<from>-?[0-9]*\.?[0-9]+)\s*-\s*(?<to>-?[0-9]*\.?[0-9]+)\s*(?:\(\s*(?<step>[+-]?[0-9]*\.?[0-9]+)\s*\)|\[\s*(?<count>[0-9]{1,9})\s*\])?\s*$")]
    private static partial Regex Form();
}
