using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Gallery;

/// <summary>What a person decided about pictures, in the database, inside a transaction of the caller.</summary>
internal static class StateTable
{
    /// <summary>What was decided about a picture.</summary>
    public static PictureState Of(SqliteConnection opened, long id)
    {
        var (rating, note, origin, trashed) = opened.QuerySingle<(int, string, string?, long?)>(
            "SELECT p.rating, t.note, p.origin, p.trashed FROM pictures p JOIN picture_texts t ON t.id = p.id WHERE p.id = @id", new { id });
        var labels = opened.Query<(string Kind, string Name)>("SELECT kind, name FROM picture_labels WHERE picture = @id ORDER BY name", new { id }).ToList();
        return new()
        {
            Rating = rating,
            Note = note.Length > 0 ? note : null,
            Tags = Names("tag"),
            Collections = Names("collection"),
            Origin = origin,
            Trashed = trashed,
        };

        string[]? Names(string kind) => labels.Where(label => label.Kind == kind).Select(label => label.Name).ToArray() is { Length: > 0 } names ? names : null;
    }

    /// <summary>Keeps it; where the file lies is the caller's business.</summary>
    public static void Set(SqliteConnection opened, long id, PictureState state)
    {
        opened.Execute("UPDATE pictures SET rating = @Rating, noted = @noted, origin = @Origin, trashed = @Trashed WHERE id = @id",
            new { id, state.Rating, noted = state.Note is not null, state.Origin, state.Trashed });
        opened.Execute("UPDATE picture_texts SET note = @note WHERE id = @id", new { id, note = state.Note ?? "" });
        opened.Execute("DELETE FROM picture_labels WHERE picture = @id", new { id });
        foreach (string name in state.Tags ?? []) Label("tag", name);
        foreach (string name in state.Collections ?? []) Label("collection", name);

        void Label(string kind, string name) => opened.Execute("INSERT OR IGNORE INTO picture_labels (kind, name, picture) VALUES (@kind, @name, @id)", new { id, kind, name });
    }
}
