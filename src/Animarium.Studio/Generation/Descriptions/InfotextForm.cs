using Animarium.Diffusion.Pipeline;
using System.Globalization;
using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Sampling;
using Animarium.Studio.Prompts;

namespace Animarium.Studio.Generation.Descriptions;

/// <summary>The description of a picture as A1111 and Forge write it, which nearly every site and program reads.</summary>
public static class InfotextForm
{
    /// <summary>Fields whose value is a knob's, and the knob's key: written where they act, read wherever they stand.</summary>
    internal static IReadOnlyList<(string Field, string Key)> Plain { get; } =
    [
        ("Steps", "steps"), ("CFG scale", "cfg"), ("Shift", "shift"), ("Seed", "seed"), ("Mask blur", "maskBlur"),
        ("Hires upscale", "hires"), ("Hires steps", "hiresSteps"), ("Hires denoising strength", "hiresDenoise"),
        ("NAG scale", "nag"), ("NAG tau", "nagTau"), ("NAG alpha", "nagAlpha"), ("CFG rescale", "cfgRescale"), ("Guidance start", "guidanceStart"), ("Guidance end", "guidanceEnd"),
        ("Eta", "eta"), ("Sigma noise", "sNoise"), ("Empty prompt", "emptyPrompt"),
    ];

    /// <summary>Fields that say nothing a request needs: hashes, and parts that are found by themselves.</summary>
    internal static bool IsInformation(string field) => field is "Version" or "Model hash" or "Lora hashes" or "VAE" or "VAE hash" or "Clip skip" || field.StartsWith("Module ", StringComparison.Ordinal);

    /// <summary>The text.</summary>
    public static string Write(PictureFacts facts)
    {
        var request = facts.Request;
        var fields = new List<KeyValuePair<string, object?>>();
        Add("Steps", request.Steps);
        Add("Sampler", Sampler.Find(request.Sampler).Label ?? request.Sampler);
        Add("Schedule type", Schedule.Find(request.Scheduler).Label ?? request.Scheduler);
        Add("CFG scale", request.Cfg);
        Add("Shift", request.Shift);
        Add("Seed", request.Seed);
        Add("Size", $"{request.Width}x{request.Height}");
        Add("Model hash", Short(facts.Model.Hash, 10));
        Add("Model", facts.Model.Name);
        bool fromPicture = request.Init is not null, enlarged = request.Hires > 1;
        // A1111 has one field for both: in a picture from text it is the second pass's.
        if (fromPicture) Add("Denoising strength", request.Denoise);
        else if (enlarged) Add("Denoising strength", request.HiresDenoise);
        if (fromPicture && request.Mask is not null) Add("Mask blur", request.MaskBlur);
        if (enlarged)
        {
            Add("Hires upscale", request.Hires);
            if (request.HiresSteps > 0) Add("Hires steps", request.HiresSteps);
            Add("Hires upscaler", request.HiresUpscaler == HiresUpscaler.Latent ? "Latent" : "Lanczos");
            if (fromPicture) Add("Hires denoising strength", request.HiresDenoise);
        }
        foreach (var (field, key) in Plain.Where(plain => !fields.Exists(field => field.Key == plain.Field))) AddIfActing(field, Knobs.Of(key));
        Add("Lora hashes", string.Join(", ", facts.Loras.Where(lora => lora.Hash is not null).Select(lora => $"{lora.Name}: {Short(lora.Hash, 12)}")) is { Length: > 0 } hashes ? hashes : null);
        Add("Module 1", ImportedName(facts.Vae));
        Add("Module 2", ImportedName(facts.TextEncoder));
        Add("RNG", request.Rng.ToString().ToUpperInvariant());
        Add("Emphasis", request.Emphasis switch { EmphasisDialect.A1111 => "Original", EmphasisDialect.Ignored => "Ignore", EmphasisDialect.None => "None", _ => null });
        Add("Version", facts.Program);
        return Infotext.Write(string.Join(' ', [request.Prompt, .. request.Loras.Select(Tag)]), request.Negative, fields);

        void Add(string field, object? value) => fields.Add(new(field, value));

        void AddIfActing(string field, Knob knob)
        {
            object? value = knob.Get(request);
            if (!Equals(value, knob.Default) && knob.WithoutEffect(request) is null) Add(field, value is double ? value : knob.Format(value));
        }
    }

    /// <summary>As prompts name a LoRA; with two strengths A1111 wants the text encoder's first.</summary>
    private static string Tag(LoraUse lora) => lora.Strength == lora.TextStrength
        ? string.Create(CultureInfo.InvariantCulture, $"<lora:{lora.Name}:{lora.Strength}>")
        : string.Create(CultureInfo.InvariantCulture, $"<lora:{lora.Name}:{lora.TextStrength}:{lora.Strength}>");

    private static string ImportedName(WeightsUsed weights) => Path.GetFileNameWithoutExtension(weights.File);

    private static string? Short(string? hash, int digits) => hash is null ? null : hash[..Math.Min(digits, hash.Length)];
}
