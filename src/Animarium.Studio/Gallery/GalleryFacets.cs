namespace Animarium.Studio.Gallery;

/// <summary>A value that pictures have, and how many.</summary>
/// <param name="Value">Such as a model's name.</param>
/// <param name="Pictures">How many pictures that are here have it.</param>
public sealed record Facet(string Value, int Pictures);

/// <summary>What filters can choose from, the most frequent first.</summary>
public sealed record GalleryFacets
{
    /// <summary>Models by name.</summary>
    public IReadOnlyList<Facet> Models { get; init; } = [];

    /// <summary>LoRAs by name.</summary>
    public IReadOnlyList<Facet> Loras { get; init; } = [];

    /// <summary>Samplers by id.</summary>
    public IReadOnlyList<Facet> Samplers { get; init; } = [];

    /// <summary>The programs that drew them, as <see cref="Images.MetadataSource"/> names them.</summary>
    public IReadOnlyList<Facet> Sources { get; init; } = [];

    /// <summary>Collections by name.</summary>
    public IReadOnlyList<Facet> Collections { get; init; } = [];

    /// <summary>The person's own tags.</summary>
    public IReadOnlyList<Facet> Tags { get; init; } = [];
}
