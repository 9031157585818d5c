using Animarium.Studio.Images;

namespace Animarium.Studio.Datasets.Check;

/// <summary>Pictures that are damaged behind the header, that are the same, or that look alike.</summary>
internal static class LikenessFindings
{
    public static IEnumerable<Finding> Of(IReadOnlyList<TrainingPicture> pictures, bool pixels, Action<int, int>? progress, CancellationToken cancel)
    {
        var seen = new (string? File, ulong? Look, string? Damage)[pictures.Count];
        int done = 0;
        // Files of different lengths differ: only the others are read whole.
        var lengths = pictures.CountBy(picture => picture.Found.Length).ToDictionary();
        Parallel.For(0, pictures.Count, new ParallelOptions { CancellationToken = cancel }, i =>
        {
            try
            {
                seen[i] = (lengths[pictures[i].Found.Length] > 1 ? pictures[i].ContentHash : null, pixels ? PerceptualHash.Of(PictureFile.Load(pictures[i].Path)) : null, null);
            }
            catch (Exception e) when (e is PictureException or DatasetException)
            {
                seen[i] = (null, null, e.Message);
            }
            lock (seen) progress?.Invoke(++done, pictures.Count);
        });

        for (int i = 0; i < seen.Length; i++)
            if (seen[i].Damage is { } damage) yield return new("unreadable", FindingSeverity.Error, [pictures[i].Path], damage);

        var same = Enumerable.Range(0, seen.Length).Where(i => seen[i].File is not null).GroupBy(i => seen[i].File).Where(group => group.Count() > 1).Select(group => group.ToArray()).ToArray();
        foreach (var group in same) yield return Finding.Of("duplicate", FindingSeverity.Warning, Paths(group));

        // Of equal files one is enough.
        var copies = same.SelectMany(group => group.Skip(1)).ToHashSet();
        int[] looked = [.. Enumerable.Range(0, seen.Length).Where(i => seen[i].Look is not null && !copies.Contains(i))];
        foreach (var group in PerceptualHash.Alike([.. looked.Select(i => seen[i].Look!.Value)]))
            yield return Finding.Of("alike", FindingSeverity.Hint, Paths([.. group.Select(i => looked[i])]));

        string[] Paths(int[] group) => [.. group.Select(i => pictures[i].Path)];
    }
}
