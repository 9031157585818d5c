using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Guidance.Caching;

/// <summary>
/// SeaCache's measure of change between steps (arXiv 2602.18993): a Wiener filter keeps what is picture at a noise level, so that changes of noise
/// don't count.
/// </summary>
public static class SeaFilter
{
    /// <summary>Filters every channel.</summary>
    /// <param name="x">(…, h, w)</param>
    /// <param name="sigma">Its noise level, 0 to below 1.</param>
    /// <param name="beta">The exponent of natural pictures' power spectrum <c>f^−β</c>.</param>
    /// <returns>(…, h, w) in the type of <paramref name="x"/></returns>
    public static Tensor Apply(Tensor x, double sigma, double beta = 2) => Scopes.Scoped(() =>
    {
        var spectrum = fft.fft2(x.to(float32)) * Gain(x.shape[^2], x.shape[^1], sigma, beta).to(x.device);
        return fft.ifft2(spectrum).real.to(x.dtype);
    });

    /// <summary>How far two filtered states are apart: <c>|a − b|₁ / |b|₁</c>.</summary>
    public static double Distance(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return ((a - b).abs().sum() / b.abs().sum().Plus(1e-8)).to(float64).item<double>();
    }

    /// <summary>The summed distance at which to run the network, so that it runs in a share of the steps.</summary>
    /// <param name="distances">The distance of each step from the one before it, in a run without skipped steps.</param>
    /// <param name="share">The share of steps that run, 0 to 1.</param>
    public static double Threshold(IReadOnlyList<double> distances, double share)
    {
        double low = 0, high = distances.Sum(), target = Math.Max(1, Math.Round(share * distances.Count));
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (Runs(distances, middle) > target) low = middle;
            else high = middle;
        }
        return Math.Max(high, 1e-8);
    }

    /// <summary>How often the network runs if it does whenever the distances since its last run reach a threshold.</summary>
    public static int Runs(IReadOnlyList<double> distances, double threshold)
    {
        int runs = 0;
        double sum = 0;
        foreach (double distance in distances)
        {
            sum += distance;
            if (sum < threshold) continue;
            runs++;
            sum = 0;
        }
        return runs;
    }

    /// <summary><c>a·S/(a²S + σ²)</c> with a = 1 − σ and S the power spectrum, divided by its mean; (h, w) over the frequencies of an FFT.</summary>
    static Tensor Gain(long height, long width, double sigma, double beta)
    {
        Tensor y = fft.fftfreq(height).unsqueeze(1), x = fft.fftfreq(width);
        var power = (y * y).Plus(x * x).sqrt().AtLeast(1.0 / Math.Max(height, width)).Power(-beta);
        var gain = power.Times(1 - sigma) / power.Times((1 - sigma) * (1 - sigma)).Plus(sigma * sigma).Plus(1e-8);
        return gain / gain.mean().AtLeast(1e-8);
    }
}
