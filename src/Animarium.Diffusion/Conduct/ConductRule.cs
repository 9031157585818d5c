namespace Animarium.Diffusion.Conduct;

/// <summary>The answer of the conduct check.</summary>
/// <param name="Minor">The term by which the text shows a minor or a character presented as one; null if nothing is refused.</param>
/// <param name="Sexual">The sexual term beside it; null if nothing is refused.</param>
public sealed record ConductVerdict(string? Minor, string? Sexual)
{
    /// <summary>Nothing is refused.</summary>
    public static ConductVerdict Fine { get; } = new(null, null);

    /// <summary>The text must not be drawn, captioned, imported or trained on.</summary>
    public bool IsRefused => Sexual is not null;

    /// <summary>Why; null if nothing is refused.</summary>
    public Sentence? Text => !IsRefused ? null : new(
        $"Refused: this text puts sexual content (\"{Sexual}\") together with a minor or a character presented as one (\"{Minor}\"). Animarium does not draw, import or train on that, and no setting changes it. Leave one of the two out; words that a picture should not show belong in the negative prompt.",
        $"お断りします。この文には、性的な内容（「{Sexual}」）と、未成年者または未成年として描かれるキャラクター（「{Minor}」）が一緒に書かれています。Animarium はこの組み合わせを描画・取り込み・学習しません。これを変える設定はありません。どちらかを取り除いてください。描きたくないものはネガティブプロンプトに書いてください。");
}

/// <summary>A text was refused by <see cref="ConductRule"/>.</summary>
public sealed class ConductException : Exception
{
    /// <summary>Refuses for this reason.</summary>
    /// <param name="verdict">One that refuses.</param>
    public ConductException(ConductVerdict verdict) : base(verdict.Text?.English) => Verdict = verdict;

    /// <summary>The reason.</summary>
    public ConductVerdict Verdict { get; }

    /// <summary>The reason in words.</summary>
    public Sentence Text => Verdict.Text!;
}

/// <summary>
/// The one check that every way in shares: text that combines sexual content with minors, or with characters presented as minors, is refused. There is no switch.
/// See docs/decisions/0006 for what it looks at and where its limits are.
/// </summary>
public static class ConductRule
{
    /// <summary>
    /// Judges texts that belong to one picture together: the prompt as written and as it is after wildcards and schedules, captions, names of LoRAs.
    /// Brackets, schedules and choices are looked through. Linear in the text, any text is accepted.
    /// </summary>
    /// <param name="texts">Whatever a picture may show; null and empty ones are skipped. Not the negative prompt, unless <see cref="Check(string, string, double)"/> says so.</param>
    public static ConductVerdict Check(params IEnumerable<string?> texts)
    {
        var content = Content.Of(texts);
        return content.Offence is { } sexual ? new(content.Minor, sexual) : ConductVerdict.Fine;
    }

    /// <summary>Judges a prompt with its negative. With a guidance scale below 1 the negative prompt is drawn instead of avoided, so it is judged as well.</summary>
    /// <param name="prompt">What is drawn.</param>
    /// <param name="negative">What is avoided; may name anything.</param>
    /// <param name="cfg">The guidance scale, the smallest where it changes.</param>
    public static ConductVerdict Check(string prompt, string? negative, double cfg) => Check(prompt, cfg >= 1 ? null : negative);

    /// <summary>Throws if <see cref="Check(IEnumerable{string})"/> refuses.</summary>
    /// <param name="texts">Whatever one picture may show.</param>
    /// <exception cref="ConductException">The texts are refused.</exception>
    public static void Require(params IEnumerable<string?> texts)
    {
        if (Check(texts) is { IsRefused: true } verdict) throw new ConductException(verdict);
    }
}
