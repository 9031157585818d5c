using System.CommandLine;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Gallery;
using Animarium.Studio.Storage;

namespace Animarium.Cli.Verbs.Gallery;

/// <summary><c>animarium gallery …</c>: the pictures that were drawn and imported, without a browser.</summary>
internal static class GalleryVerb
{
    public static Command Command() => new("gallery", Texts.GalleryDescription)
    {
        GalleryImportVerb.Command(), GalleryRebuildVerb.Command(), GallerySearchVerb.Command(), GalleryRateVerb.Command(), GalleryTrashVerb.Command(), GalleryForgetVerb.Command(),
    };

    /// <summary>The option that names the studio's folder.</summary>
    public static Option<string> Data() => new("--data") { Description = Texts.GalleryData, HelpName = Texts.PlaceholderPath };

    /// <summary>Does something with the gallery of a folder; a server that has the folder keeps it for itself.</summary>
    /// <exception cref="StorageException">The folder is in use or cannot be used.</exception>
    public static ExitCode With(string? data, Session session, Func<PictureGallery, ExitCode> work)
    {
        var (home, _) = StudioFolder.Open(data, session);
        using var held = StudioLock.Take(home);
        using var database = StudioDatabase.Open(home, TimeProvider.System);
        if (database.Damaged is { } kept) session.Output.Warn("damaged", Texts.GalleryDamaged.With(kept));
        return work(new(home, database, TimeProvider.System));
    }
}
