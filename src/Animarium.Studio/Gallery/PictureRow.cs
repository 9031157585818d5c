using System.Text.Json;
using Animarium.Diffusion.Conduct;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Gallery;

/// <summary>A row as the database has it, and from there to a picture.</summary>
internal sealed record PictureRow
{
    private const string Select = """
        SELECT p.id, p.hash, p.path, p.bytes, p.modified, p.width, p.height, p.drawn, p.added, p.place, p.origin, p.trashed, p.source, p.job, p.seed, p.model, p.model_hash AS modelHash,
            p.safety, p.rating, p.parent, p.parent_as AS parentAs, t.prompt, t.negative, t.settings, t.unmapped, t.note
        FROM pictures p JOIN picture_texts t ON t.id = p.id
        """;

    public long Id { get; init; }
    public string Hash { get; init; } = "";
    public string Path { get; init; } = "";
    public long Bytes { get; init; }
    public long Modified { get; init; }
    public int Width { get; init; }
    public int Height { get; init; }
    public long Drawn { get; init; }
    public long Added { get; init; }
    public GalleryPlace Place { get; init; }
    public string? Origin { get; init; }
    public long? Trashed { get; init; }
    public string Source { get; init; } = "";
    public long? Job { get; init; }
    public long? Seed { get; init; }
    public string? Model { get; init; }
    public string? ModelHash { get; init; }
    public Rating Safety { get; init; }
    public int Rating { get; init; }
    public string? Parent { get; init; }
    public string? ParentAs { get; init; }
    public string Prompt { get; init; } = "";
    public string Negative { get; init; } = "";
    public string Settings { get; init; } = "";
    public string Unmapped { get; init; } = "";
    public string Note { get; init; } = "";

    /// <summary>The pictures of these numbers, in this order; those that do not exist are left out.</summary>
    public static IReadOnlyList<GalleryPicture> Load(SqliteConnection opened, IReadOnlyList<long> ids)
    {
        if (ids.Count == 0) return [];
        var rows = opened.Query<PictureRow>($"{Select} WHERE p.id IN @ids", new { ids }).ToDictionary(row => row.Id);
        var loras = opened.Query<(long Picture, string Name, string? Hash)>("SELECT picture, name, hash FROM picture_loras WHERE picture IN @ids", new { ids }).ToLookup(lora => lora.Picture);
        var labels = opened.Query<(long Picture, string Kind, string Name)>("SELECT picture, kind, name FROM picture_labels WHERE picture IN @ids ORDER BY name", new { ids }).ToLookup(label => label.Picture);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id].Picture([.. loras[id].Select(lora => new PictureLora(lora.Name, lora.Hash))], [.. labels[id].Select(label => (label.Kind, label.Name))]))];
    }

    private GalleryPicture Picture(IReadOnlyList<PictureLora> loras, IReadOnlyList<(string Kind, string Name)> labels) => new(new Lazy<Settings>(Read))
    {
        Id = Id,
        Hash = Hash,
        Path = Path,
        Bytes = Bytes,
        Width = Width,
        Height = Height,
        Drawn = DateTimeOffset.FromUnixTimeMilliseconds(Drawn),
        Added = DateTimeOffset.FromUnixTimeMilliseconds(Added),
        Place = Place,
        Origin = Origin,
        Trashed = Trashed is { } trashed ? DateTimeOffset.FromUnixTimeMilliseconds(trashed) : null,
        Source = Enum.TryParse(Source, out MetadataSource source) ? source : MetadataSource.None,
        Job = Job,
        Unmapped = JsonSerializer.Deserialize<string[]>(Unmapped)!,
        Prompt = Prompt,
        Negative = Negative,
        Seed = (ulong?)Seed,
        Model = Model,
        ModelHash = ModelHash,
        Loras = loras,
        Tags = [.. labels.Where(label => label.Kind == "tag").Select(label => label.Name)],
        Collections = [.. labels.Where(label => label.Kind == "collection").Select(label => label.Name)],
        Rating = Rating,
        Note = Note,
        Safety = Safety,
        Parent = Parent is null || !Enum.TryParse(ParentAs, out ParentKind kind) ? null : new(Parent, kind),
    };

    private Settings Read()
    {
        using var json = JsonDocument.Parse(Settings);
        return Generation.Settings.FromJson(json.RootElement, _ => { }); // a knob that this version no longer has
    }
}
