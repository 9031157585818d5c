namespace Animarium.Studio.Datasets.Check;

/// <summary>What the folders say: files that are not read, uneven repeats.</summary>
internal static class FolderFindings
{
    private const double MostUneven = 4; // times as many images of one folder as of another

    private static readonly string[] UnreadPictures = [".bmp", ".tif", ".tiff", ".jxl", ".heic", ".heif", ".psd", ".clip"];

    public static IEnumerable<Finding> Of(Dataset dataset, IReadOnlyList<string> ignored)
    {
        if (ignored.Count > 0) yield return Finding.Of("ignored", FindingSeverity.Warning, ignored);

        var subsets = dataset.Settings.SelectMany(settings => settings.Subsets).DistinctBy(subset => subset.Folder).ToArray();
        string[] unread = [.. subsets.SelectMany(subset => Directory.EnumerateFiles(subset.Folder))
            .Where(file => UnreadPictures.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        if (unread.Length > 0) yield return Finding.Of("unread", FindingSeverity.Warning, unread);

        var images = dataset.Pictures.Where(picture => picture.Dataset == 0 && !picture.Subset.IsRegularisation)
            .GroupBy(picture => picture.Subset.Folder).Select(folder => (Folder: folder.Key, Images: folder.Sum(picture => (long)picture.Repeats))).OrderBy(folder => folder.Images).ToArray();
        if (images.Length > 1 && images[^1].Images > MostUneven * images[0].Images)
            yield return Finding.Of("uneven", FindingSeverity.Hint, [images[^1].Folder, images[0].Folder], images[^1].Images, images[0].Images);

        string[] unmasked = [.. dataset.Pictures.Where(picture => !picture.HasMask).Select(picture => picture.Path).Distinct()];
        if (unmasked.Length > 0 && dataset.Pictures.Any(picture => picture.HasMask)) yield return Finding.Of("unmasked", FindingSeverity.Hint, unmasked);
    }
}
