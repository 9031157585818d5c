using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>
    /// Extended reverse-time SDE (arXiv 2309.06169) in <c>ℓ = σ/(1−σ)</c>, up to the third stage. How much noise is replaced depends on ℓ
    /// through <c>φ</c>; the integrals over φ are sums of 200 points from ℓ' on, as in the authors' code.
    /// </summary>
    public static IEnumerable<SamplerStep> ErSde(SamplerContext c)
    {
        const int points = 200;
        var sigmas = c.Flow.WithFiniteSnr(c.Sigmas);
        var scaler = c.Options.Eta > 0 ? c.Options.Scaler : ErSdeScaler.Ode;
        bool noisy = scaler != ErSdeScaler.Ode && c.Options.NoiseScale > 0;
        double Phi(double l) => scaler switch
        {
            ErSdeScaler.Er => l * Math.Pow(Math.Exp(Math.Pow(l, 0.3)) + 10, c.Options.Eta),
            ErSdeScaler.Rt => Math.Pow(l, 1 + c.Options.Eta),
            _ => l,
        };
        double Level(int i) => sigmas[i] / (1 - sigmas[i]);

        var x = c.X;
        Tensor? previous = null, previousChange = null;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = sigmas[i], next = sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            Tensor? change = null;
            if (next == 0) x = denoised;
            else
            {
                double alpha = 1 - next, l = Level(i), to = Level(i + 1), span = to - l, width = -span / points, ratio = Phi(to) / Phi(l);
                x = x.Times(alpha / (1 - sigma) * ratio).Plus(denoised.Times(alpha * (1 - ratio)));
                if (previous is not null && c.Options.MaxStage > 1)
                {
                    var places = Enumerable.Range(0, points).Select(k => to + k * width);
                    change = (denoised - previous).Over(l - Level(i - 1));
                    x = x.Plus(change.Times(alpha * (span + places.Sum(p => width / Phi(p)) * Phi(to))));
                    if (previousChange is not null && c.Options.MaxStage > 2)
                    {
                        var bend = (change - previousChange).Over((l - Level(i - 2)) / 2);
                        x = x.Plus(bend.Times(alpha * (span * span / 2 + places.Sum(p => (p - l) * width / Phi(p)) * Phi(to))));
                    }
                }
                if (noisy) x = x.Plus(c.Noise(sigma, next).Times(alpha * c.Options.NoiseScale * Root(to * to - l * l * ratio * ratio)));
            }
            (previous, previousChange) = (denoised, change);
            yield return c.Step(i, x, denoised, change is null ? [] : [change]);
        }
    }
}
