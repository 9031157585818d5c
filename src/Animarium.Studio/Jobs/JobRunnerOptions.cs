using Animarium.Studio.Gallery;
using Animarium.Studio.Images;

namespace Animarium.Studio.Jobs;

/// <summary>How jobs are run.</summary>
/// <param name="Pictures">The folder within which the pictures of jobs lie.</param>
/// <param name="Runs">The folder in which trainings get folders of their own.</param>
public sealed record JobRunnerOptions(string Pictures, string Runs)
{
    /// <summary>
    /// Enters a finished picture (its file, its job) into the gallery and returns its number there; null: it could not be entered. After a crash it is called again
    /// for the same file and must then enter nothing twice.
    /// </summary>
    public Func<string, long, long?> Enter { get; init; } = (_, _) => null;

    /// <summary>Reads a folder's pictures into the gallery (the folder; gets done and total now and then). It is called again for the same folder after a restart.</summary>
    public Action<string, Action<int, int>, CancellationToken>? Import { get; init; }

    /// <summary>A worker without work ends after this, so that its memory is given back.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A worker that has work and tells nothing for this long hangs: it is ended and replaced. The slowest step takes minutes on a weak machine.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Pictures into the studio's folder and its gallery.</summary>
    public static JobRunnerOptions Of(PictureGallery gallery) => new(gallery.Home.Pictures, gallery.Home.Runs)
    {
        Enter = (path, job) => Entered(gallery, path, job),
        Import = (folder, progress, cancellation) =>
        {
            foreach (var step in new GalleryImport(gallery).Run(folder, cancellation: cancellation)) progress(step.Looked, 0);
        },
    };

    /// <summary>A picture that another program broke or removed meanwhile is no reason to stop the queue: its job says that it is saved, the gallery does not have it.</summary>
    private static long? Entered(PictureGallery gallery, string path, long job)
    {
        try
        {
            return gallery.Add(path, job).Id;
        }
        catch (Exception e) when (e is PictureException or GalleryException)
        {
            return null;
        }
    }
}
