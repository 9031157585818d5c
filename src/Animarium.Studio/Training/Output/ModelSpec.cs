using System.Globalization;
using System.Reflection;
using Animarium.Studio.Images;

namespace Animarium.Studio.Training.Output;

/// <summary>The <c>modelspec.</c> entries of a LoRA (Stability AI, ModelSpec 1.0.1).</summary>
internal static class ModelSpec
{
    private const int ThumbnailSide = 256, ThumbnailQuality = 80; // pixels, as the specification recommends

    /// <summary>What every LoRA carries.</summary>
    public static IEnumerable<(string Key, string Value)> Basics(string title, DateTimeOffset made) =>
    [
        ("modelspec.sai_model_spec", "1.0.1"),
        ("modelspec.architecture", "anima-preview/lora"), // what sd-scripts writes, and its readers compare with
        ("modelspec.implementation", "https://huggingface.co/circlestone-labs/Anima"),
        ("modelspec.implementation_version", "animarium/" + typeof(ModelSpec).Assembly.GetName().Version!.ToString(3)),
        // "epsilon" and "v" are Stable Diffusion's; other classes of models "may have their own concepts". Anima predicts the velocity of a rectified flow:
        // sd-scripts' "epsilon" would be wrong, and "v" is another parametrisation.
        ("modelspec.prediction_type", "flow"),
        ("modelspec.title", title),
        ("modelspec.date", made.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)),
    ];

    /// <summary>What a trained LoRA carries.</summary>
    public static IEnumerable<(string Key, string Value)> Of(TrainingFacts facts)
    {
        var shown = facts.Publication;
        var (width, height) = facts.Datasets[0].Settings.Resolution;
        foreach (var entry in Basics(shown.Title ?? facts.OutputName, facts.FinishedAt)) yield return entry;
        yield return ("modelspec.resolution", string.Create(CultureInfo.InvariantCulture, $"{width}x{height}"));
        if (shown.Author is { } author) yield return ("modelspec.author", author);
        if (shown.Description is { } description) yield return ("modelspec.description", description);
        if (shown.License is { } license) yield return ("modelspec.license", license);
        if (shown.Tags is { } tags) yield return ("modelspec.tags", tags);
        if (shown.TriggerPhrase is { } trigger) yield return ("modelspec.trigger_phrase", trigger);
        if (shown.Thumbnail is { } picture) yield return ("modelspec.thumbnail", "data:image/jpeg;base64," + Convert.ToBase64String(Jpeg(picture)));
    }

    private static byte[] Jpeg(Picture picture) => PictureFile.Encode(picture.Cover(ThumbnailSide, ThumbnailSide), PictureFormat.Jpeg, ThumbnailQuality).File;
}
