using System.Diagnostics;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using Animarium.Recipe.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Recipe.Steps;

/// <summary>Encodes all pictures once.</summary>
internal static class EncodeStep
{
    const int Batch = 32;

    /// <summary>Writes the latents.</summary>
    public static void Run(WorkFolder work, DrawnPictures pictures, ScalarType type, Action<string> say)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        using var model = work.Model.Open();
        long began = Stopwatch.GetTimestamp();
        // Half precision is finer than bf16 where numbers are near 1, and the noise of the posterior is larger than either's.
        var latents = cat([.. Enumerable.Range(0, pictures.All.Count).Chunk(Batch).Select(numbers => Scopes.Scoped(() =>
            model.Networks.Vae.Encode(cat([.. numbers.Select(pictures.Pixels)]).to(type)).to(float16)))]);
        SafeTensorsWriter.Write(work.Latents(pictures), new Dictionary<string, Tensor> { [CaptionedLatents.Name] = latents });
        var wide = latents.to(float32);
        say($"{latents.shape[0]} latents, {latents.shape[0] / Stopwatch.GetElapsedTime(began).TotalSeconds:0} a second; mean {wide.mean().item<float>():0.000}, deviation {wide.std().item<float>():0.000}");
    }
}
