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
            x = next == 0 ? denoised : Flow.Mix(denoised, c.Noise(sigma, next) * c.Options.NoiseScale, next);
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>
    /// DDPM (arXiv 2006.11239) with <c>ᾱ = 1/(1+σ²)</c>, which makes its step the classical ancestral one. It takes σ for the noise of a
    /// picture that keeps its size, which a flow's isn't: kept for its name.
    /// </summary>
    public static IEnumerable<SamplerStep> Ddpm(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var (down, up) = AncestralSplit(sigma, next, eta: 1);
            var denoised = c.Predict(x, sigma);
            x = next == 0 ? denoised : Interpolate(x, denoised, down / sigma) + c.Noise(sigma, next) * up;
            yield return c.Step(i, x, denoised);
        }
    }
}
