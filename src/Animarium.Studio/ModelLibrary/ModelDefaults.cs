using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Animarium.Diffusion.Sampling;
using Animarium.Studio.Generation;
using Animarium.Studio.Texts;

namespace Animarium.Studio.ModelLibrary;

/// <summary>What a model asks for.</summary>
/// <param name="Settings">Its defaults.</param>
/// <param name="RatingTags">Whether it was trained with the tags safe, sensitive, nsfw and explicit, so that they may be added to prompts.</param>
public sealed record ModelAdvice(Settings Settings, bool RatingTags)
{
    /// <summary>It has no <c>model.json</c>.</summary>
    internal static ModelAdvice None { get; } = new(Settings.Empty, true);
}

/// <summary>What a model is best drawn with where a person says nothing: its <c>model.json</c>, over what its kind wants. See docs/model-json.md.</summary>
public static partial class ModelDefaults
{
    /// <summary>The name of the file, in the model folder; beside one of several transformers <c>NAME.model.json</c>.</summary>
    public const string FileName = "model.json";

    private const int LongestFile = 1 << 20; // bytes

    /// <summary>Metadata in which trainers and mergers name a file.</summary>
    private static readonly string[] Titles = ["modelspec.title", "ss_output_name", "title", "name"];

    /// <summary>Reads the defaults of a model under some LoRAs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loras">Those that act.</param>
    /// <param name="notices">Gets what was decided, and what in a file is wrong.</param>
    public static ModelAdvice Of(LibraryModel model, IEnumerable<LoraEntry> loras, ICollection<Notice> notices)
    {
        var (settings, ratingTags) = FromFile(model.Transformer, notices);
        string? turbo = IsTurbo(model.Name, model.Transformer.Metadata) ? model.Name : loras.FirstOrDefault(lora => IsTurbo(lora.Name, lora.Metadata()))?.Name;
        if (turbo is null) return new(settings, ratingTags);
        var wanted = SamplingDefaults.Turbo;
        notices.Add(Notice.Of("turbo", turbo, wanted.Sampler, wanted.Schedule, wanted.Steps, wanted.Cfg));
        var distilled = Settings.Empty.With("sampler", wanted.Sampler).With("scheduler", wanted.Schedule).With(Knobs.Of("steps"), wanted.Steps).With(Knobs.Of("cfg"), wanted.Cfg);
        // A checkpoint's file knows it better than its name; a LoRA changes what the checkpoint's file says.
        return new(turbo == model.Name ? settings.Over(distilled) : distilled.Over(settings), ratingTags);
    }

    /// <summary>What a model is best trained with, under the keys of training settings (<c>optimizer.learning_rate</c>); empty where its file says nothing.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tell">Gets what in the file is wrong.</param>
    public static IReadOnlyDictionary<string, JsonNode?> Training(LibraryModel model, Action<Notice> tell)
    {
        using var json = Read(model.Transformer, tell, out _);
        return json?.RootElement.TryGetProperty("training", out var training) == true && training.ValueKind == JsonValueKind.Object
            ? training.EnumerateObject().DistinctBy(entry => entry.Name).ToDictionary(entry => entry.Name, entry => JsonNode.Parse(entry.Value.GetRawText()))
            : new Dictionary<string, JsonNode?>();
    }

    /// <summary>Whether a person may be asked for it by a model: never the prompt, the rating, files or the machine.</summary>
    internal static bool MayDecide(Knob knob) =>
        knob.Group is KnobGroup.Sampling or KnobGroup.Guidance or KnobGroup.Enlarging || knob.Key is "negative" or "emphasis" or "emptyPrompt" or "width" or "height" or "denoise";

    private static bool IsTurbo(string name, IReadOnlyDictionary<string, string> metadata) =>
        Turbo().IsMatch(name) || Titles.Any(key => metadata.TryGetValue(key, out string? title) && Turbo().IsMatch(title));

    private static ModelAdvice FromFile(ModelPart transformer, ICollection<Notice> notices)
    {
        using var json = Read(transformer, notices.Add, out string path);
        if (json is null) return ModelAdvice.None;
        bool ratingTags = !json.RootElement.TryGetProperty("ratingTags", out var tags) || tags.ValueKind != JsonValueKind.False;
        if (!json.RootElement.TryGetProperty("defaults", out var defaults)) return new(Settings.Empty, ratingTags);
        try
        {
            var settings = Settings.FromJson(defaults, problem => notices.Add(Notice.Of("model-json", path, problem.Message)));
            foreach (var knob in settings.Given.Where(knob => !MayDecide(knob)).ToList())
            {
                notices.Add(Notice.Of("model-json", path, Words.Say("model-json.refused", knob.Name)));
                settings = settings.Without(knob);
            }
            return new(settings, ratingTags);
        }
        catch (Exception e) when (e is JsonException or SettingException)
        {
            notices.Add(Notice.Of("model-json", path, e.Message));
            return ModelAdvice.None;
        }
    }

    /// <summary>The model's file; null if there is none that can be read.</summary>
    private static JsonDocument? Read(ModelPart transformer, Action<Notice> tell, out string path)
    {
        string own = Path.Combine(Path.GetDirectoryName(transformer.Path)!, transformer.Name + "." + FileName);
        path = File.Exists(own) ? own : Path.Combine(transformer.Folder, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            if (new FileInfo(path).Length > LongestFile) throw new JsonException(Words.Say("model-json.long"));
            var json = JsonDocument.Parse(File.ReadAllBytes(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (json.RootElement.ValueKind == JsonValueKind.Object) return json;
            json.Dispose();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            tell(Notice.Of("model-json", path, e.Message));
        }
        return null;
    }

    /// <summary>The word of its own, not a part of another: "anima-turbo-v1.0", "Turbo LoRA", but not "turbocharged".</summary>
    [GeneratedRegex(@"(?<!\p{L})turbo(?!\p{L})", RegexOptions.IgnoreCase)]
    private static partial Regex Turbo();
}
