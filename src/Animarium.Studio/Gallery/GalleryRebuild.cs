using System.Text.Json.Nodes;
using Animarium.Studio.Storage;
using Animarium.Studio.Texts;
using Dapper;

namespace Animarium.Studio.Gallery;

/// <summary>
/// Makes the gallery's rows from the files again: those of the studio's folder, of imported folders and of the trash, and those that the journal names. Numbers stay
/// where rows are left; ratings, notes and collections of lost rows come from the journal; moved files are known by their content.
/// </summary>
/// <param name="gallery">The gallery.</param>
public sealed class GalleryRebuild(PictureGallery gallery)
{
    /// <summary>Looks at every file.</summary>
    /// <param name="quick">Whether files that seem unchanged are believed to be; otherwise all are read.</param>
    /// <param name="cancellation">Looked at after each set of files.</param>
    /// <returns>Reports; the last one names the pictures whose files are gone.</returns>
    /// <exception cref="GalleryException">The journal cannot be read or written.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; started again, it does what is left.</exception>
    public IEnumerable<IntakeProgress> Run(bool quick = false, CancellationToken cancellation = default)
    {
        var remembered = gallery.Journal.Read();
        gallery.Database.Write(opened => { foreach (string path in remembered.Folders) opened.Execute("INSERT OR IGNORE INTO gallery_folders (path) VALUES (@path)", new { path }); });
        Lose();
        var intake = new GalleryIntake(gallery, rereads: !quick) { Remembered = remembered };
        string[] folders = gallery.Database.Read(opened => gallery.Folders(opened).ToArray());
        var walk = new PictureFolder(intake.Tell, gallery.OwnFolders);
        var files = folders.Where(Directory.Exists).SelectMany(walk.Files).Concat(remembered.Pictures.Values.Select(picture => picture.Path).Where(path => !PictureGallery.IsWithin(path, gallery.Home.Trash) && File.Exists(path))).Distinct();
        var progress = new IntakeProgress(0, 0, 0, 0, 0);
        foreach (var report in intake.Take(files, cancellation)) yield return progress = report;
        Trash(remembered, intake);
        Rewrite(remembered);
        yield return progress with { Problems = [.. Gone()] };
    }

    /// <summary>Rows whose files are not where they were; those that are found elsewhere come back.</summary>
    private void Lose()
    {
        var rows = gallery.Database.Read(opened => opened.Query<(long Id, string Path)>("SELECT id, path FROM pictures WHERE place <> @gone", new { gone = GalleryPlace.Gone }).ToList());
        long[] lost = [.. rows.Where(row => !File.Exists(row.Path)).Select(row => row.Id)];
        gallery.Database.Write(opened => { foreach (long id in lost) PictureTable.Lose(opened, id); });
    }

    /// <summary>Files of the trash: those of rows that do not know it, as an end in the middle of the move leaves them, and those without a row.</summary>
    private void Trash(JournalContent remembered, GalleryIntake intake)
    {
        foreach (string path in Directory.Exists(gallery.Home.Trash) ? Directory.EnumerateFiles(gallery.Home.Trash) : [])
        {
            if (GalleryIntake.Read(path, gallery.Decoder, out var problem) is not { } picture)
            {
                intake.Tell(problem!);
                continue;
            }
            gallery.Database.Write(opened =>
            {
                var known = PictureArrival.Of(opened, picture);
                if (known.Kind(path) == Arrival.Copy || known.Place == GalleryPlace.Trash) return;
                string origin = known.Path ?? Path.Combine(gallery.Home.Pictures, Path.GetFileName(path));
                long id = known.Settle(opened, picture, null, gallery.Now);
                var state = known.Id == 0 && remembered.Pictures.TryGetValue(picture.Hash, out var kept) ? kept.State : StateTable.Of(opened, id);
                StateTable.Set(opened, id, state with { Origin = state.Origin ?? origin, Trashed = state.Trashed ?? gallery.Now });
                PictureTable.Move(opened, id, GalleryPlace.Trash, path, picture.Stamp);
                PictureTable.Index(opened, id);
            });
        }
    }

    private IEnumerable<FileProblem> Gone() => gallery.Database
        .Read(opened => opened.Query<string>("SELECT path FROM pictures WHERE place = @gone ORDER BY path", new { gone = GalleryPlace.Gone }).ToList())
        .Select(path => new FileProblem("missing", path, Words.Say("gallery.missing", path)));

    /// <summary>The journal without what later lines replaced. What it knows of pictures that were not found stays.</summary>
    private void Rewrite(JournalContent remembered) => gallery.Database.Write(opened =>
    {
        var folders = gallery.Folders(opened).ToList();
        var lines = new List<JsonObject>(folders.Skip(1).Select(GalleryJournal.Folder));
        var rows = opened.Query<(long Id, string Hash, string Path)>("SELECT id, hash, path FROM pictures").ToList();
        foreach (var (id, hash, path) in rows)
        {
            var state = StateTable.Of(opened, id);
            if (!state.IsPlain || !folders.Exists(folder => PictureGallery.IsWithin(path, folder))) lines.Add(GalleryJournal.Line(hash, path, state));
        }
        var found = rows.Select(row => row.Hash).ToHashSet();
        lines.AddRange(remembered.Pictures.Where(picture => !found.Contains(picture.Key)).Select(picture => GalleryJournal.Line(picture.Key, picture.Value.Path, picture.Value.State)));
        gallery.Journal.Rewrite(lines);
    });
}
