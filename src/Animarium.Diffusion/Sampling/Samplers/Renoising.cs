using Animarium.Diffusion.Tensors;
namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>Latent consistency sampling (arXiv 2310.04378): each estimate is noised anew to the next σ.</summary>
    public static IEnumerable<SamplerStep> Lcm(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            x = next == 0 ? denoised : Flow.Mix(denoised, c.Noise(sigma, next).Times(c.Options.NoiseScale), next);
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>
    /// DDPM (arXiv 2006.11239) with <c>ᾱ = 1/(1+σ²)</c>. It takes σ for the noise of a picture that keeps its size, which a flow's isn't: kept
    /// for its name, in single precision, whose rounding near σ = 0 belongs to the pictures of other programs.
    /// </summary>
    public static IEnumerable<SamplerStep> Ddpm(SamplerContext c)
    {
        static float Product(float sigma) => 1 / (sigma * sigma + 1);
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            float product = Product((float)sigma), nextProduct = Product((float)next), alpha = product / nextProduct;
            var denoised = c.Predict(x, sigma);
            x = x - Slope(x, denoised, sigma).Times((1 - alpha) / MathF.Sqrt(product * (1 - product)));
            if (next > 0) x = x.Plus(c.Noise(sigma, next).Times(MathF.Sqrt((1 - alpha) * (1 - nextProduct) / (1 - product) / nextProduct)));
            yield return c.Step(i, x, denoised);
        }
    }
}
