using Animarium.Studio.Images;
using Dapper;

namespace Animarium.Studio.Gallery;

/// <summary>A query as SQL over the table <c>pictures</c>.</summary>
internal sealed class QuerySql
{
    private const long ShufflePrime = 2_147_483_647, ShuffleFactor = 48_271;

    private readonly List<string> conditions = ["place = @place"];
    private readonly GalleryQuery query;

    public QuerySql(GalleryQuery query)
    {
        this.query = query;
        Parameters.Add("place", query.Place);
        Equal("model", query.Model);
        Equal("sampler", query.Sampler);
        Equal("width", query.Width);
        Equal("height", query.Height);
        Equal("source", query.Source?.ToString());
        Equal("job", query.Job);
        Equal("parent", query.Parent);
        Range("rating", query.RatingFrom, query.RatingTo);
        Range("safety", (int?)query.SafetyFrom, (int?)query.SafetyTo);
        if (query.From is { } from) Add("drawn >= @from", ("from", from.ToUnixTimeMilliseconds()));
        if (query.Until is { } until) Add("drawn < @until", ("until", until.ToUnixTimeMilliseconds()));
        if (query.Last is { } last) Add("+id <= @last", ("last", last)); // the sign keeps SQLite from going through the table by numbers instead of an index in order
        if (query.HasNote is { } noted) Add("noted = @noted", ("noted", noted));
        if (query.Shape is { } shape) Add(shape switch { PictureShape.Portrait => "height > width", PictureShape.Landscape => "width > height", _ => "width = height" });
        if (query.Lora is { } lora) Add("id IN (SELECT picture FROM picture_loras WHERE name = @lora)", ("lora", lora));
        if (query.Collection is { } collection) Add("id IN (SELECT picture FROM picture_labels WHERE kind = 'collection' AND name = @collection)", ("collection", collection));
        if (query.Tag is { } tag)
            Add("id IN (SELECT picture FROM prompt_tags WHERE tag = @tag UNION SELECT picture FROM picture_labels WHERE kind = 'tag' AND name = @own)", ("tag", PromptTags.Normal(tag)), ("own", tag));
        if (query.Seed is { } seed) Seeds(seed, query.SeedSpan);
        int n = 0;
        foreach (var (word, without) in SearchText.Words(query.Text))
            if (SearchText.Match(word) is { } match)
                Add($"id {(without ? "NOT IN" : "IN")} (SELECT rowid FROM {match.Table} WHERE {match.Table} MATCH @word{n})", ($"word{n++}", match.Expression));
    }

    /// <summary>The values.</summary>
    public DynamicParameters Parameters { get; } = new();

    /// <summary>How many there are.</summary>
    public string Count => $"SELECT count(*) FROM pictures WHERE {Where}";

    /// <summary>Their numbers in order, <c>@take</c> of them from <c>@offset</c> on; indexes alone answer this where only the order matters.</summary>
    public string Ids => $"SELECT id FROM pictures WHERE {Where} ORDER BY {Order} LIMIT @take OFFSET @offset";

    private string Where => string.Join(" AND ", conditions);

    private string Order => query.Sort switch
    {
        GallerySort.Oldest => "drawn, id",
        GallerySort.Rating => "rating DESC, drawn DESC, id DESC",
        GallerySort.Seed => "(seed IS NULL), (seed < 0), seed, id",
        GallerySort.Size => "(width * height) DESC, id DESC",
        GallerySort.Random => Shuffled(unchecked((uint)query.Shuffle)),
        _ => "drawn DESC, id DESC",
    };

    /// <summary>Squares modulo a prime scatter consecutive numbers; SQLite has no generator that takes a seed.</summary>
    private static string Shuffled(uint shuffle)
    {
        long factor = 1 + (shuffle + 1) * ShuffleFactor % (ShufflePrime - 1), shift = (shuffle + 7L) * factor % ShufflePrime;
        string number = $"((id * {factor} + {shift}) % {ShufflePrime})";
        return $"{number} * {number} % {ShufflePrime}, id";
    }

    /// <summary>Seeds have 64 bits without a sign, the database's numbers have one: a span around 2^63 is two.</summary>
    private void Seeds(ulong seed, uint span)
    {
        ulong from = seed - Math.Min(seed, span), to = seed + Math.Min(ulong.MaxValue - seed, span);
        bool wraps = from <= long.MaxValue && to > long.MaxValue;
        Add(wraps ? "(seed >= @seedFrom OR seed <= @seedTo)" : "seed BETWEEN @seedFrom AND @seedTo", ("seedFrom", unchecked((long)from)), ("seedTo", unchecked((long)to)));
    }

    private void Equal(string column, object? value)
    {
        if (value is not null) Add($"{column} = @{column}", (column, value));
    }

    private void Range(string column, int? from, int? to)
    {
        if (from is not null) Add($"{column} >= @{column}From", ($"{column}From", from));
        if (to is not null) Add($"{column} <= @{column}To", ($"{column}To", to));
    }

    private void Add(string condition, params (string Name, object? Value)[] values)
    {
        conditions.Add(condition);
        foreach (var (name, value) in values) Parameters.Add(name, value);
    }
}
