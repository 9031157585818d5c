using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training;
using Animarium.Recipe.Steps;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Recipe.Tests;

/// <summary>The VAE, made for drawing, under autograd; and the units of its latents.</summary>
public sealed class VaeTrainingTests
{
    /// <summary>Steps of the numeric derivative: larger ones bend, smaller ones drown in rounding.</summary>
    const double Step = 1e-3;

    [Fact]
    public void Gradients_of_all_weights_equal_differences()
    {
        using var tiny = new TinyRecipe();
        using var model = tiny.Work.Model.Open();
        using var weights = new TrainableWeights(model.Networks.VaeWeights, 1, _ => true);
        using var scope = NewDisposeScope();
        manual_seed(1);
        var parameters = weights.Groups[0].Parameters;
        using (no_grad())
            foreach (var parameter in parameters) parameter.Value.Accumulate(randn_like(parameter.Value), 0.02);
        var picture = tiny.Pictures.Pixels(0);
        Tensor Loss() => model.Networks.Vae.Picture(model.Networks.Vae.Posterior(picture).chunk(2, 1)[0]).to(float64).Squared().mean().Plus(model.Networks.Vae.Posterior(picture).to(float64).Squared().mean());
        Backward.Run(Loss());
        Assert.All(parameters, parameter => Assert.True(parameter.Value.grad is not null && parameter.Value.grad.abs().sum().item<float>() > 0, $"{parameter.Name} has no gradient"));

        // Whole parts at once: fp32 can't tell a single weight's share of the loss from rounding.
        foreach (var part in parameters.GroupBy(p => string.Join('.', p.Name.Split('.').Take(3)) + (p.Value.dim() == 1 ? " biases" : p.Name.EndsWith("gamma", StringComparison.Ordinal) ? " gammas" : " kernels")))
        {
            using var off = no_grad();
            // Along the gradient the loss changes most.
            double length = Math.Sqrt(part.Sum(p => p.Value.grad!.to(float64).Squared().sum().item<double>()));
            double high = Moved(Step), low = Moved(-Step);
            Assert.True(Math.Abs((high - low) / (2 * Step) - length) < 0.02 * length, $"{part.Key}: {(high - low) / (2 * Step)} by differences, {length} by gradients");

            double Moved(double by)
            {
                var before = part.Select(p => p.Value.clone()).ToList();
                foreach (var p in part) p.Value.Accumulate(p.Value.grad!, by / length);
                double loss = Loss().item<double>();
                foreach (var (p, old) in part.Zip(before)) p.Value.copy_(old);
                return loss;
            }
        }
    }

    /// <summary>oneDNN's own fault made the gradients of the whole decoder garbage, other garbage each time, where a picture's three colours go back in bf16.</summary>
    [Fact]
    public void Gradients_in_bf16_are_those_of_fp32_each_time()
    {
        using var tiny = new TinyRecipe();
        using var model = tiny.Work.Model.Open();
        using var weights = new TrainableWeights(model.Networks.VaeWeights, 1, _ => true);
        using var scope = NewDisposeScope();
        var truth = tiny.Pictures.Pixels(0);
        var exact = Gradient(float32);
        for (int n = 0; n < 3; n++) Assert.InRange((Gradient(bfloat16) - exact).norm().item<float>() / exact.norm().item<float>(), 0, 0.05);

        Tensor Gradient(ScalarType type)
        {
            foreach (var parameter in weights.Groups[0].Parameters) parameter.Value.grad = null;
            var latents = model.Networks.Vae.Posterior(truth.to(type)).chunk(2, 1)[0];
            Backward.Run(PictureLoss.Values(model.Networks.Vae.Picture(latents).to(float32), truth));
            return cat([.. weights.Groups[0].Parameters.Where(parameter => parameter.Value.grad is not null).Select(parameter => parameter.Value.grad!.flatten())]);
        }
    }

    [Fact]
    public void Folded_latents_have_official_units_and_decode_to_the_same_pictures()
    {
        using var tiny = new TinyRecipe();
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var pixels = cat([.. Enumerable.Range(0, tiny.Pictures.All.Count).Select(tiny.Pictures.Pixels)]);
        Tensor before, after, latents;
        using (var model = tiny.Work.Model.Open())
        {
            var vae = model.Networks.Vae;
            var means = vae.Posterior(pixels).chunk(2, 1)[0];
            before = vae.Picture(means);
            using var weights = new TrainableWeights(model.Networks.VaeWeights, 1, _ => true);
            var values = weights.Groups[0].Parameters.ToDictionary(p => p.Name, p => p.Value);
            LatentUnits.Fold(values, means.transpose(0, 1).flatten(1));
            Animarium.Recipe.Model.ModelFolder.Update(tiny.Work.Model.Vae, values);
        }
        using (var model = tiny.Work.Model.Open())
        {
            latents = model.Networks.Vae.Encode(pixels);
            after = model.Networks.Vae.Decode(latents);
        }
        Assert.True(latents.mean([0, 2, 3]).abs().max().item<float>() < 1e-3);
        Assert.True(latents.transpose(0, 1).flatten(1).std(1).Minus(1).abs().max().item<float>() < 1e-3);
        Assert.True((after - before).abs().max().item<float>() < 1e-3);
    }
}
