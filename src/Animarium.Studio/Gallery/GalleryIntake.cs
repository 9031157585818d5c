using System.Text.Json.Nodes;
using Animarium.Diffusion.Conduct;
using Animarium.Studio.Images;
using Animarium.Studio.Images.Decoding;
using Animarium.Studio.Storage;
using Animarium.Studio.Texts;
using Dapper;

namespace Animarium.Studio.Gallery;

/// <summary>How far the reading of folders is, and what it found so far.</summary>
/// <param name="Looked">Files looked at.</param>
/// <param name="Added">New pictures.</param>
/// <param name="Known">Pictures that were there already, unchanged.</param>
/// <param name="Copies">Files with the same content as a picture that is elsewhere, or in the trash.</param>
/// <param name="Moved">Known pictures that were found at another place.</param>
public sealed record IntakeProgress(int Looked, int Added, int Known, int Copies, int Moved)
{
    /// <summary>The files in the way since the last report, each with the reason; they are passed over.</summary>
    public IReadOnlyList<FileProblem> Problems { get; init; } = [];
}

/// <summary>Takes files into the gallery, many at once: read side by side, written by one transaction, so that an end at any moment loses nothing that was told.</summary>
/// <param name="gallery">Where they go.</param>
/// <param name="rereads">Whether files are read that seem unchanged.</param>
internal sealed class GalleryIntake(PictureGallery gallery, bool rereads)
{
    private const int AtOnce = 128; // files in one transaction, so that others wait only briefly

    private readonly List<FileProblem> problems = [];
    private IntakeProgress progress = new(0, 0, 0, 0, 0);

    /// <summary>What the journal knows of pictures that are new to the database.</summary>
    public JournalContent Remembered { get; init; } = new([], []);

    /// <summary>Where a picture's file is put before it is taken in; by itself it stays.</summary>
    public Func<PictureRecord, PictureRecord> Placed { get; init; } = picture => picture;

    /// <summary>Tells something that is in the way.</summary>
    public void Tell(FileProblem problem) => problems.Add(problem);

    /// <summary>Takes files in; reports after each set.</summary>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled: the sets before are kept.</exception>
    public IEnumerable<IntakeProgress> Take(IEnumerable<string> files, CancellationToken cancellation)
    {
        foreach (string[] some in files.Chunk(AtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            var unchanged = rereads ? [] : Unchanged(some);
            string[] wanted = [.. some.Where(path => !unchanged.Contains(path))];
            var read = new (PictureRecord? Picture, FileProblem? Problem)[wanted.Length];
            Parallel.For(0, wanted.Length, new ParallelOptions { CancellationToken = cancellation }, i => read[i] = (Read(wanted[i], gallery.Decoder, out var problem), problem));
            problems.AddRange(read.Select(file => file.Problem).OfType<FileProblem>());
            progress = progress with { Looked = progress.Looked + some.Length, Known = progress.Known + unchanged.Count };
            Keep([.. read.Select(file => file.Picture).OfType<PictureRecord>()]);
            yield return progress with { Problems = [.. problems] };
            problems.Clear();
        }
        if (problems.Count > 0 || progress.Looked == 0) yield return progress with { Problems = [.. problems] };
    }

    private HashSet<string> Unchanged(string[] paths)
    {
        var known = gallery.Database.Read(opened => opened.Query<(string Path, long Bytes, long Modified)>(
            "SELECT path, bytes, modified FROM pictures WHERE place <> @gone AND path IN @paths", new { gone = GalleryPlace.Gone, paths }).ToDictionary(row => row.Path, row => new FileStamp(row.Bytes, row.Modified)));
        return [.. paths.Where(path => known.TryGetValue(path, out var stamp) && File.Exists(path) && FileStamp.Of(path) == stamp)];
    }

    /// <summary>Reads a file; null, with the reason, where it cannot be taken in.</summary>
    public static PictureRecord? Read(string path, IDecoder decoder, out FileProblem? problem)
    {
        problem = null;
        try
        {
            return PictureRecord.Read(path, decoder);
        }
        catch (PictureException e)
        {
            problem = new("unreadable", path, e.Message);
        }
        catch (ConductException e)
        {
            problem = new("refused", path, Words.Say("gallery.refused", path, Words.In(e.Text)));
        }
        return null;
    }

    private void Keep(IReadOnlyList<PictureRecord> pictures)
    {
        if (pictures.Count == 0) return;
        progress = gallery.Database.Write(opened =>
        {
            var now = progress;
            foreach (var picture in pictures)
            {
                var arrival = PictureArrival.Of(opened, picture);
                var kind = arrival.Kind(picture.Path);
                if (kind is Arrival.Copy or Arrival.InTrash) now = now with { Copies = now.Copies + 1 };
                else if (kind == Arrival.New) now = Added(opened, arrival, picture) ? now with { Added = now.Added + 1 } : now;
                else
                {
                    long id = arrival.Settle(opened, picture, null, gallery.Now);
                    if (rereads) PictureTable.Update(opened, id, picture);
                    now = kind == Arrival.Moved ? now with { Moved = now.Moved + 1 } : now with { Known = now.Known + 1 };
                }
            }
            return now;
        });
    }

    private bool Added(Microsoft.Data.Sqlite.SqliteConnection opened, PictureArrival arrival, PictureRecord picture)
    {
        try
        {
            long id = arrival.Settle(opened, Placed(picture), null, gallery.Now);
            if (Remembered.Pictures.TryGetValue(picture.Hash, out var remembered))
            {
                StateTable.Set(opened, id, remembered.State with { Origin = null, Trashed = null });
                PictureTable.Index(opened, id);
            }
            return true;
        }
        catch (PictureException e)
        {
            problems.Add(new("unwritable", picture.Path, e.Message));
            return false;
        }
    }
}
