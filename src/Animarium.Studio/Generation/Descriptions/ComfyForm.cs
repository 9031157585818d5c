using Animarium.Diffusion.Pipeline;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Sampling;

namespace Animarium.Studio.Generation.Descriptions;

/// <summary>The graph that draws a picture in ComfyUI, in API form: dropped onto its window, the picture becomes the nodes of Anima's own templates.</summary>
public sealed class ComfyForm
{
    private const double ShiftOfAnima = 3; // what ComfyUI takes without a node for it

    private readonly JsonObject nodes = [];

    private ComfyForm() { }

    /// <summary>The graph as ASCII; null where ComfyUI has no such schedule.</summary>
    public static string? Write(PictureFacts facts)
    {
        if (!Schedule.Find(facts.Request.Scheduler).IsInComfyUi) return null;
        var form = new ComfyForm();
        form.Build(facts);
        return form.nodes.ToJsonString();
    }

    private void Build(PictureFacts facts)
    {
        var request = facts.Request;
        var model = Node("UNETLoader", ("unet_name", facts.Model.File), ("weight_dtype", "default"));
        var clip = Node("CLIPLoader", ("clip_name", facts.TextEncoder.File), ("type", "stable_diffusion"), ("device", "default"));
        var vae = Node("VAELoader", ("vae_name", facts.Vae.File));
        foreach (var (use, weights) in request.Loras.Zip(facts.Loras))
        {
            var lora = Node("LoraLoader", ("model", model), ("clip", clip), ("lora_name", weights.File), ("strength_model", use.Strength), ("strength_clip", use.TextStrength));
            (model, clip) = (lora, lora with { Slot = 1 });
        }
        if (request.Shift != ShiftOfAnima) model = Node("ModelSamplingAuraFlow", ("model", model), ("shift", request.Shift));
        var positive = Node("CLIPTextEncode", ("text", Text(request.Prompt, request.Emphasis)), ("clip", clip));
        var negative = Node("CLIPTextEncode", ("text", Text(request.Negative, request.Emphasis)), ("clip", clip));

        var latent = request.Init is null ? Node("EmptyLatentImage", ("width", request.Width), ("height", request.Height), ("batch_size", 1)) : Encoded(request, vae);
        latent = Sampled(latent, request.Steps, request.Init is null ? 1 : request.Denoise);
        if (request.Hires > 1)
        {
            latent = request.HiresUpscaler == HiresUpscaler.Latent
                ? Node("LatentUpscaleBy", ("samples", latent), ("upscale_method", "bicubic"), ("scale_by", request.Hires))
                : Node("VAEEncode", ("pixels", Node("ImageScaleBy", ("image", Decoded(latent)), ("upscale_method", "lanczos"), ("scale_by", request.Hires))), ("vae", vae));
            latent = Sampled(latent, request.HiresSteps > 0 ? request.HiresSteps : request.Steps, request.HiresDenoise);
        }
        Node("SaveImage", ("images", Decoded(latent)), ("filename_prefix", "Animarium"));

        Link Sampled(Link from, int steps, double denoise) => Node("KSampler",
            ("model", model), ("seed", request.Seed ?? 0), ("steps", steps), ("cfg", request.Cfg), ("sampler_name", request.Sampler), ("scheduler", request.Scheduler),
            ("positive", positive), ("negative", negative), ("latent_image", from), ("denoise", denoise));

        Link Decoded(Link from) => Node("VAEDecode", ("samples", from), ("vae", vae));
    }

    private Link Encoded(GenerationRequest request, Link vae)
    {
        var picture = Node("LoadImage", ("image", Path.GetFileName(request.Init)));
        var scaled = Node("ImageScale", ("image", picture), ("upscale_method", "lanczos"), ("width", request.Width), ("height", request.Height), ("crop", "center"));
        var latent = Node("VAEEncode", ("pixels", scaled), ("vae", vae));
        if (request.Mask is null) return latent;
        var mask = Node("LoadImageMask", ("image", Path.GetFileName(request.Mask)), ("channel", "red"));
        if (request.MaskInvert) mask = Node("InvertMask", ("mask", mask));
        return Node("SetLatentNoiseMask", ("samples", latent), ("mask", mask));
    }

    /// <summary>The prompt in ComfyUI's rules for brackets.</summary>
    private static string Text(string prompt, EmphasisDialect dialect) => dialect == EmphasisDialect.Comfy ? prompt
        : string.Concat(Emphasis.Parse(prompt, dialect).Select(segment =>
        {
            string text = segment.IsBreak ? " " : segment.Text.Replace("(", "\\(", StringComparison.Ordinal).Replace(")", "\\)", StringComparison.Ordinal);
            return segment.Weight == 1 ? text : string.Create(CultureInfo.InvariantCulture, $"({text}:{segment.Weight:0.####})");
        }));

    /// <summary>Adds a node; ids count from 1.</summary>
    private Link Node(string kind, params (string Name, object? Value)[] inputs)
    {
        string id = (nodes.Count + 1).ToString(CultureInfo.InvariantCulture);
        nodes[id] = new JsonObject
        {
            ["class_type"] = kind,
            ["inputs"] = new JsonObject(inputs.Select(input => KeyValuePair.Create(input.Name, input.Value is Link link ? new JsonArray(link.Node, link.Slot) : JsonSerializer.SerializeToNode(input.Value)))),
        };
        return new Link(id);
    }

    /// <summary>An output of a node.</summary>
    private sealed record Link(string Node, int Slot = 0);
}
