using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

/// <summary>One file a family. Every sampler is a generator that yields after each step; coefficients are doubles, tensors keep their type.</summary>
static partial class Samplers
{
    /// <summary>Euler's method; DDIM is the same for a flow.</summary>
    public static IEnumerable<SamplerStep> Euler(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            x = x.Plus(Slope(x, denoised, sigma).Times(next - sigma));
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>Euler steps below the next σ, followed by fresh noise up to it, in the form for flows.</summary>
    public static IEnumerable<SamplerStep> EulerAncestral(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1], down = Downstep(sigma, next, c.Options.Eta);
            var denoised = c.Predict(x, sigma);
            x = next == 0 ? denoised : Interpolate(x, denoised, down / sigma);
            if (next > 0 && c.Options.Eta > 0) x = Renoise(c, x, sigma, next, down);
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>The derivative dx/dσ: <c>(x − denoised)/σ</c>.</summary>
    static Tensor Slope(Tensor x, Tensor denoised, double sigma) => (x - denoised).Over(sigma);

    /// <summary><c>share·x + (1 − share)·denoised</c>: the state at <c>share</c> of x's noise level.</summary>
    static Tensor Interpolate(Tensor x, Tensor denoised, double share) => x.Times(share).Plus(denoised.Times(1 - share));

    /// <summary><c>Σ weight·tensor</c>, as far as there are weights.</summary>
    static Tensor Combine(IEnumerable<Tensor> tensors, IEnumerable<double> weights) =>
        tensors.Zip(weights, (tensor, weight) => tensor.Times(weight)).Aggregate((sum, term) => sum.Plus(term));

    /// <summary>Puts the newest value in front and forgets those beyond <paramref name="count"/>.</summary>
    static void Remember(List<Tensor> history, Tensor newest, int count)
    {
        history.Insert(0, newest);
        if (history.Count > count) history.RemoveAt(count);
    }

    /// <summary>
    /// The σ that an ancestral step of a flow goes down to before <see cref="Renoise"/>. In single precision, since <c>1−σ</c> amplifies its
    /// rounding.
    /// </summary>
    static double Downstep(double sigma, double next, double eta) => (float)next * (1 + ((float)next / (float)sigma - 1) * (float)eta);

    /// <summary>Scales a state at <paramref name="down"/> and adds noise, so that it stands at <paramref name="next"/>.</summary>
    static Tensor Renoise(SamplerContext c, Tensor x, double sigma, double next, double down)
    {
        double scale = (1 - next) / (1 - down);
        return x.Times(scale).Plus(c.Noise(sigma, next).Times(c.Options.NoiseScale * Root(next * next - down * down * scale * scale)));
    }

    /// <summary>
    /// The classical ancestral step, for noise that is added to a picture that keeps its size: the σ to go down to, and how much
    /// noise leads from there up to <paramref name="next"/>. In single precision as in other programs: where σ is far above both, all that
    /// is left of <c>Down</c> is a rounding error, and repeating a picture takes the same one.
    /// </summary>
    static (float Down, float Up) AncestralSplit(float sigma, float next, double eta)
    {
        if (eta == 0) return (next, 0);
        float up = (float)eta * MathF.Sqrt(next * next * (sigma * sigma - next * next) / (sigma * sigma));
        // Not a number where σ is infinite: there all noise is fresh, whatever η.
        if (!(up < next)) up = next;
        return (MathF.Sqrt(next * next - up * up), up);
    }

    /// <summary>A square root that takes a negative rounding error as 0.</summary>
    static double Root(double square) => Math.Sqrt(Math.Max(0, square));
}
