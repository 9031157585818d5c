using System.Buffers;
using System.Text;
using Animarium.Diffusion.Prompts;

namespace Animarium.Diffusion.Conduct;

/// <summary>What the conduct check and the rating filter found in one or more texts.</summary>
internal sealed class Content
{
    /// <summary>Characters that the texts of one schedule may have together before fewer steps are looked at.</summary>
    private const int ScheduleBudget = 200_000;

    /// <summary>Steps whose texts are looked at in a schedule.</summary>
    private const int ScheduleSteps = 50;

    private static readonly SearchValues<char> Brackets = SearchValues.Create(@"()[]{}\");

    private bool coded;
    private string? suggestive;

    /// <summary>The first term for a minor.</summary>
    public string? Minor { get; private set; }

    /// <summary>The strongest rating that a term asks for.</summary>
    public Rating Rating { get; private set; }

    /// <summary>The first term of that rating.</summary>
    public string? Rated { get; private set; }

    /// <summary>The sexual term that must not stand beside a minor, if one does.</summary>
    public string? Offence => Minor is null ? null : Rated ?? (coded ? suggestive : null);

    /// <summary>Reads texts as one content.</summary>
    public static Content Of(IEnumerable<string?> texts)
    {
        var content = new Content();
        foreach (string? text in texts)
            if (!string.IsNullOrEmpty(text)) content.Add(FoldedText.Of(text));
        return content;
    }

    /// <summary>
    /// A text in all its readings: as it stands, with brackets as blanks; with brackets and weights taken away, so that a word split by them joins;
    /// and, where it has schedules or choices, as it is at each step.
    /// </summary>
    private void Add(string text)
    {
        bool plain = text.AsSpan().IndexOfAny(Brackets) < 0;
        Search(text, ages: plain); // the 1.2 of (age:1.2) is no age
        if (plain) return;
        var readings = new HashSet<string> { WithoutBrackets(text) };
        if (text.AsSpan().IndexOfAny('[', '{') >= 0)
            foreach (var step in PromptSchedule.Of(text.Replace('{', '[').Replace('}', ']'), Math.Clamp(ScheduleBudget / text.Length, 2, ScheduleSteps)))
                readings.Add(WithoutBrackets(step.Text));
        foreach (string reading in readings) Search(reading, ages: true);
    }

    /// <summary>Looks through one reading, then through it without disguises.</summary>
    private void Search(string text, bool ages)
    {
        SearchWords(text, ages);
        string plain = Disguise.Remove(text);
        if (!plain.Equals(text, StringComparison.Ordinal)) SearchWords(plain, ages);
    }

    private void SearchWords(string text, bool ages)
    {
        var words = Words.Of(text);
        Vocabulary.Shipped.Search(words, Take);
        if (ages && Minor is null) Minor = AgeStatements.First(words);
    }

    private void Take(string term, TermKind kind)
    {
        if (kind.HasFlag(TermKind.Minor)) Minor ??= term;
        coded |= kind.HasFlag(TermKind.Coded);
        if (kind.HasFlag(TermKind.Suggestive)) suggestive ??= term;
        var rating = kind.HasFlag(TermKind.Explicit) ? Rating.Explicit : kind.HasFlag(TermKind.Nsfw) ? Rating.Nsfw : kind.HasFlag(TermKind.Sensitive) ? Rating.Sensitive : Rating.Safe;
        if (rating > Rating) (Rating, Rated) = (rating, term);
    }

    /// <summary>Without brackets, backslashes and the weight or step number before a closing bracket.</summary>
    private static string WithoutBrackets(string text)
    {
        const int longestNumber = 16;
        var rest = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (c is ')' or ']')
            {
                int at = rest.Length, stop = Math.Max(0, at - longestNumber);
                while (at > stop && (char.IsAsciiDigit(rest[at - 1]) || rest[at - 1] is '.' or ' ' or '+' or '-')) at--;
                if (at > 0 && at < rest.Length && rest[at - 1] == ':') rest.Length = at - 1;
            }
            else if (c is not ('(' or '[' or '{' or '}' or '\\')) rest.Append(c);
        }
        return rest.ToString();
    }
}
