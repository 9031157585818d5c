using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>Latent to picture and back.</summary>
static class VaePasses
{
    public static IEnumerable<Measurement> Run(BenchModel model, BenchOptions options)
    {
        foreach (var type in options.Types)
        {
            using var off = inference_mode();
            using var scope = NewDisposeScope();
            var vae = model.Model.Vae;
            var latent = randn(1, vae.LatentChannels, options.Size / QwenImageVae.Scale, options.Size / QwenImageVae.Scale).to(type);
            yield return Measure("vae-decode", type, options, model, () => vae.Decode(latent));
            var image = vae.Decode(latent);
            yield return Measure("vae-encode", type, options, model, () => vae.Encode(image));
        }
    }

    static Measurement Measure(string name, ScalarType type, BenchOptions options, BenchModel model, Func<Tensor> pass)
    {
        double tflop = Nominal(model, pass);
        var (seconds, rate) = Interleaved.Median(type, options.Repetitions, () => pass().Dispose());
        return new(name)
        {
            Dtype = TypeNames.Of(type), Size = options.Size, Batch = 1, Seconds = seconds, Tflop = tflop, MatmulRate = rate, Share = tflop / seconds / rate, EquivalentTflop = seconds * rate,
        };
    }

    /// <summary>10¹² operations of all convolutions: each output value is as many products as its kernel has elements.</summary>
    static double Nominal(BenchModel model, Func<Tensor> pass)
    {
        var kernels = model.Vae.Taken.ToDictionary(weight => weight.Name, weight => weight.Stored);
        double operations = 0;
        Taps.Listen((module, x) =>
        {
            if (kernels.TryGetValue(module + ".weight", out var kernel)) operations += 2.0 * x.numel() * kernel[0].numel();
        }, pass).Dispose();
        return operations * 1e-12;
    }
}
