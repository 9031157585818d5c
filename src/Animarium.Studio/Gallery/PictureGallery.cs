using System.Text.Json.Nodes;
using Animarium.Diffusion.Conduct;
using Animarium.Studio.Images;
using Animarium.Studio.Images.Decoding;
using Animarium.Studio.Storage;
using Animarium.Studio.Texts;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Gallery;

/// <summary>
/// Every picture that was drawn or imported, with how it was made and what a person thinks of it. The files are ordinary files in ordinary folders; the database
/// finds them. All members may be called from several threads.
/// </summary>
public sealed class PictureGallery
{
    /// <summary>The highest rating; 0 is none.</summary>
    public const int HighestRating = 5;

    /// <summary>Characters of a tag or a collection's name, at most.</summary>
    public const int LongestLabel = 100;

    /// <summary>Characters of a note, at most.</summary>
    public const int LongestNote = 20_000;

    private static readonly DecoderHere Own = new(); // what was just drawn is no stranger's

    private readonly ThumbnailShelf thumbnails;
    private readonly GalleryChanges changes;

    /// <summary>The gallery of a studio.</summary>
    /// <param name="home">Its folder, prepared.</param>
    /// <param name="database">Its database.</param>
    /// <param name="time">Dates for people.</param>
    /// <param name="decoder">Looks into strangers' files; null: in this process.</param>
    public PictureGallery(StudioHome home, StudioDatabase database, TimeProvider time, IDecoder? decoder = null)
    {
        (Home, Database, Time, Decoder) = (home, database, time, decoder ?? new DecoderHere());
        Journal = new(home.Journal);
        thumbnails = new(home.Thumbnails, Decoder);
        changes = new(database, new(home.Trash), Journal, time);
    }

    internal StudioHome Home { get; }

    internal StudioDatabase Database { get; }

    internal TimeProvider Time { get; }

    internal IDecoder Decoder { get; }

    internal GalleryJournal Journal { get; }

    /// <summary>Takes a picture in. One that is known by its content is that one, also if it was in the trash.</summary>
    /// <param name="path">The file; it stays where it is.</param>
    /// <param name="job">The job that drew it, or null.</param>
    /// <exception cref="PictureException">The file cannot be read, or is no whole picture.</exception>
    /// <exception cref="ConductException">Its description is one that is not taken in.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    /// <exception cref="GalleryException">The journal cannot be written.</exception>
    public GalleryPicture Add(string path, long? job = null)
    {
        var picture = PictureRecord.Read(Path.GetFullPath(path), job is null ? Decoder : Own);
        string? left = null;
        var added = Database.Write(opened =>
        {
            var arrival = PictureArrival.Of(opened, picture);
            if (arrival.Place == GalleryPlace.Trash)
            {
                left = arrival.Path;
                StateTable.Set(opened, arrival.Id, StateTable.Of(opened, arrival.Id) with { Origin = null, Trashed = null });
                PictureTable.Move(opened, arrival.Id, GalleryPlace.Here, picture.Path, picture.Stamp);
            }
            long id = arrival.Settle(opened, picture, job, Now);
            if (left is not null || !Folders(opened).Any(folder => IsWithin(picture.Path, folder))) Journal.Append([GalleryJournal.Line(picture.Hash, picture.Path, StateTable.Of(opened, id))]);
            return PictureRow.Load(opened, [id])[0];
        });
        if (left is not null) TrashFolder.Delete(left);
        return added;
    }

    /// <summary>A picture by its number, or null.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public GalleryPicture? Find(long id) => Database.Read(opened => PictureRow.Load(opened, [id]) is [var picture] ? picture : null);

    /// <summary>A picture by the hash of its file, or null.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public GalleryPicture? Find(string hash) => Database.Read(opened =>
        opened.QuerySingleOrDefault<long?>("SELECT id FROM pictures WHERE hash = @hash", new { hash }) is { } id ? PictureRow.Load(opened, [id])[0] : null);

    /// <summary>A window of the pictures that a query finds.</summary>
    /// <param name="query">Which, and in which order.</param>
    /// <param name="offset">How many are skipped, 0 or more.</param>
    /// <param name="take">At most how many, 0 or more.</param>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public IReadOnlyList<GalleryPicture> Search(GalleryQuery query, int offset, int take) => Database.Read(opened => PictureRow.Load(opened, Ids(opened, query, offset, take)));

    /// <summary>How many pictures a query finds.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public int Count(GalleryQuery query) => Database.Read(opened => new QuerySql(query) is var sql ? opened.ExecuteScalar<int>(sql.Count, sql.Parameters) : 0);

    /// <summary>The highest number of a picture; 0: there is none.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public long Last() => Database.Read(opened => opened.ExecuteScalar<long>("SELECT coalesce(max(id), 0) FROM pictures"));

    /// <summary>The numbers of all pictures that a query finds, in order: for changing them all.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public IReadOnlyList<long> Ids(GalleryQuery query) => Database.Read(opened => Ids(opened, query, 0, int.MaxValue));

    /// <summary>What filters can choose from.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public GalleryFacets Facets() => Database.Read(FacetTable.Read);

    /// <summary>Rates pictures.</summary>
    /// <param name="ids">Which.</param>
    /// <param name="rating">0 (none) to <see cref="HighestRating"/>.</param>
    /// <exception cref="GalleryException">Another rating, or the journal cannot be written.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public GalleryChange Rate(IReadOnlyCollection<long> ids, int rating) => rating is >= 0 and <= HighestRating
        ? changes.Apply(ChangeKind.Rate, ids, (_, state) => state with { Rating = rating })
        : throw new GalleryException(GalleryProblem.Invalid, Words.Say("gallery.rating", rating, HighestRating));

    /// <summary>Gives pictures a tag, or takes it away.</summary>
    /// <exception cref="GalleryException">An empty or very long tag, or the journal cannot be written.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public GalleryChange Tag(IReadOnlyCollection<long> ids, string tag, bool present = true)
    {
        string name = Label(tag);
        return changes.Apply(ChangeKind.Tag, ids, (_, state) => state with { Tags = PictureState.With(state.Tags, name, present) });
    }

    /// <summary>Puts pictures into a collection, or takes them out. A collection exists as long as it has pictures.</summary>
    /// <exception cref="GalleryException">An empty or very long name, or the journal cannot be written.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public GalleryChange Collect(IReadOnlyCollection<long> ids, string collection, bool present = true)
    {
        string name = Label(collection);
        return changes.Apply(ChangeKind.Collect, ids, (_, state) => state with { Collections = PictureState.With(state.Collections, name, present) });
    }

    /// <summary>Writes a note to pictures; an empty one takes it away.</summary>
    /// <exception cref="GalleryException">A very long note, or the journal cannot be written.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public GalleryChange Note(IReadOnlyCollection<long> ids, string note)
    {
        string text = note.Trim();
        if (text.Length > LongestNote) throw new GalleryException(GalleryProblem.Invalid, Words.Say("gallery.note", LongestNote));
        return changes.Apply(ChangeKind.Note, ids, (_, state) => state with { Note = text.Length > 0 ? text : null });
    }

    /// <summary>Moves pictures' files to the trash.</summary>
    /// <exception cref="GalleryException">The journal cannot be written.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public GalleryChange Trash(IReadOnlyCollection<long> ids)
    {
        const int atOnce = 1000; // a statement has only so many values
        var paths = Database.Read(opened => ids.Distinct().Chunk(atOnce)
            .SelectMany(some => opened.Query<(long Id, string Path)>("SELECT id, path FROM pictures WHERE id IN @some AND place = @here", new { some, here = GalleryPlace.Here })).ToDictionary(row => row.Id, row => row.Path));
        return changes.Apply(ChangeKind.Trash, [.. ids.Where(paths.ContainsKey)], (id, state) => state with { Origin = paths[id], Trashed = Now });
    }

    /// <summary>Moves pictures' files from the trash back to where they were.</summary>
    /// <exception cref="GalleryException">The journal cannot be written.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public GalleryChange Restore(IReadOnlyCollection<long> ids) => changes.Apply(ChangeKind.Restore, ids, (_, state) => state with { Origin = null, Trashed = null });

    /// <summary>Brings back exactly what a change found, of those pictures that still exist.</summary>
    /// <exception cref="GalleryException">There is no such change any more: the last hundred can be taken back.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public GalleryChange Undo(long change) => changes.Undo(change);

    /// <summary>Deletes everything in the trash for good.</summary>
    /// <returns>How many pictures, and the files that could not be deleted; these stay in the trash.</returns>
    /// <exception cref="GalleryException">The journal cannot be written.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public (int Deleted, IReadOnlyList<FileProblem> Failed) EmptyTrash() => Forget(GalleryQuery.All with { Place = GalleryPlace.Trash });

    /// <summary>Forgets the pictures whose files are gone, with their ratings and notes.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="GalleryException">The journal cannot be written.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public int ForgetGone() => Forget(GalleryQuery.All with { Place = GalleryPlace.Gone }).Deleted;

    /// <summary>The file of a picture's thumbnail, made if it is not there; under its name it never changes.</summary>
    /// <exception cref="GalleryException">There is no such picture, or its file is gone.</exception>
    /// <exception cref="PictureException">The picture cannot be decoded, or the thumbnail not written.</exception>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<string> Thumbnail(long id, ThumbnailSize size = ThumbnailSize.Small) =>
        Database.Read(opened => opened.QuerySingleOrDefault<(string Hash, string Path)?>("SELECT hash, path FROM pictures WHERE id = @id", new { id })) is var (hash, path)
            ? await Thumbnail(id, hash, path, size).ConfigureAwait(false) : throw new GalleryException(GalleryProblem.Unknown, Words.Say("gallery.unknown", id));

    private Task<string> Thumbnail(long id, string hash, string path, ThumbnailSize size)
    {
        if (File.Exists(thumbnails.PathOf(hash, size)) || File.Exists(path)) return thumbnails.Of(hash, path, size);
        Database.Write(opened => PictureTable.Lose(opened, id));
        throw new GalleryException(GalleryProblem.Unreadable, Words.Say("gallery.gone", path));
    }

    /// <summary>Deletes files in the trash and rows. The journal first: a picture whose file is deleted must not come back with its rating.</summary>
    private (int Deleted, IReadOnlyList<FileProblem> Failed) Forget(GalleryQuery query)
    {
        const int atOnce = 200;
        int deleted = 0;
        var failed = new List<FileProblem>();
        foreach (long[] some in Ids(query).Chunk(atOnce))
            Database.Write(opened =>
            {
                var lines = new List<JsonObject>();
                foreach (var picture in PictureRow.Load(opened, some))
                {
                    try
                    {
                        if (picture.Place == GalleryPlace.Trash) TrashFolder.Delete(picture.Path);
                    }
                    catch (GalleryException e)
                    {
                        failed.Add(new("unwritable", picture.Path, e.Message));
                        continue;
                    }
                    thumbnails.Remove(picture.Hash);
                    PictureTable.Remove(opened, picture.Id);
                    lines.Add(GalleryJournal.Forgotten(picture.Hash));
                    deleted++;
                }
                Journal.Append(lines);
            });
        return (deleted, failed);
    }

    /// <summary>Where files are that are no pictures of their own.</summary>
    internal IReadOnlyCollection<string> OwnFolders => [Home.Trash, Home.Thumbnails, Home.Uploads, Home.Runs];

    /// <summary>The folders whose pictures are found without the journal's help.</summary>
    internal IEnumerable<string> Folders(SqliteConnection opened) => opened.Query<string>("SELECT path FROM gallery_folders").Prepend(Home.Pictures);

    internal static bool IsWithin(string path, string folder) => path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    internal long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    private static IReadOnlyList<long> Ids(SqliteConnection opened, GalleryQuery query, int offset, int take)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(take);
        var sql = new QuerySql(query);
        sql.Parameters.AddDynamicParams(new { offset, take });
        return [.. opened.Query<long>(sql.Ids, sql.Parameters)];
    }

    private static string Label(string name) => name.Trim() is { Length: > 0 and <= LongestLabel } label && !label.Any(char.IsControl)
        ? label : throw new GalleryException(GalleryProblem.Invalid, Words.Say("gallery.label", LongestLabel));
}
