using System.Text.RegularExpressions;

namespace Animarium.Studio.Datasets;

/// <summary>From the caption of a picture to the text of one training step: equal to sd-scripts, character for character and draw for draw.</summary>
public static partial class CaptionProcessing
{
    private const char Left = '\u2985', Right = '\u2986'; // stand for {{ and }} while wildcards are looked for

    /// <summary>
    /// Prefix and suffix, caption dropout, wildcards or the first line, token warm-up, shuffle, tag dropout, secondary separator.
    /// Tags that are shuffled, cut or dropped are joined with ", "; otherwise the caption stays exactly as written.
    /// </summary>
    /// <param name="caption">The whole text of the caption file.</param>
    /// <param name="settings">What is done.</param>
    /// <param name="epoch">Counted from 1, as sd-scripts counts.</param>
    /// <param name="step">Optimizer steps done so far.</param>
    /// <param name="totalSteps">Of the whole training; a warm-up below 1 is a share of it.</param>
    /// <param name="chance">What decides.</param>
    public static string Process(string caption, CaptionSettings settings, int epoch, long step, long totalSteps, CaptionChance chance)
    {
        if (!string.IsNullOrEmpty(settings.Prefix)) caption = $"{settings.Prefix} {caption}";
        if (!string.IsNullOrEmpty(settings.Suffix)) caption = $"{caption} {settings.Suffix}";
        bool dropped = settings.Dropout > 0 && chance.Draw() < settings.Dropout;
        if (dropped || settings.DropoutEveryEpochs > 0 && epoch % settings.DropoutEveryEpochs == 0) return "";

        caption = settings.Wildcard ? Chosen(caption, chance) : caption.Split('\n')[0];
        if (settings.Shuffle || settings.TokenWarmupStep > 0 || settings.TagDropout > 0) caption = Rearranged(caption, settings, step, totalSteps, chance);
        return string.IsNullOrEmpty(settings.SecondarySeparator) ? caption : caption.Replace(settings.SecondarySeparator, ",", StringComparison.Ordinal);
    }

    /// <summary>One line of several, then one alternative of each {a|b}. Doubled braces stay as single ones.</summary>
    private static string Chosen(string caption, CaptionChance chance)
    {
        if (caption.Contains('\n', StringComparison.Ordinal)) caption = OneOf(caption.Split('\n'));
        int length = 1;
        while (caption.Contains(new string(Left, length), StringComparison.Ordinal) || caption.Contains(new string(Right, length), StringComparison.Ordinal)) length++;
        var (left, right) = (new string(Left, length), new string(Right, length));
        caption = caption.Replace("{{", left, StringComparison.Ordinal).Replace("}}", right, StringComparison.Ordinal);
        caption = Braces().Replace(caption, match => OneOf(match.Groups[1].Value.Split('|')));
        return caption.Replace(left, "{", StringComparison.Ordinal).Replace(right, "}", StringComparison.Ordinal);

        string OneOf(string[] options) => options[chance.Choose(options.Length)];
    }

    private static string Rearranged(string caption, CaptionSettings settings, long step, long totalSteps, CaptionChance chance)
    {
        var (start, middle, end) = Parts(caption, settings);
        double warmup = settings.TokenWarmupStep < 1 ? Math.Floor(settings.TokenWarmupStep * totalSteps) : settings.TokenWarmupStep;
        if (warmup > 0 && step < warmup)
        {
            int seen = (int)Math.Floor(step * ((middle.Length - settings.TokenWarmupMin) / warmup)) + settings.TokenWarmupMin;
            middle = middle[..Math.Clamp(seen, 0, middle.Length)];
        }
        if (settings.Shuffle)
        {
            var order = chance.Permute(middle.Length);
            middle = [.. order.Select(old => middle[old])];
        }
        if (settings.TagDropout > 0) middle = [.. middle.Where(_ => chance.Draw() >= settings.TagDropout)];
        return string.Join(", ", [.. start, .. middle, .. end]);
    }

    /// <summary>Tags that stay in front, tags that move, tags that stay behind.</summary>
    private static (string[] Start, string[] Middle, string[] End) Parts(string caption, CaptionSettings settings)
    {
        string separator = settings.KeepTokensSeparator ?? "";
        if (separator.Length == 0 || !caption.Contains(separator, StringComparison.Ordinal))
        {
            string[] tags = [.. caption.Trim().Split(settings.Separator).Select(tag => tag.Trim())];
            int kept = Math.Clamp(settings.KeepTokens, 0, tags.Length);
            return (tags[..kept], tags[kept..], []);
        }
        string[] parts = caption.Split(separator, 3);
        return (Tags(parts[0]), Tags(parts[1]), parts.Length > 2 ? Tags(parts[2]) : []);

        string[] Tags(string part) => [.. part.Split(settings.Separator).Select(tag => tag.Trim()).Where(tag => tag.Length > 0)];
    }

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex Braces();
}
