using System.Text.Json;
using Animarium.Diffusion.Guidance;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Tokenizers;
using Animarium.Parity.Models;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Pipeline;

/// <summary>Whole runs, from the prompt to the picture, step by step.</summary>
public sealed class PipelineTests
{
    const double LatentMaxAbs = 5e-4, LatentRelativeL2 = 5e-5, PixelMaxAbs = 1e-4, ContextMaxAbs = 2e-5;

    static readonly Dictionary<string, JsonElement> Index = JsonDocument.Parse(File.ReadAllText(Reference.At("pipeline", "index.json")))
        .RootElement.EnumerateArray().ToDictionary(c => c.GetProperty("case").GetString()!);

    public static TheoryData<string> Runs => [.. Index.Where(c => c.Value.TryGetProperty("prompt", out _)).Select(c => c.Key)];

    public static TheoryData<string, int> WeightedTexts => [.. Index.Where(c => c.Value.TryGetProperty("texts", out _))
        .SelectMany(c => Enumerable.Range(0, c.Value.GetProperty("texts").GetArrayLength()).Select(n => (c.Key, n)))];

    [Theory, MemberData(nameof(Runs))]
    public void Draws_the_recorded_picture(string name)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var entry = Index[name];
        using var golden = new Golden(Reference.At("pipeline", entry.GetProperty("file").GetString()!));
        using var pipeline = Open(entry);
        var request = Request(entry, golden);
        CheckIds(pipeline, request, golden);

        foreach (var e in pipeline.Draw(request))
        {
            if (e is DrawStep step)
            {
                Distance.Within(step.Latents.X.unsqueeze(2), golden["latents"][step.Index], LatentMaxAbs, LatentRelativeL2, $"latents after step {step.Index}");
                if (golden.Optional("denoised") is { } denoised)
                    Distance.Within(step.Latents.Denoised.unsqueeze(2), denoised[step.Index], LatentMaxAbs, LatentRelativeL2, $"denoised at step {step.Index}");
            }
            // Where a mask kept the picture, its own pixels are put back: only the redrawn part can be compared.
            if (e is DrawnPicture { Image: var image } && golden.Optional("decoded") is { } decoded)
            {
                var redrawn = request.Mask is { } mask ? mask.ge(ones(1))[0] : ones(1, 1, 1, ScalarType.Bool);
                Distance.Within(where(redrawn, image, 0), where(redrawn, decoded.reshape(image.shape).Over(2).Plus(0.5).Between(0, 1), 0), PixelMaxAbs, what: "pixels");
            }
        }
    }

    [Theory, MemberData(nameof(WeightedTexts))]
    public void Weights_its_texts(string name, int text)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var entry = Index[name];
        using var golden = new Golden(Reference.At("pipeline", entry.GetProperty("file").GetString()!));
        using var pipeline = Open(entry);
        var part = PromptTokens.Of(entry.GetProperty("texts")[text].GetString()!, default, pipeline.Tokenizers, EmptyPrompt.ComfyUi).Single();

        var rows = pipeline.Model.Encode(Ids(part.Qwen), Ids(part.T5), tensor(part.Weights.Select(w => (float)w).ToArray()).unsqueeze(0));

        Distance.Within(rows.reshape(golden[$"{text}.context_rows"].shape), golden[$"{text}.context_rows"], ContextMaxAbs, what: "context");
    }

    static AnimaPipeline Open(JsonElement entry)
    {
        string folder = Reference.At("models", entry.GetProperty("model").GetString()!);
        return new(new AnimaModel(Golden.Weights(folder, "diffusion_models"), Golden.Weights(folder, "text_encoders"), Golden.Weights(folder, "vae")),
            PromptTokenizers.Open(Path.Combine(folder, "tokenizers")), EngineOptions.Reference);
    }

    static DrawRequest Request(JsonElement entry, Golden golden) => new()
    {
        Items = [new(entry.GetProperty("prompt").GetString()!, entry.GetProperty("negative").GetString()!, 0)],
        Width = entry.GetProperty("width").GetInt32(),
        Height = entry.GetProperty("height").GetInt32(),
        Sampler = entry.GetProperty("sampler").GetString()!,
        Steps = entry.GetProperty("steps").GetInt32(),
        Sigmas = [.. golden["sigmas"].data<float>().ToArray().Select(s => (double)s)],
        Guidance = new() { Cfg = entry.GetProperty("cfg").GetDouble() },
        InitialNoise = golden["noise"].squeeze(2),
        Image = golden.Optional("image") is { } image ? image.reshape(1, 3, image.shape[^2], image.shape[^1]).Over(2).Plus(0.5) : null,
        Mask = golden.Optional("mask") is { } mask ? mask.reshape(1, 1, mask.shape[^2], mask.shape[^1]).repeat_interleave(8, 2).repeat_interleave(8, 3) : null,
        EmptyPrompt = golden.Optional("negative_qwen_ids") is { } ids && ids.shape[1] == 1 ? EmptyPrompt.ComfyUi : EmptyPrompt.Masked,
    };

    static void CheckIds(AnimaPipeline pipeline, DrawRequest request, Golden golden)
    {
        foreach (var (text, prefix) in new[] { (request.Items[0].Prompt, ""), (request.Items[0].Negative, "negative_") })
        {
            if (golden.Optional(prefix + "qwen_ids") is not { } qwen) continue;
            var part = PromptTokens.Of(text, request.Emphasis, pipeline.Tokenizers, request.EmptyPrompt).Single();
            Assert.Equal(Numbers(qwen), part.Qwen.Select(id => (long)id));
            Assert.Equal(Numbers(golden[prefix + "t5_ids"]), part.T5.Select(id => (long)id));
        }
    }

    static long[] Numbers(Tensor ids) => ids.numel() == 0 ? [] : ids.data<long>().ToArray();

    static Tensor Ids(IReadOnlyList<int> ids) => tensor(ids.Select(id => (long)id).ToArray()).view(1, ids.Count);
}
