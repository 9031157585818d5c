using Animarium.Diffusion.Conduct;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Datasets;

/// <summary>The pictures of one subset with their captions, masks and sizes; the files in the way are named.</summary>
internal sealed class SubsetFiles
{
    private readonly SubsetSettings subset;
    private readonly HashSet<string> names; // of the folder itself: asking it is thousands of times faster than asking the disk
    private readonly Dictionary<string, string> masks;

    private SubsetFiles(SubsetSettings subset)
    {
        this.subset = subset;
        names = [.. Directory.EnumerateFiles(subset.Folder).Select(path => Path.GetFileName(path))];
        string maskFolder = subset.MaskFolder ?? Path.Combine(subset.Folder, TrainingFolder.MaskFolder);
        if (subset.MaskFolder is not null && !Directory.Exists(maskFolder)) throw new DatasetException(Words.Say("dataset.folder", maskFolder));
        masks = !Directory.Exists(maskFolder) ? [] : Directory.EnumerateFiles(maskFolder).Where(TrainingFolder.IsPicture)
            .GroupBy(path => Path.GetFileNameWithoutExtension(path)).ToDictionary(same => same.Key, same => same.Min(StringComparer.Ordinal)!);
    }

    /// <summary>Reads a subset; headers of pictures, not their pixels.</summary>
    /// <exception cref="DatasetException">No such folder, or metadata that cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static (IReadOnlyList<FoundPicture> Pictures, IReadOnlyList<DatasetProblem> Problems) Read(SubsetSettings subset, CancellationToken cancel)
    {
        if (!Directory.Exists(subset.Folder)) throw new DatasetException(Words.Say("dataset.folder", subset.Folder));
        try
        {
            return new SubsetFiles(subset).Read(cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(Words.Say("dataset.unreadable", subset.Folder, e.Message), e);
        }
    }

    private (IReadOnlyList<FoundPicture> Pictures, IReadOnlyList<DatasetProblem> Problems) Read(CancellationToken cancel)
    {
        var entries = Entries();
        var found = new FoundPicture?[entries.Count];
        var problems = new DatasetProblem?[entries.Count];
        Parallel.For(0, entries.Count, new ParallelOptions { CancellationToken = cancel }, i => (found[i], problems[i]) = Open(entries[i].Path, entries[i].Caption));
        return ([.. found.OfType<FoundPicture>()], [.. problems.OfType<DatasetProblem>()]);
    }

    /// <summary>Pictures with the captions of the metadata, or all pictures of the folder, sorted.</summary>
    private List<(string Path, string? Caption)> Entries()
    {
        string? metadata = subset.MetadataFile;
        if (metadata is null && !names.Any(name => Extensions.Any(extension => name.EndsWith(extension, StringComparison.Ordinal))))
            metadata = MetadataCaptions.UsualNames.Where(names.Contains).Select(name => Path.Combine(subset.Folder, name)).FirstOrDefault();
        var pictures = names.Where(TrainingFolder.IsPicture).Order(StringComparer.Ordinal).ToList();
        if (metadata is null) return [.. pictures.Select(name => (Path.Combine(subset.Folder, name), (string?)null))];

        // Old metadata leaves the extension out.
        var stems = pictures.GroupBy(name => Path.GetFileNameWithoutExtension(name)).ToDictionary(same => same.Key, same => same.First());
        return [.. MetadataCaptions.Read(metadata, subset.Caption).Select(entry =>
        {
            string name = stems.TryGetValue(entry.Name, out var whole) && !names.Contains(entry.Name) ? whole : entry.Name;
            return (Path.Combine(subset.Folder, name), (string?)entry.Caption);
        })];
    }

    private (FoundPicture?, DatasetProblem?) Open(string path, string? caption)
    {
        try
        {
            var file = new FileInfo(path);
            string? mask = masks.GetValueOrDefault(Path.GetFileNameWithoutExtension(path));
            if (!file.Exists) return (null, new("missing", path, Words.Say("dataset.missing", path)));
            var picture = new FoundPicture
            {
                Path = path,
                Name = Path.GetRelativePath(subset.Folder, path).Replace('\\', '/'),
                MaskFile = mask,
                MaskModified = mask is null ? null : File.GetLastWriteTimeUtc(mask),
                Length = file.Length,
                Modified = file.LastWriteTimeUtc,
                Header = PictureHeader.Read(path),
                Caption = caption ?? subset.ClassTokens ?? "",
                CaptionSource = caption is not null ? CaptionSource.Metadata : subset.ClassTokens is not null ? CaptionSource.ClassTokens : CaptionSource.None,
            };
            if (caption is null && CaptionPath(path) is { } captionFile)
            {
                if (new FileInfo(captionFile).Length > CaptionFile.LongestCaption)
                    return (null, new("long-caption", captionFile, Words.Say("dataset.caption.long", captionFile, CaptionFile.LongestCaption >> 10)));
                if (CaptionFile.Decode(File.ReadAllBytes(captionFile)) is not { } text) return (null, new("encoding", captionFile, Words.Say("dataset.encoding", captionFile)));
                picture = picture with { Caption = text.Caption(subset.Caption.Wildcard), CaptionSource = CaptionSource.File, CaptionFile = captionFile, CaptionEncoding = text.Encoding };
            }
            picture = picture with { Caption = WithTrigger(picture.Caption) };
            var verdict = ConductRule.Check(picture.Caption, subset.Caption.Prefix, subset.Caption.Suffix);
            return verdict.IsRefused ? (null, new("refused", picture.CaptionFile ?? path, $"{picture.CaptionFile ?? path}: {Words.In(verdict.Text!)}")) : (picture, null);
        }
        catch (PictureException e)
        {
            return (null, new("unreadable", path, e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, new("unreadable", path, Words.Say("picture.read", path, e.Message)));
        }
    }

    /// <summary>Each line with the trigger in front, unless it says it anywhere.</summary>
    private string WithTrigger(string caption) => subset.Trigger is not { Length: > 0 } trigger ? caption
        : string.Join('\n', caption.Split('\n').Select(line => line.Contains(trigger, StringComparison.OrdinalIgnoreCase) ? line : line.Length == 0 ? trigger : $"{trigger}, {line}"));

    private IReadOnlyList<string> Extensions => subset.CaptionExtension is { Length: > 0 } extension ? [extension[0] == '.' ? extension : "." + extension] : [".txt", ".caption"];

    /// <summary>The caption file of a picture. Face crops called <c>a_b_c_d_e</c> share the caption of <c>a</c>: the last four parts of five or more are left out.</summary>
    private string? CaptionPath(string picture)
    {
        string stem = Path.GetFileNameWithoutExtension(picture);
        string[] parts = stem.Split('_');
        string? origin = parts.Length >= 5 ? string.Join('_', parts[..^4]) : null;
        foreach (string extension in Extensions)
            foreach (string? name in (ReadOnlySpan<string?>)[stem, origin])
                if (name is not null && names.Contains(name + extension)) return Path.Combine(subset.Folder, name + extension);
        return null;
    }
}
