using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Sampling;
using Animarium.Studio.Images;
using Animarium.Studio.Prompts;

namespace Animarium.Studio.Generation.Descriptions;

/// <summary>What a picture was drawn with, whichever program drew it: for drawing it again.</summary>
/// <param name="Settings">What could be read. Never the rating: that is the person's who draws.</param>
/// <param name="Source">The program.</param>
/// <param name="Unmapped">What has no counterpart here or is out of range, for people: it is shown, never silently lost.</param>
public sealed record ImportedRequest(Settings Settings, MetadataSource Source, IReadOnlyList<string> Unmapped)
{
    /// <summary>Reads the description that a picture carries.</summary>
    /// <returns>Null where there is none that can be read.</returns>
    /// <exception cref="PictureException">The file cannot be read or is no picture.</exception>
    public static ImportedRequest? FromPicture(string path) => From(ImageMetadata.Read(path), Path.GetDirectoryName(Path.GetFullPath(path)));

    /// <summary>Reads a picture's description.</summary>
    /// <param name="metadata">What the picture says.</param>
    /// <param name="folder">Where the pictures that it was drawn over may lie, or null.</param>
    public static ImportedRequest? From(ImageMetadata metadata, string? folder = null)
    {
        var reading = new Reading();
        if (metadata.Animarium is { } json && JsonForm.Read(json, problem => reading.Unmapped.Add(problem.Message)) is { } ours) reading.Settings = ours;
        else if (metadata.Import() is { } stranger) reading.Read(stranger, metadata.Source);
        else return null;
        reading.Settings = reading.Settings.Without(Knobs.Of("rating"));
        reading.Locate("init", folder);
        reading.Locate("mask", folder);
        return new(reading.Settings, metadata.Source, reading.Unmapped);
    }

    /// <summary>Judges what would be taken in.</summary>
    /// <param name="template">The prompt before wildcards were chosen, or null.</param>
    /// <exception cref="Diffusion.Conduct.ConductException">It is refused.</exception>
    public void RequireConduct(string? template)
    {
        var request = Settings.Complete();
        Diffusion.Conduct.ConductRule.Require([request.Prompt, request.Cfg < 1 ? request.Negative : null, template, .. request.Loras.Select(lora => lora.Name)]);
    }

    /// <summary>The same from an infotext alone, as people copy it from sites.</summary>
    public static ImportedRequest FromInfotext(string text)
    {
        var reading = new Reading();
        reading.Read(new(Infotext.Parse(text), []), MetadataSource.A1111);
        return new(reading.Settings, MetadataSource.A1111, reading.Unmapped);
    }

    /// <summary>From the fields of an infotext to settings.</summary>
    private sealed class Reading
    {
        private readonly HashSet<string> read = new(StringComparer.Ordinal);
        private Infotext infotext = new("", "", [], []);

        public Settings Settings { get; set; } = Settings.Empty;

        public List<string> Unmapped { get; } = [];

        public void Read(ImportedSettings imported, MetadataSource source)
        {
            infotext = imported.Infotext;
            string version = infotext["Version"] ?? "";
            bool ours = version.StartsWith("animarium", StringComparison.Ordinal), comfy = source is MetadataSource.ComfyUI or MetadataSource.SwarmUI;

            Prompt();
            Set("negative", infotext.Negative); // also where there is none: the model's own must not take its place
            if (!ours) Set("emptyPrompt", "comfyui"); // docs/decisions/0002
            foreach (var (field, key) in InfotextForm.Plain) Take(field, key);
            Take("Distilled CFG Scale", "shift"); // Forge's name for it
            Take("Model", "model");
            if (infotext.Size is { } size)
            {
                read.Add("Size");
                Set("width", $"{size.Width}");
                Set("height", $"{size.Height}");
            }
            Sampling(automatic: !comfy);
            Take("Denoising strength", infotext["Hires upscale"] is null || infotext["Hires denoising strength"] is not null ? "denoise" : "hiresDenoise");
            if (Field("Hires upscaler") is { } upscaler) Set("hiresUpscaler", upscaler.StartsWith("Latent", StringComparison.OrdinalIgnoreCase) ? "latent" : "pixels");
            // A1111 and Forge name the generator unless it is the card's; ComfyUI's is the processor's.
            Set("rng", comfy || Field("RNG") is "CPU" ? "cpu" : "nv");
            Set("emphasis", Field("Emphasis") switch
            {
                "Ignore" => "ignore",
                "None" => "none",
                _ when comfy || version.StartsWith("neo", StringComparison.Ordinal) || ours && infotext["Emphasis"] is null => "comfy",
                _ => "a1111",
            });
            Unmapped.AddRange(imported.Unmapped);
            Unmapped.AddRange(infotext.Fields.Where(field => !read.Contains(field.Key) && !InfotextForm.IsInformation(field.Key)).Select(field => $"{field.Key}: {field.Value.Trim()}"));
            Unmapped.AddRange(infotext.Json.Select(field => field.Key));
        }

        /// <summary>A picture that this one was drawn over is named without its folder: it counts if it still lies beside.</summary>
        public void Locate(string key, string? folder)
        {
            var knob = Knobs.Of(key);
            if (!Settings.Has(knob) || knob.Get(Settings.Complete()) is not string name) return;
            string path = Path.Combine(folder ?? "", Path.GetFileName(name));
            bool found = folder is not null && File.Exists(path);
            if (!found) Unmapped.Add($"{knob.Name}: {name}");
            Settings = found ? Settings.With(knob, path) : Settings.Without(knob);
        }

        private void Prompt()
        {
            var (prompt, tags) = ExtraNetworks.Extract(infotext.Prompt);
            Set("prompt", prompt.Trim());
            var loras = new List<LoraUse>();
            foreach (var tag in tags)
            {
                try
                {
                    if (ExtraNetworks.AsLora(tag) is { } lora) loras.Add(new(lora.Name, lora.Strength, lora.TextStrength));
                    else Unmapped.Add($"<{tag.Kind}:{string.Join(':', tag.Arguments)}>");
                }
                catch (FormatException e)
                {
                    Unmapped.Add(e.Message);
                }
            }
            Try(() => Settings.With(Knobs.Of("lora"), loras));
        }

        /// <summary>Sampler and schedule; older infotexts write both in one ("DPM++ 2M Karras"), and "Automatic" is each sampler's own schedule.</summary>
        private void Sampling(bool automatic)
        {
            string? name = Field("Sampler"), schedule = Field("Schedule type");
            if (name is null) return;
            if (!Known(name) && Schedule.All.FirstOrDefault(s => s.Label is not null && name.EndsWith(" " + s.Label, StringComparison.OrdinalIgnoreCase)) is { } suffix)
                (name, schedule) = (name[..^(suffix.Label!.Length + 1)], schedule ?? suffix.Id);
            Set("sampler", name);
            if (schedule is null or "Automatic" && automatic) schedule = Known(name) ? Sampler.Find(name).DefaultSchedule ?? "uniform" : null;
            if (schedule is not null) Set("scheduler", schedule);
        }

        private static bool Known(string sampler) => Knobs.Of("sampler").Values is NamedValues names && names.TryParse([sampler], out _);

        private void Take(string field, string key)
        {
            if (Field(field) is { } value) Set(key, value);
        }

        private string? Field(string name)
        {
            read.Add(name);
            return infotext[name];
        }

        private void Set(string key, string text) => Try(() => Settings.With(key, text));

        private void Try(Func<Settings> change)
        {
            try
            {
                Settings = change();
            }
            catch (SettingException e)
            {
                Unmapped.Add(e.Message);
            }
        }
    }
}
