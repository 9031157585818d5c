using System.Globalization;
using System.Text;

namespace Animarium.Diffusion.Conduct;

/// <summary>Brings the many spellings of a text to one, so that a word list need hold each word once.</summary>
internal static class FoldedText
{
    /// <summary>
    /// Compatibility forms (full width, circled, mathematical letters) and the digits of all scripts become plain ones, accents and invisible characters vanish, look-alikes of other alphabets become Latin.
    /// Upper case stays: it shows where a new word begins. Linear in the text: combining marks are thinned before they are sorted.
    /// </summary>
    public static string Of(string text)
    {
        if (Ascii.IsValid(text)) return text;
        string thinned = WithoutMarks(text);
        return WithoutMarks(thinned.Normalize(NormalizationForm.FormKD)).Normalize(NormalizationForm.FormC);
    }

    /// <summary>Drops invisible characters and combining marks except the voicing marks of kana, of which one a letter stays. A lone surrogate becomes U+FFFD.</summary>
    private static string WithoutMarks(string text)
    {
        var rest = new StringBuilder(text.Length);
        bool marked = false;
        foreach (var rune in text.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Format:
                    continue;
                case UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark:
                    if (marked || rune.Value is not (0x3099 or 0x309A)) continue;
                    marked = true;
                    break;
                case UnicodeCategory.DecimalDigitNumber:
                    rest.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
                    marked = false;
                    continue;
                default:
                    marked = false;
                    break;
            }
            if (rune.IsBmp) rest.Append(Latin((char)rune.Value));
            else rest.Append(rune.ToString());
        }
        return rest.ToString();
    }

    /// <summary>The Latin letter that a Cyrillic or Greek one looks like.</summary>
    private static char Latin(char c)
    {
        int at = "аеорсухіѕјһԁԛԝАВЕКМНОРСТХІЅЈαεικνορτυχ".IndexOf(c, StringComparison.Ordinal);
        return at < 0 ? c : "aeopcyxisjhdqwABEKMHOPCTXISJaeikvoptux"[at];
    }
}
