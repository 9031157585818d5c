using Animarium.Diffusion.Guidance;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tokenizers;
using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>A short drawing with the full-size model, from opening its files to the picture.</summary>
static class FullDrawing
{
    const string Prompt = "masterpiece, best quality, 1girl, solo, long hair, silver hair, blue eyes, school uniform, serafuku, pleated skirt, sitting, reading, "
        + "holding book, window, classroom, afternoon, sunlight, dust particles, cherry blossoms, wind, smile, looking at viewer, depth of field, detailed background";

    /// <summary>Draws and forgets the picture; the caller sees what happens in between.</summary>
    public static IEnumerable<DrawEvent> Run(BenchModel model, ScalarType type, int size, int steps, double cfg)
    {
        using var pipeline = new AnimaPipeline(model.Model, PromptTokenizers.Official, new(CPU, type));
        var request = new DrawRequest
        {
            Items = [new(Prompt, "worst quality, low quality, blurry", 1)], Width = size, Height = size, Steps = steps, Guidance = new GuidanceOptions { Cfg = cfg },
        };
        foreach (var happened in pipeline.Draw(request))
        {
            yield return happened;
            if (happened is DrawnPicture picture) picture.Image.Dispose();
        }
    }
}
