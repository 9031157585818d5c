namespace Animarium.Studio.Datasets.Check;

/// <summary>Whether a word calls what is learned.</summary>
internal static class TriggerFindings
{
    public static IEnumerable<Finding> Of(IReadOnlyList<TrainingPicture> pictures, string? trigger)
    {
        if (pictures.Count == 0) yield break;
        if (trigger is null)
        {
            // Prefixes and the fallback of a folder count as well: they are in what is trained.
            var shared = pictures.Select(Tags).Aggregate((common, tags) => [.. common.Intersect(tags)]);
            if (pictures.Count > 1 && shared.Length == 0) yield return Finding.Of("no-trigger", FindingSeverity.Hint, []);
            yield break;
        }
        string[] without = [.. pictures.Where(picture => !Text(picture).Contains(trigger, StringComparison.OrdinalIgnoreCase)).Select(picture => picture.Path)];
        if (without.Length == pictures.Count) yield return Finding.Of("trigger-nowhere", FindingSeverity.Warning, without, trigger);
        else if (without.Length > 0) yield return Finding.Of("trigger-missing", FindingSeverity.Warning, without, trigger, pictures.Count);
    }

    private static string Text(TrainingPicture picture) => $"{picture.Subset.Caption.Prefix}, {picture.Found.Caption}, {picture.Subset.Caption.Suffix}";

    private static string[] Tags(TrainingPicture picture) => [.. Text(picture).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(tag => tag.ToLowerInvariant()).Distinct()];
}
