using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Gallery;

/// <summary>Counts what filters can choose from.</summary>
internal static class FacetTable
{
    public static GalleryFacets Read(SqliteConnection opened)
    {
        return new()
        {
            Models = Column("model"),
            Samplers = Column("sampler"),
            Sources = Column("source"),
            Loras = Values("SELECT l.name, count(*) FROM picture_loras l JOIN pictures p ON p.id = l.picture WHERE p.place = 0 GROUP BY l.name ORDER BY 2 DESC, 1"),
            Collections = Labels("collection"),
            Tags = Labels("tag"),
        };

        IReadOnlyList<Facet> Column(string name) => Values($"SELECT {name}, count(*) FROM pictures WHERE place = 0 AND {name} IS NOT NULL GROUP BY {name} ORDER BY 2 DESC, 1");

        IReadOnlyList<Facet> Labels(string kind) =>
            Values("SELECT l.name, count(*) FROM picture_labels l JOIN pictures p ON p.id = l.picture WHERE l.kind = @kind AND p.place = 0 GROUP BY l.name ORDER BY 2 DESC, 1", new { kind });

        IReadOnlyList<Facet> Values(string sql, object? parameters = null) => [.. opened.Query<(string Value, long Pictures)>(sql, parameters).Select(row => new Facet(row.Value, (int)row.Pictures))];
    }
}
