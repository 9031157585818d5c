using Animarium.Diffusion.Prompts;

namespace Animarium.Diffusion.Conduct;

/// <summary>Whether a prompt stays within the rating that is allowed.</summary>
/// <param name="Asked">What the prompt asks for.</param>
/// <param name="Allowed">The limit.</param>
/// <param name="Term">The word that asks for it; null within the limit.</param>
public sealed record RatingVerdict(Rating Asked, Rating Allowed, string? Term)
{
    /// <summary>The prompt may be drawn.</summary>
    public bool IsAllowed => Asked <= Allowed;

    /// <summary>What to do; null within the limit.</summary>
    public Sentence? Text => IsAllowed ? null : new(
        $"This prompt asks for {Name(Asked)} content (\"{Term}\"), and the rating allows {Name(Allowed)} pictures. Add --rating {Name(Asked)} to draw it, or leave the word out.",
        $"このプロンプトは {Name(Asked)} の内容（「{Term}」）を求めていますが、許可されているレーティングは {Name(Allowed)} までです。描くには --rating {Name(Asked)} を付けるか、その言葉を取り除いてください。");

    private static string Name(Rating rating) => RatingFilter.Tag(rating);
}

/// <summary>A prompt asks for more than the rating allows.</summary>
public sealed class RatingException : Exception
{
    /// <summary>Refuses for this reason.</summary>
    /// <param name="verdict">One beyond the limit.</param>
    public RatingException(RatingVerdict verdict) : base(verdict.Text?.English) => Verdict = verdict;

    /// <summary>The reason.</summary>
    public RatingVerdict Verdict { get; }

    /// <summary>The reason and how to allow it, in words.</summary>
    public Sentence Text => Verdict.Text!;
}

/// <summary>Prompts with the rating tags that keep the model within the limit.</summary>
/// <param name="Prompt">The positive prompt.</param>
/// <param name="Negative">The negative prompt.</param>
/// <param name="AddedToPrompt">The tags that were put into the positive prompt.</param>
/// <param name="AddedToNegative">The tags that were put behind the negative prompt.</param>
public sealed record RatedPrompt(string Prompt, string Negative, IReadOnlyList<string> AddedToPrompt, IReadOnlyList<string> AddedToNegative);

/// <summary>Safe for work unless asked otherwise: a limit on what prompts may ask for, and the model's own tags for it.</summary>
public static class RatingFilter
{
    /// <summary>Tags that stand before the rating in the order of the model's captions.</summary>
    private static readonly string[] Leading =
    [
        "masterpiece", "best quality", "good quality", "normal quality", "low quality", "worst quality", "highres", "absurdres", "official art", "anime screenshot", "newest", "recent", "mid", "early", "old",
    ];

    /// <summary>The model's tag: safe, sensitive, nsfw or explicit.</summary>
    public static string Tag(Rating rating) => rating switch
    {
        Rating.Safe => "safe",
        Rating.Sensitive => "sensitive",
        Rating.Nsfw => "nsfw",
        Rating.Explicit => "explicit",
        _ => throw new ArgumentOutOfRangeException(nameof(rating), rating, "Unknown rating."),
    };

    /// <summary>Compares what a prompt asks for with what is allowed.</summary>
    /// <param name="prompt">The positive prompt.</param>
    /// <param name="allowed">The limit.</param>
    public static RatingVerdict Check(string prompt, Rating allowed)
    {
        var content = Content.Of([prompt]);
        var (asked, term) = (content.Rating, content.Rated);
        // "sensitive" is a rating only as a tag of its own: skin is sensitive, too.
        if (asked < Rating.Sensitive && PromptTag.Of(prompt).Any(tag => RatingOf(tag.Name) == Rating.Sensitive)) (asked, term) = (Rating.Sensitive, Tag(Rating.Sensitive));
        return new(asked, allowed, asked > allowed ? term : null);
    }

    /// <summary>Throws if a prompt asks for more than is allowed.</summary>
    /// <param name="prompt">The positive prompt.</param>
    /// <param name="allowed">The limit.</param>
    /// <exception cref="RatingException">It asks for more.</exception>
    public static void Require(string prompt, Rating allowed)
    {
        if (Check(prompt, allowed) is { IsAllowed: false } verdict) throw new RatingException(verdict);
    }

    /// <summary>
    /// Adds the model's rating tags: <c>safe</c> behind the quality tags of a prompt without a rating, and the ratings beyond the limit to the negative prompt.
    /// A prompt with a minor in it is always treated as safe, whatever is allowed. Only for models that were trained with these tags.
    /// </summary>
    /// <param name="prompt">The positive prompt; tags it has are not added again.</param>
    /// <param name="negative">The negative prompt.</param>
    /// <param name="allowed">The limit.</param>
    /// <param name="negativeActs">False where a negative prompt has no effect (CFG 1 without NAG): then it stays as it is.</param>
    public static RatedPrompt Apply(string prompt, string negative, Rating allowed, bool negativeActs)
    {
        if (Content.Of([prompt]).Minor is not null) allowed = Rating.Safe;
        bool addsSafe = allowed == Rating.Safe && !PromptTag.Of(prompt).Any(tag => RatingOf(tag.Name) is not null);
        var avoided = PromptTag.Of(negative).Select(tag => tag.Name).ToHashSet();
        string[] beyond = [.. new[] { Rating.Nsfw, Rating.Explicit }.Where(rating => rating > allowed && negativeActs).Select(Tag).Where(tag => !avoided.Contains(tag))];
        return new(
            addsSafe ? WithSafe(prompt) : prompt,
            beyond.Length > 0 ? string.Join(", ", [.. negative.Trim().Length > 0 ? [negative.TrimEnd(' ', ',', '\n')] : Array.Empty<string>(), .. beyond]) : negative,
            addsSafe ? [Tag(Rating.Safe)] : [],
            beyond);
    }

    private static string WithSafe(string prompt)
    {
        int at = 0;
        foreach (var tag in PromptTag.Of(prompt))
        {
            if (!Leading.Contains(tag.Name) && !tag.Name.StartsWith("score_", StringComparison.Ordinal) && !tag.Name.StartsWith("year ", StringComparison.Ordinal)) break;
            if (tag.Closed) at = tag.End;
        }
        if (at == 0) return prompt.Trim().Length == 0 ? Tag(Rating.Safe) : $"{Tag(Rating.Safe)}, {prompt}";
        return $"{prompt[..at]}, {Tag(Rating.Safe)}{prompt[at..]}";
    }

    private static Rating? RatingOf(string tag) => tag switch
    {
        "safe" or "rating:safe" or "rating:general" => Rating.Safe,
        "sensitive" or "rating:sensitive" => Rating.Sensitive,
        "nsfw" or "rating:questionable" => Rating.Nsfw,
        "explicit" or "rating:explicit" => Rating.Explicit,
        _ => null,
    };
}
