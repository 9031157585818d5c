using System.Globalization;
using System.Reflection;
using Animarium.Studio.Images;

namespace Animarium.Studio.Training.Output;

/// <summary>The <c>modelspec.</c> entries of a LoRA (Stability AI, ModelSpec 1.0.1).</summary>
internal static class ModelSpec
{
    private const int ThumbnailSide = 256, ThumbnailQuality = 80; // pixels, as the specification recommends

    public static IEnumerable<(string Key, string Value)> Of(TrainingFacts facts)
    {
        var shown = facts.Publication;
        var (width, height) = facts.Datasets[0].Settings.Resolution;
        yield return ("modelspec.sai_model_spec", "1.0.1");
        yield return ("modelspec.architecture", "anima-preview/lora"); // what sd-scripts writes, and its readers compare with
        yield return ("modelspec.implementation", "https://huggingface.co/circlestone-labs/Anima");
        yield return ("modelspec.implementation_version", "animarium/" + typeof(ModelSpec).Assembly.GetName().Version!.ToString(3));
        // "epsilon" and "v" are Stable Diffusion's; other classes of models "may have their own concepts". Anima predicts the velocity of a rectified flow:
        // sd-scripts' "epsilon" would be wrong, and "v" is another parametrisation.
        yield return ("modelspec.prediction_type", "flow");
        yield return ("modelspec.title", shown.Title ?? facts.OutputName);
        yield return ("modelspec.date", facts.FinishedAt.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
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
