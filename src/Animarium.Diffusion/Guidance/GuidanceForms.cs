using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Guidance;

/// <summary>
/// The arithmetic of guidance. c and u are the predictions for the prompt and the negative prompt, (b, c, …): velocities or denoised latents, as each
/// form says. Nothing passes from one picture of a batch to another.
/// </summary>
static class GuidanceForms
{
    /// <summary><c>u + s·(c − u)</c>; the same for velocities and denoised latents.</summary>
    public static Tensor Cfg(Tensor c, Tensor u, double scale) => u.Plus((c - u).Times(scale));

    /// <summary>Sets a share of the guided velocity's standard deviation back to that of the prompt's.</summary>
    public static Tensor Rescale(Tensor guided, Tensor c, double share) => Rescale(guided, c, share, Picture(c));

    static Tensor Rescale(Tensor guided, Tensor c, double share, long[] dims) =>
        (guided * (Deviation(c, dims) / Deviation(guided, dims))).Times(share).Plus(guided.Times(1 - share));

    /// <summary>ComfyUI's rescaling, of denoised latents: it treats them as those of a variance-exploding model and leaves the last but one dimension but not the last.</summary>
    public static Tensor RescaleComfy(Tensor x, double sigma, Tensor c, Tensor u, double scale, double share)
    {
        double variance = sigma * sigma + 1, factor = Math.Sqrt(variance) / sigma;
        var scaled = x.Over(variance);
        Tensor Velocity(Tensor denoised) => (scaled - denoised).Times(factor);
        var guided = Cfg(Velocity(c), Velocity(u), scale);
        return scaled - Rescale(guided, Velocity(c), share, [1, 2, 3]).Over(factor);
    }

    /// <summary>CFG of velocities with <c>αu</c> for u, where <c>α = ⟨c,u⟩/|u|²</c>.</summary>
    public static Tensor ZeroStar(Tensor c, Tensor u, double scale) => Cfg(c, u * Alignment(c, u), scale);

    /// <summary>ComfyUI's CFG-Zero*, of denoised latents: α comes from the velocities but scales the latents.</summary>
    public static Tensor ZeroStarComfy(Tensor x, Tensor c, Tensor u, double scale) => Cfg(c, u * Alignment(x - c, x - u), scale);

    static Tensor Alignment(Tensor c, Tensor u) => Dot(c, u) / Dot(u, u).Plus(1e-8);

    /// <summary>
    /// CFG of velocities with u projected on the first right-singular vector of the rows [u; c]. That vector is a combination of the rows whose weights
    /// are the first eigenvector of their 2×2 Gram matrix, a rotation by θ.
    /// </summary>
    public static Tensor Tcfg(Tensor c, Tensor u, double scale)
    {
        Tensor uu = Dot(u, u), uc = Dot(u, c), cc = Dot(c, c);
        var theta = uc.Times(2).atan2(uu - cc).Over(2);
        var direction = (u * theta.cos()).Plus(c * theta.sin());
        return Cfg(c, direction * (Dot(u, direction) / Dot(direction, direction).AtLeast(1e-30)), scale);
    }

    /// <summary>CFG of denoised latents, at each position at most as long over the channels as c.</summary>
    public static Tensor CfgNorm(Tensor c, Tensor u, double scale, double strength)
    {
        var guided = Cfg(c, u, scale);
        return (guided * (Norm(c, [1]) / Norm(guided, [1]).Plus(1e-8)).AtMost(1)).Times(strength);
    }

    /// <summary>CFG of denoised latents, over a picture at most <paramref name="bound"/> times as long as c.</summary>
    public static Tensor RenormCfg(Tensor c, Tensor u, double scale, double bound)
    {
        var guided = Cfg(c, u, scale);
        return bound > 0 ? guided * (Norm(c, Picture(c)).Times(bound) / Norm(guided, Picture(c))).AtMost(1) : guided;
    }

    /// <summary>Between CFG and <c>s·c</c>, of denoised latents: the more alike u and the guided latents are, the more of CFG.</summary>
    public static Tensor Mahiro(Tensor c, Tensor u, double scale)
    {
        Tensor guided = Cfg(c, u, scale), leap = c.Times(scale);
        static Tensor SignedRoot(Tensor t) => t.abs().sqrt() * t.sign();
        var likeness = nn.functional.cosine_similarity(SignedRoot(u.Times(scale)), SignedRoot(leap.Plus(guided).Over(2)), 1).unsqueeze(1).mean(Picture(c), keepdim: true);
        var share = likeness.Plus(1).Over(2);
        return (guided * share).Plus(leap * 1.0.Minus(share));
    }

    /// <summary>Guidance g = c − u before it is scaled: at most <paramref name="threshold"/> long (0: any length), and only <paramref name="eta"/> of its part along c.</summary>
    /// <param name="g">The guidance, perhaps with that of earlier steps.</param>
    /// <param name="c">The direction.</param>
    /// <param name="eta">The share along c that stays.</param>
    /// <param name="threshold">The bound on the length.</param>
    /// <param name="dims">What a length is measured over.</param>
    public static Tensor Project(Tensor g, Tensor c, double eta, double threshold, long[] dims)
    {
        if (threshold > 0) g = g * threshold.Over(Norm(g, dims)).AtMost(1);
        var direction = c / Norm(c, dims).AtLeast(1e-12);
        return g.Plus((g * direction).sum(dims, keepdim: true).Times(eta - 1) * direction);
    }

    /// <summary>APG of velocities: <c>u + s·g'</c>.</summary>
    public static Tensor Apg(Tensor g, Tensor c, Tensor u, double scale, double eta, double threshold) =>
        u.Plus(Project(g, c, eta, threshold, Picture(c)).Times(scale));

    /// <summary>ComfyUI's APG of denoised latents: <c>c + s·g'</c>, measured over the last three dimensions.</summary>
    public static Tensor ApgComfy(Tensor g, Tensor c, double scale, double eta, double threshold) => c.Plus(Project(g, c, eta, threshold, [-1, -2, -3]).Times(scale));

    /// <summary>CFG of velocities with the guidance pushed against the sign of the sliding surface <c>(g − g₋₁) + λ·g₋₁</c>.</summary>
    public static Tensor Smc(Tensor g, Tensor previous, Tensor u, double scale, double rate, double gain)
    {
        var surface = (g - previous).Plus(previous.Times(rate));
        return u.Plus((g - g.abs().mean(Picture(g), keepdim: true).Times(gain) * surface.sign()).Times(scale));
    }

    /// <summary>The scale at which CFG in an Euler step from σ to σ' is CFG++ with weight λ.</summary>
    public static double PlusPlusScale(double weight, double sigma, double next) => sigma == next ? weight : weight * (1 - next) * sigma / (sigma - next);

    /// <summary>All dimensions but that of the batch.</summary>
    static long[] Picture(Tensor t) => [.. Enumerable.Range(1, (int)t.dim() - 1).Select(i => (long)i)];

    static Tensor Dot(Tensor a, Tensor b) => (a * b).sum(Picture(a), keepdim: true);

    static Tensor Norm(Tensor t, long[] dims) => t.Squared().sum(dims, keepdim: true).sqrt();

    static Tensor Deviation(Tensor t, long[] dims) => t.std(dims, unbiased: true, keepdim: true);
}
