using Animarium.Diffusion.Conduct;
using Animarium.Studio.Gallery;
using Animarium.Studio.Images;
using Animarium.Web.Api;

namespace Animarium.Web.Gallery;

/// <summary>Which pictures, in the query of an address; what is not said does not matter.</summary>
/// <param name="Text">Words of the prompt, the note or the tags; <c>-word</c> must not be there.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Lora">A LoRA's name.</param>
/// <param name="Sampler">The sampler's name.</param>
/// <param name="Tag">A tag of the prompt or of the person, whole.</param>
/// <param name="Source">The program that drew them.</param>
/// <param name="Collection">A collection's name.</param>
/// <param name="Job">The job's number.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Shape">The shape.</param>
/// <param name="RatingFrom">The lowest rating, 0 to 5.</param>
/// <param name="RatingTo">The highest rating, 0 to 5.</param>
/// <param name="SafetyFrom">The mildest content.</param>
/// <param name="SafetyTo">The strongest content.</param>
/// <param name="From">Drawn at this moment or later.</param>
/// <param name="Until">Drawn before this moment.</param>
/// <param name="HasNote">Whether there is a note.</param>
/// <param name="Seed">The seed.</param>
/// <param name="SeedSpan">How far from it other seeds may be.</param>
/// <param name="Parent">The hash of the picture they were made from.</param>
/// <param name="Place">Where they are; usually not the trash.</param>
/// <param name="Sort">The order; usually the newest first.</param>
/// <param name="Shuffle">Shuffles the random order; the same number shuffles alike.</param>
public sealed record PictureSearch(
    string? Text, string? Model, string? Lora, string? Sampler, string? Tag, Word<MetadataSource>? Source, string? Collection, long? Job, int? Width, int? Height, Word<PictureShape>? Shape, int? RatingFrom, int? RatingTo,
    Word<Rating>? SafetyFrom, Word<Rating>? SafetyTo, DateTimeOffset? From, DateTimeOffset? Until, bool? HasNote, ulong? Seed, uint? SeedSpan, string? Parent, Word<GalleryPlace>? Place, Word<GallerySort>? Sort, int? Shuffle)
{
    internal GalleryQuery Query => new()
    {
        Text = Text ?? "", Model = Model, Lora = Lora, Sampler = Sampler, Tag = Tag, Source = Source?.Value, Collection = Collection, Job = Job, Width = Width, Height = Height, Shape = Shape?.Value, RatingFrom = RatingFrom, RatingTo = RatingTo,
        SafetyFrom = SafetyFrom?.Value, SafetyTo = SafetyTo?.Value, From = From, Until = Until, HasNote = HasNote, Seed = Seed, SeedSpan = SeedSpan ?? 0, Parent = Parent,
        Place = Place?.Value ?? GalleryPlace.Here, Sort = Sort?.Value ?? GallerySort.Newest, Shuffle = Shuffle ?? 0,
    };
}
