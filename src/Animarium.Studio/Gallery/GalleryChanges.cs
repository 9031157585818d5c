using System.Text.Json.Nodes;
using Animarium.Studio.Storage;
using Animarium.Studio.Texts;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Gallery;

/// <summary>Changes what a person decided about pictures, whole sets of them at once, and takes it back. The one way by which ratings, labels, notes and the trash change.</summary>
internal sealed class GalleryChanges(StudioDatabase database, TrashFolder trash, GalleryJournal journal, TimeProvider time)
{
    private const int AtOnce = 200; // pictures in one transaction: others wait no longer than for these
    private const int Remembered = 100; // changes that can be taken back

    /// <summary>Changes pictures.</summary>
    /// <param name="kind">What is done, for people.</param>
    /// <param name="ids">Which.</param>
    /// <param name="change">From what was decided to what is decided now.</param>
    /// <exception cref="StorageException">The database cannot be written. Sets of pictures that were done before stay done.</exception>
    /// <exception cref="GalleryException">The journal cannot be written.</exception>
    public GalleryChange Apply(ChangeKind kind, IReadOnlyCollection<long> ids, Func<long, PictureState, PictureState> change)
    {
        long id = 0;
        int changed = 0;
        var failed = new List<FileProblem>();
        foreach (long[] some in ids.Distinct().Chunk(AtOnce))
        {
            var moves = new List<(string From, string To)>();
            try
            {
                (id, int count) = database.Write(opened => Apply(opened, kind, id, some, change, moves, failed));
                changed += count;
            }
            catch
            {
                foreach (var (from, to) in Enumerable.Reverse(moves)) TrashFolder.Move(to, from, overwrite: false);
                throw;
            }
        }
        return new(id, kind, changed, failed);
    }

    /// <summary>Brings back what a change found. Pictures that are no more are passed over.</summary>
    /// <exception cref="GalleryException">There is no such change any more.</exception>
    public GalleryChange Undo(long change)
    {
        var former = database.Read(opened => opened.Query<(long Picture, string State)>("SELECT picture, state FROM gallery_change_states WHERE change = @change", new { change })
            .ToDictionary(row => row.Picture, row => PictureState.FromJson(row.State)));
        if (former.Count == 0) throw new GalleryException(GalleryProblem.Unknown, Words.Say("gallery.undo.unknown", change));
        return Apply(ChangeKind.Undo, former.Keys, (id, _) => former[id]);
    }

    private (long Change, int Count) Apply(
        SqliteConnection opened, ChangeKind kind, long id, long[] pictures, Func<long, PictureState, PictureState> change, List<(string, string)> moves, List<FileProblem> failed)
    {
        var lines = new List<JsonObject>();
        var states = StateTable.Of(opened, pictures);
        foreach (var (picture, hash, place) in opened.Query<(long, string, string)>("SELECT id, hash, path FROM pictures WHERE id IN @pictures", new { pictures }).ToList())
        {
            string path = place;
            var former = states[picture];
            var next = change(picture, former);
            if (next.Same(former)) continue;
            try
            {
                path = Placed(opened, picture, hash, path, former, next, moves);
            }
            catch (GalleryException e)
            {
                if (e.Problem == GalleryProblem.Unreadable) PictureTable.Lose(opened, picture);
                failed.Add(new(e.Problem == GalleryProblem.Unreadable ? "missing" : "unwritable", path, e.Message));
                continue;
            }
            StateTable.Set(opened, picture, next, former);
            if (!(former with { Note = next.Note, Tags = next.Tags }).Same(former)) PictureTable.Index(opened, picture); // what can be searched for
            if (id == 0) id = Begin(opened, kind);
            opened.Execute("INSERT INTO gallery_change_states (change, picture, state) VALUES (@id, @picture, @state)", new { id, picture, state = former.ToJson() });
            lines.Add(GalleryJournal.Line(hash, path, next));
        }
        journal.Append(lines); // last: if it fails, nothing is committed
        return (id, lines.Count);
    }

    /// <summary>The file goes where the state says.</summary>
    /// <returns>Where it is now.</returns>
    private string Placed(SqliteConnection opened, long picture, string hash, string path, PictureState former, PictureState next, List<(string, string)> moves)
    {
        if ((former.Origin is null) == (next.Origin is null)) return path;
        string to = next.Origin is not null ? trash.Take(path, hash) : TrashFolder.Return(path, former.Origin!);
        moves.Add((path, to));
        opened.Execute("UPDATE pictures SET path = @to, place = @place WHERE id = @picture", new { picture, to, place = next.Origin is null ? GalleryPlace.Here : GalleryPlace.Trash });
        return to;
    }

    private long Begin(SqliteConnection opened, ChangeKind kind)
    {
        long id = opened.ExecuteScalar<long>("INSERT INTO gallery_changes (kind, made) VALUES (@kind, @made) RETURNING id", new { kind = kind.ToString(), made = time.GetUtcNow().ToUnixTimeMilliseconds() });
        opened.Execute("DELETE FROM gallery_changes WHERE id <= @old", new { old = id - Remembered });
        return id;
    }
}
