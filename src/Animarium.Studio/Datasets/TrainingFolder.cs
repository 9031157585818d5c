using System.Globalization;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Datasets;

/// <summary>How a folder is divided into subsets.</summary>
/// <param name="Subsets">Each with pictures of its own, sorted by folder.</param>
/// <param name="Ignored">Pictures and folders of pictures that are not trained on, because sd-scripts' layout leaves them out.</param>
public sealed record FolderReading(IReadOnlyList<SubsetSettings> Subsets, IReadOnlyList<string> Ignored);

/// <summary>
/// Folders as people have them. If there are subfolders called <c>N_name</c>, the folder is read as sd-scripts reads it: these alone count, each picture N times.
/// Otherwise every folder with pictures, the folder itself and all below, is a subset that is seen once.
/// </summary>
public static class TrainingFolder
{
    /// <summary>The subfolder of masks; its pictures are not trained on.</summary>
    public const string MaskFolder = "mask";

    private const int DeepestFolder = 16;
    private const int MostRepeats = 999; // where nothing else says that names mean repeats, 2024_summer is a name

    /// <summary>Whether a file is one of the pictures that are read, by its extension.</summary>
    public static bool IsPicture(string path) => PictureFormats.OfName(path) is not null;

    /// <summary>The side of a square that suits the pictures of some subsets: that of their usual area.</summary>
    /// <param name="subsets">Headers of their pictures are read; those that cannot be trained on count for nothing.</param>
    /// <param name="largest">No larger than this, in pixels.</param>
    /// <param name="step">A multiple of this, in pixels, and at least once.</param>
    /// <param name="cancel">Ends the reading early.</param>
    /// <exception cref="DatasetException">A folder or its metadata cannot be read.</exception>
    public static int UsualSide(IReadOnlyList<SubsetSettings> subsets, double largest, int step, CancellationToken cancel = default)
    {
        double[] sides = [.. subsets.SelectMany(subset => SubsetFiles.Read(subset, cancel).Pictures).Select(picture => Math.Sqrt((double)picture.Header.Width * picture.Header.Height)).Order()];
        return Math.Max(step, (int)((sides.Length > 0 ? Math.Min(largest, sides[sides.Length / 2]) : largest) / step) * step);
    }

    /// <summary>Divides a folder into subsets. No picture is opened.</summary>
    /// <param name="folder">Any folder.</param>
    /// <param name="trigger">The caption of pictures without one, where the folder's name gives none.</param>
    /// <param name="regularisation">Whether the pictures only keep the model from forgetting their class.</param>
    /// <exception cref="DatasetException">There is no such folder, it cannot be read, or it has no pictures.</exception>
    public static FolderReading Read(string folder, string? trigger = null, bool regularisation = false)
    {
        if (!Directory.Exists(folder)) throw new DatasetException(Words.Say("dataset.folder", folder));
        try
        {
            var subsets = new List<SubsetSettings>();
            var ignored = new List<string>();
            string[] subfolders = Subfolders(folder);
            if (subfolders.Any(subfolder => Numbered(subfolder, "") is { Repeats: <= MostRepeats } && HasPictures(subfolder)))
            {
                foreach (string subfolder in subfolders)
                {
                    if (Numbered(subfolder, "") is { } subset && HasPictures(subfolder))
                    {
                        subsets.Add(subset);
                        ignored.AddRange(Subfolders(subfolder).Where(HasPictures));
                    }
                    else if (HasPictures(subfolder)) ignored.Add(subfolder);
                }
                ignored.AddRange(Directory.EnumerateFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal));
            }
            else Nested(folder, 0);
            if (subsets.Count == 0) throw new DatasetException(Words.Say("dataset.empty", folder));
            return new([.. subsets.Select(subset => subset with { IsRegularisation = regularisation })], ignored);

            void Nested(string inner, int depth)
            {
                if (HasPictures(inner)) subsets.Add(Numbered(inner, null) is { Repeats: <= MostRepeats } numbered ? numbered : new() { Folder = inner, ClassTokens = trigger });
                if (depth < DeepestFolder)
                    foreach (string subfolder in Subfolders(inner)) Nested(subfolder, depth + 1);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(Words.Say("dataset.unreadable", folder, e.Message), e);
        }
    }

    /// <summary>The subset of a folder called N_name; null for other names and for N below 1.</summary>
    /// <param name="folder">Its last part is the name.</param>
    /// <param name="unnamed">The class where the name is a number alone; null: such a folder is an ordinary one.</param>
    private static SubsetSettings? Numbered(string folder, string? unnamed)
    {
        string[] parts = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))).Split('_', 2);
        if (!int.TryParse(parts[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out int repeats)) return null;
        if (repeats < 1 || parts.Length == 1 && unnamed is null) return null;
        return new() { Folder = folder, Repeats = repeats, ClassTokens = parts.Length == 1 ? unnamed : parts[1] };
    }

    private static bool HasPictures(string folder) => Directory.EnumerateFiles(folder).Any(IsPicture);

    private static string[] Subfolders(string folder) =>
        [.. Directory.EnumerateDirectories(folder).Where(sub => Path.GetFileName(sub) is var name && name != MaskFolder && name[0] != '.' && !IsRun(sub)).Order(StringComparer.Ordinal)];

    /// <summary>Whether a training left it there: its sample pictures are none to train on.</summary>
    private static bool IsRun(string folder) => File.Exists(Path.Combine(folder, "metrics.jsonl")) && File.Exists(Path.Combine(folder, "settings.toml"));
}
