using Animarium.Studio.Texts;

namespace Animarium.Studio.ModelLibrary.Downloads;

/// <summary>An official file and where it is.</summary>
/// <param name="File">Which.</param>
/// <param name="Path">The file of this size on this machine, under its own name or another; null: it is not here.</param>
/// <param name="Begun">Bytes that an earlier download left.</param>
public sealed record OfficialState(OfficialFile File, string? Path, long Begun)
{
    /// <summary>A file with the official name that is not the official file, because its size is another: half copied, or changed; null: there is none.</summary>
    public (string Path, long Bytes)? Other { get; init; }
}

/// <summary>The official files on this machine, and how the others come here.</summary>
public static class OfficialDownloads
{
    /// <summary>Every official file, in order.</summary>
    /// <param name="library">Where models are looked for.</param>
    /// <param name="folder">The folder with models into which downloads go.</param>
    public static IReadOnlyList<OfficialState> States(ModelCatalog library, string folder) =>
    [
        .. OfficialFiles.All.Select(file => new OfficialState(file,
            library.Parts.FirstOrDefault(part => part.Bytes == file.Bytes && (Is(file, part) || !OfficialFiles.All.Any(other => other != file && other.Bytes == file.Bytes)))?.Path,
            new FileInfo(Target(file, folder) + ".part") is { Exists: true } part ? part.Length : 0) { Other = OtherOf(file, library) }),
    ];

    /// <summary>Files that are cut off cannot be read as parts of models: their names are all that tells what they should be.</summary>
    private static (string Path, long Bytes)? OtherOf(OfficialFile file, ModelCatalog library)
    {
        foreach (string path in library.Parts.Select(part => part.Path).Concat(library.Unusable.Select(unusable => unusable.Path)))
            if (ModelCatalog.Same(System.IO.Path.GetFileName(path), file.Name) && new FileInfo(path) is { Exists: true } other && other.Length != file.Bytes) return (path, other.Length);
        return null;
    }

    /// <summary>The official file with a name, with or without its ending.</summary>
    /// <exception cref="DownloadException">There is none.</exception>
    public static OfficialFile Find(string name) => OfficialFiles.All.FirstOrDefault(file => ModelCatalog.Same(file.Name, name) || ModelCatalog.Same(ModelPart.NameOf(file.Name), name))
        ?? throw new DownloadException(DownloadProblem.Missing, Words.Say("download.unknown", name, string.Join(", ", OfficialFiles.All.Select(file => ModelPart.NameOf(file.Name)))));

    /// <summary>What is to be fetched for an official file.</summary>
    /// <param name="file">Which.</param>
    /// <param name="folder">The folder with models; the file lies below, where ComfyUI looks for it, too.</param>
    /// <param name="token">For the site, or null.</param>
    public static FileDownload Of(OfficialFile file, string folder, string? token) => new(file.Source, Target(file, folder)) { Bytes = file.Bytes, Sha256 = file.Sha256, Token = token };

    private static string Target(OfficialFile file, string folder) => System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, file.Folder, file.Name));

    private static bool Is(OfficialFile file, ModelPart part) => ModelCatalog.Same(part.Name, ModelPart.NameOf(file.Name));
}
