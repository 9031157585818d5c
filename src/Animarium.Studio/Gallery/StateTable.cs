using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Gallery;

/// <summary>What a person decided about pictures, in the database, inside a transaction of the caller.</summary>
internal static class StateTable
{
    /// <summary>What was decided about a picture.</summary>
    public static PictureState Of(SqliteConnection opened, long id) => Of(opened, [id])[id];

    /// <summary>What was decided about pictures, of those that there are.</summary>
    /// <param name="opened">The database.</param>
    /// <param name="ids">At most as many as a statement has values.</param>
    public static Dictionary<long, PictureState> Of(SqliteConnection opened, long[] ids)
    {
        var labels = opened.Query<(long Picture, string Kind, string Name)>("SELECT picture, kind, name FROM picture_labels WHERE picture IN @ids ORDER BY name", new { ids }).ToLookup(label => label.Picture);
        return opened.Query<(long Id, int Rating, string Note, string? Origin, long? Trashed)>(
                "SELECT p.id, p.rating, t.note, p.origin, p.trashed FROM pictures p JOIN picture_texts t ON t.id = p.id WHERE p.id IN @ids", new { ids })
            .ToDictionary(row => row.Id, row => new PictureState
            {
                Rating = row.Rating,
                Note = row.Note.Length > 0 ? row.Note : null,
                Tags = Names(row.Id, "tag"),
                Collections = Names(row.Id, "collection"),
                Origin = row.Origin,
                Trashed = row.Trashed,
            });

        string[]? Names(long id, string kind) => labels[id].Where(label => label.Kind == kind).Select(label => label.Name).ToArray() is { Length: > 0 } names ? names : null;
    }

    /// <summary>Keeps it; where the file lies is the caller's business.</summary>
    /// <param name="opened">The database.</param>
    /// <param name="id">The picture.</param>
    /// <param name="state">What is decided now.</param>
    /// <param name="former">What stands there: only what differs is written. Null: unknown.</param>
    public static void Set(SqliteConnection opened, long id, PictureState state, PictureState? former = null)
    {
        opened.Execute("UPDATE pictures SET rating = @Rating, noted = @noted, origin = @Origin, trashed = @Trashed WHERE id = @id",
            new { id, state.Rating, noted = state.Note is not null, state.Origin, state.Trashed });
        if (former is null || former.Note != state.Note) opened.Execute("UPDATE picture_texts SET note = @note WHERE id = @id", new { id, note = state.Note ?? "" });
        if (former is not null && (former with { Tags = state.Tags, Collections = state.Collections }).Same(former)) return;
        opened.Execute("DELETE FROM picture_labels WHERE picture = @id", new { id });
        foreach (string name in state.Tags ?? []) Label("tag", name);
        foreach (string name in state.Collections ?? []) Label("collection", name);

        void Label(string kind, string name) => opened.Execute("INSERT OR IGNORE INTO picture_labels (kind, name, picture) VALUES (@kind, @name, @id)", new { id, kind, name });
    }
}
