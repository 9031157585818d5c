using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Gallery;

/// <summary>The rows of pictures in the database, inside a transaction of the caller.</summary>
internal static class PictureTable
{
    /// <summary>A new picture.</summary>
    /// <returns>Its number.</returns>
    public static long Insert(SqliteConnection opened, PictureRecord picture, long? job, long now)
    {
        long id = opened.ExecuteScalar<long>("""
            INSERT INTO pictures (hash, path, bytes, modified, width, height, drawn, added, source, job, seed, sampler, model, model_hash, safety, parent, parent_as)
            VALUES (@Hash, @Path, @Bytes, @Modified, @Width, @Height, @Drawn, @now, @Source, @job, @Seed, @Sampler, @Model, @ModelHash, @Safety, @Parent, @ParentAs) RETURNING id
            """, Columns(picture, job, now));
        opened.Execute("INSERT INTO picture_texts (id, prompt, negative, settings, unmapped) VALUES (@id, @Prompt, @Negative, @Settings, @Unmapped)", Texts(id, picture));
        Relate(opened, id, picture);
        Index(opened, id);
        return id;
    }

    /// <summary>A known picture whose file was read again, perhaps elsewhere.</summary>
    public static void Update(SqliteConnection opened, long id, PictureRecord picture)
    {
        Unrelate(opened, id);
        var columns = Columns(picture, null, 0);
        columns.Add("id", id);
        opened.Execute("""
            UPDATE pictures SET path = @Path, bytes = @Bytes, modified = @Modified, width = @Width, height = @Height, source = @Source, seed = @Seed, sampler = @Sampler,
                model = @Model, model_hash = @ModelHash, safety = @Safety, parent = @Parent, parent_as = @ParentAs WHERE id = @id
            """, columns);
        opened.Execute("UPDATE picture_texts SET prompt = @Prompt, negative = @Negative, settings = @Settings, unmapped = @Unmapped WHERE id = @id", Texts(id, picture));
        Relate(opened, id, picture);
        Index(opened, id);
    }

    /// <summary>The file of a known picture is somewhere.</summary>
    public static void Move(SqliteConnection opened, long id, GalleryPlace place, string path, FileStamp stamp) =>
        opened.Execute("UPDATE pictures SET place = @place, path = @path, bytes = @Bytes, modified = @Modified WHERE id = @id", new { id, place, path, stamp.Bytes, stamp.Modified });

    /// <summary>The file of a known picture is not where it was.</summary>
    public static void Lose(SqliteConnection opened, long id) => opened.Execute("UPDATE pictures SET place = @gone WHERE id = @id", new { id, gone = GalleryPlace.Gone });

    /// <summary>A picture is no more.</summary>
    public static void Remove(SqliteConnection opened, long id)
    {
        Unrelate(opened, id);
        opened.Execute("DELETE FROM picture_trigrams WHERE rowid = @id; DELETE FROM picture_words WHERE rowid = @id; DELETE FROM pictures WHERE id = @id", new { id });
    }

    /// <summary>Brings the full-text search up to date with prompt, note and tags.</summary>
    public static void Index(SqliteConnection opened, long id)
    {
        string words = SearchText.Normal(opened.ExecuteScalar<string>("""
            SELECT prompt || char(10) || note || char(10) || coalesce((SELECT group_concat(name, char(10)) FROM picture_labels WHERE picture = @id AND kind = 'tag'), '')
            FROM picture_texts WHERE id = @id
            """, new { id })!);
        opened.Execute("INSERT OR REPLACE INTO picture_trigrams (rowid, words) VALUES (@id, @words)", new { id, words });
        opened.Execute("INSERT OR REPLACE INTO picture_words (rowid, words) VALUES (@id, @words)", new { id, words = SearchText.Spaced(words) });
    }

    private static void Relate(SqliteConnection opened, long id, PictureRecord picture)
    {
        foreach (var lora in picture.Loras)
            opened.Execute("INSERT OR IGNORE INTO picture_loras (name, picture, hash) VALUES (@Name, @id, @Hash)", new { id, lora.Name, lora.Hash });
        foreach (string tag in PromptTags.Of(picture.Request.Prompt))
            opened.Execute("INSERT OR IGNORE INTO prompt_tags (tag, picture) VALUES (@tag, @id)", new { id, tag });
    }

    private static void Unrelate(SqliteConnection opened, long id)
    {
        foreach (string tag in PromptTags.Of(opened.ExecuteScalar<string>("SELECT prompt FROM picture_texts WHERE id = @id", new { id }) ?? ""))
            opened.Execute("DELETE FROM prompt_tags WHERE tag = @tag AND picture = @id", new { id, tag });
        opened.Execute("DELETE FROM picture_loras WHERE picture = @id", new { id });
    }

    private static DynamicParameters Columns(PictureRecord picture, long? job, long now) => new(new
    {
        picture.Hash,
        picture.Path,
        picture.Stamp.Bytes,
        picture.Stamp.Modified,
        picture.Header.Width,
        picture.Header.Height,
        Drawn = picture.Stamp.Modified,
        now,
        Source = picture.Source.ToString(),
        job,
        Seed = (long?)picture.Seed,
        picture.Sampler,
        picture.Model,
        ModelHash = picture.Origin.Model?.Hash,
        Safety = (int)picture.Safety,
        Parent = picture.Parent?.Hash,
        ParentAs = picture.Parent?.Kind.ToString(),
    });

    private static object Texts(long id, PictureRecord picture) => new
    {
        id,
        picture.Request.Prompt,
        picture.Request.Negative,
        Settings = picture.Settings.ToJson().ToJsonString(),
        Unmapped = JsonSerializer.Serialize(picture.Unmapped),
    };
}
