using Animarium.Studio.Datasets;
using Animarium.Studio.Training.Run;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>A caption to draw.</summary>
/// <param name="Called">With the words that call what was learned.</param>
/// <param name="Plain">Without them; null where there are none.</param>
/// <param name="IsTrained">Whether a picture with exactly this caption was trained on.</param>
public sealed record EvaluationPrompt(string Called, string? Plain, bool IsTrained);

/// <summary>
/// Prompts that tell learning from remembering: captions of held-back pictures where there are some; else every other caption is crossed with the next one,
/// which gives a prompt that no training picture has.
/// </summary>
public static class EvaluationPrompts
{
    private const char ArtistMark = '@'; // Anima's captions name artists so

    /// <summary>The prompts of a run.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="isKnown">Whether the tagger can see a tag.</param>
    public static IReadOnlyList<EvaluationPrompt> Of(TrainingPlan plan, int count, Func<string, bool> isKnown)
    {
        var pictures = TrainingFeed.Probes(plan.Dataset, count).Select(draw => draw.Picture).ToList();
        string[] captions = [.. pictures.Select(Caption).Where(caption => caption.Length > 0).Distinct()];
        bool heldBack = plan.Dataset.Validation.Count > 0;
        var calls = Calls(plan.Settings.Dataset.Trigger, [.. plan.Dataset.Pictures.Where(picture => !picture.Subset.IsRegularisation).Select(Caption)], isKnown);
        return [.. captions.Select((caption, n) => heldBack || n % 2 == 0 || Crossed(caption, captions[(n + 1) % captions.Length]) is not { } crossed
            ? Prompt(caption, !heldBack) : Prompt(crossed, false))];

        static string Caption(TrainingPicture picture) => picture.WholeCaption.Trim();

        EvaluationPrompt Prompt(string caption, bool isTrained)
        {
            string plain = string.Join(", ", Tags(caption).Where(tag => !calls.Contains(tag)));
            return new(caption, plain.Length > 0 && plain.Length < string.Join(", ", Tags(caption)).Length ? plain : null, isTrained);
        }
    }

    /// <summary>The tags of a caption, as written.</summary>
    public static IEnumerable<string> Tags(string caption) => caption.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The words that call what was learned: the trigger; else artists; else what all captions share and the tagger does not know.</summary>
    /// <param name="trigger">As the settings say it, or null.</param>
    /// <param name="captions">Of the training pictures.</param>
    /// <param name="isKnown">Whether the tagger can see a tag.</param>
    public static IReadOnlySet<string> Calls(string? trigger, IReadOnlyList<string> captions, Func<string, bool> isKnown)
    {
        var calls = captions.SelectMany(Tags).Where(tag => tag[0] == ArtistMark).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (trigger is not null) calls.UnionWith(Tags(trigger));
        if (calls.Count == 0 && captions.Count > 1) calls.UnionWith(captions.Select(Tags).Aggregate((common, tags) => common.Intersect(tags)).Where(tag => !isKnown(tag)));
        return calls;
    }

    /// <summary>The first half of what only one caption has with the second half of what only the other has; null where neither has enough of its own.</summary>
    /// <param name="first">Tags.</param>
    /// <param name="second">Tags.</param>
    public static string? Crossed(string first, string second)
    {
        string[] a = [.. Tags(first)], b = [.. Tags(second)];
        string[] ownA = [.. a.Except(b)], ownB = [.. b.Except(a)];
        string? dropped = ownA.Skip((ownA.Length + 1) / 2).FirstOrDefault(), added = ownB.Skip((ownB.Length + 1) / 2).FirstOrDefault();
        if (dropped is null || added is null) return null;
        return string.Join(", ", a.TakeWhile(tag => tag != dropped).Concat(b.SkipWhile(tag => tag != added)).Concat(a.Intersect(b)).Distinct());
    }
}
