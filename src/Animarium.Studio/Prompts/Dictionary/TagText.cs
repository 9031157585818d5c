using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Animarium.Studio.Prompts.Dictionary;

/// <summary>Brings the spellings of a tag to one.</summary>
public static partial class TagText
{
    /// <summary>Tags that are drawn with an underscore.</summary>
    private static readonly HashSet<string> Faces =
        ["0_0", "(o)_(o)", "+_+", "+_-", "._.", "<o>_<o>", "<|>_<|>", "=_=", ">_<", ">_o", "3_3", "6_9", "@_@", "^_^", "o_o", "u_u", "x_x", "|_|", "||_||"];

    /// <summary>A tag of a list or prompt as <see cref="Tag.Name"/> has it.</summary>
    public static string Name(string written)
    {
        string name = written.Trim().Replace(@"\(", "(", StringComparison.Ordinal).Replace(@"\)", ")", StringComparison.Ordinal).ToLowerInvariant();
        return Faces.Contains(name) || Score().IsMatch(name) ? name : name.TrimStart('@').Replace('_', ' ').Trim();
    }

    /// <summary>A text as it is compared: compatibility forms, case, katakana, underscores and invisible characters don't matter. Linear in the text.</summary>
    public static string Fold(string text)
    {
        // A lone surrogate cannot be normalised.
        string plain = Ascii.IsValid(text) ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Normalize(NormalizationForm.FormKC);
        var folded = new StringBuilder(plain.Length);
        foreach (char c in plain)
        {
            if (c == '_' || char.IsWhiteSpace(c))
            {
                if (folded.Length > 0 && folded[^1] != ' ') folded.Append(' ');
            }
            else if (c is >= 'ァ' and <= 'ヶ') folded.Append((char)(c - 'ァ' + 'ぁ'));
            else if (!char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format) folded.Append(char.ToLowerInvariant(c));
        }
        return folded.ToString().TrimEnd();
    }

    [GeneratedRegex(@"\Ascore_[0-9](_up)?\z")]
    private static partial Regex Score();
}
