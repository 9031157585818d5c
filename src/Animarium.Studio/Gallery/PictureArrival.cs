using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Gallery;

/// <summary>What the gallery knew of a file before it came.</summary>
internal enum Arrival
{
    /// <summary>Nothing.</summary>
    New,

    /// <summary>Everything, at this place.</summary>
    Known,

    /// <summary>The picture, whose file was elsewhere and is there no more.</summary>
    Moved,

    /// <summary>The picture, whose file is still elsewhere: this one is a copy.</summary>
    Copy,

    /// <summary>The picture, which is in the trash.</summary>
    InTrash,
}

/// <summary>A file that comes into the gallery, compared with the picture of the same content; inside a transaction of the caller.</summary>
/// <param name="Id">Of the known picture; 0: there is none.</param>
/// <param name="Path">Where its file is or was.</param>
/// <param name="Place">Where that is.</param>
internal sealed record PictureArrival(long Id, string? Path, GalleryPlace Place)
{
    public static PictureArrival Of(SqliteConnection opened, PictureRecord picture)
    {
        // A file that was overwritten: the picture that had this path has no file any more.
        opened.Execute("UPDATE pictures SET place = @gone WHERE path = @Path AND hash <> @Hash AND place <> @gone", new { gone = GalleryPlace.Gone, picture.Path, picture.Hash });
        return opened.QuerySingleOrDefault<(long, string, long)?>("SELECT id, path, place FROM pictures WHERE hash = @Hash", new { picture.Hash }) is var (id, path, place)
            ? new(id, path, (GalleryPlace)place) : new(0, null, GalleryPlace.Here);
    }

    /// <summary>What kind it is.</summary>
    public Arrival Kind(string path) => Id == 0 ? Arrival.New
        : Place != GalleryPlace.Gone && Path != path && File.Exists(Path) ? Place == GalleryPlace.Trash ? Arrival.InTrash : Arrival.Copy
        : Path == path && Place == GalleryPlace.Here ? Arrival.Known : Arrival.Moved;

    /// <summary>Takes a picture in if it is new, and follows it if it moved.</summary>
    /// <returns>Its number.</returns>
    public long Settle(SqliteConnection opened, PictureRecord picture, long? job, long now)
    {
        switch (Kind(picture.Path))
        {
            case Arrival.New: return PictureTable.Insert(opened, picture, job, now);
            case Arrival.Known or Arrival.Moved:
                if (Place == GalleryPlace.Trash) StateTable.Set(opened, Id, StateTable.Of(opened, Id) with { Origin = null, Trashed = null });
                PictureTable.Move(opened, Id, GalleryPlace.Here, picture.Path, picture.Stamp);
                break;
        }
        return Id;
    }
}
