using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training;

/// <summary>How the noise levels of training are drawn, by sd-scripts' names.</summary>
public enum SigmaMode
{
    /// <summary>sigmoid(scale · n), n normal</summary>
    Sigmoid,
    /// <summary>u, uniform</summary>
    Uniform,
    /// <summary>the sigmoid's σ, shifted: sσ / (1 + (s − 1)σ)</summary>
    Shift,
    /// <summary>the sigmoid's σ, shifted by e^μ, where μ grows with the picture: 0.5 at 256 tokens, 1.15 at 4096</summary>
    FluxShift,
    /// <summary>an entry of the scheduler's table of 1000, which descends from 1; its density is <see cref="SigmaDensity"/>'s</summary>
    Sigma,
}

/// <summary>How the entries of the table of <see cref="SigmaMode.Sigma"/> are drawn.</summary>
public enum SigmaDensity
{
    /// <summary>all alike</summary>
    None,
    /// <summary>place sigmoid(mean + std · n): a positive mean means less noise, since the table descends</summary>
    LogitNormal,
    /// <summary>place 1 − u − s(cos²(πu/2) − 1 + u) (Esser et al. 2024)</summary>
    Mode,
}

/// <summary>Draws the noise levels of training.</summary>
public sealed record SigmaSampling
{
    const int Table = 1000;

    /// <summary>How.</summary>
    public SigmaMode Mode { get; init; } = SigmaMode.Sigmoid;

    /// <summary>Factor of the normal number before the sigmoid; in the modes that have one.</summary>
    public double SigmoidScale { get; init; } = 1;

    /// <summary>Added before the sigmoid: above 0 more noise; in the modes that have one.</summary>
    public double SigmoidBias { get; init; }

    /// <summary>Share of the sigmoid's σ that is uniform instead, 0 to 1: a model that is trained from nothing needs the ends of the range, where the sigmoid is rare.</summary>
    public double UniformShare { get; init; }

    /// <summary>s of <see cref="SigmaMode.Shift"/> and <see cref="SigmaMode.Sigma"/>; the other modes have no use for it. Above 0.</summary>
    public double Shift { get; init; } = 1;

    /// <summary>Density of <see cref="SigmaMode.Sigma"/>.</summary>
    public SigmaDensity Density { get; init; } = SigmaDensity.None;

    /// <summary>Mean of <see cref="SigmaDensity.LogitNormal"/>.</summary>
    public double LogitMean { get; init; }

    /// <summary>Standard deviation of <see cref="SigmaDensity.LogitNormal"/>.</summary>
    public double LogitStd { get; init; } = 1;

    /// <summary>s of <see cref="SigmaDensity.Mode"/>.</summary>
    public double ModeScale { get; init; } = 1.29;

    /// <summary>Whether <see cref="Of"/> reads standard normal numbers; uniform ones in 0 … 1 otherwise.</summary>
    public bool ReadsNormal => UniformShare == 0 && Mode is (SigmaMode.Sigmoid or SigmaMode.Shift or SigmaMode.FluxShift) || Mode == SigmaMode.Sigma && Density == SigmaDensity.LogitNormal;

    /// <summary>The noise levels for random numbers.</summary>
    /// <param name="draws">(n), fp32: see <see cref="ReadsNormal"/></param>
    /// <param name="height">Rows of the latent.</param>
    /// <param name="width">Columns of the latent.</param>
    /// <returns>(n), fp32, 0 … 1</returns>
    public Tensor Of(Tensor draws, long height, long width) => Scopes.Scoped(() => Mode switch
    {
        SigmaMode.Uniform => draws.clone(),
        SigmaMode.Sigmoid => Sigmoid(draws),
        SigmaMode.Shift => Shifted(Sigmoid(draws), Shift),
        SigmaMode.FluxShift => Shifted(Sigmoid(draws), Math.Exp(FluxMu(height, width))),
        SigmaMode.Sigma => Shifted(OfTable(draws), Shift),
        _ => throw new ArgumentOutOfRangeException(nameof(draws), Mode, "No such mode."),
    });

    /// <summary>Throws for the first impossible value.</summary>
    /// <exception cref="ArgumentException">The message says which, and what is possible.</exception>
    public void Check()
    {
        Require(Shift > 0 && double.IsFinite(Shift), $"The shift {Shift} must be a finite number above 0.");
        Require(SigmoidScale > 0 && double.IsFinite(SigmoidScale), $"The sigmoid's scale {SigmoidScale} must be a finite number above 0.");
        Require(UniformShare is >= 0 and <= 1, $"The uniform share {UniformShare} must lie between 0 and 1.");
        Require(LogitStd > 0 && double.IsFinite(LogitStd), $"The standard deviation {LogitStd} must be a finite number above 0.");
        Require(double.IsFinite(SigmoidBias) && double.IsFinite(LogitMean) && double.IsFinite(ModeScale), "The sigmoid's bias, the mean and the mode's scale must be finite numbers.");
    }

    Tensor Sigmoid(Tensor draws) => UniformShare == 0 ? OfNormal(draws) : Mixture(draws);

    Tensor OfNormal(Tensor normal) => normal.Times(SigmoidScale).Plus(SigmoidBias).sigmoid();

    // One uniform number decides both: those below the share, spread out, are σ; the rest, spread out, become normal numbers, n = √2·erf⁻¹(2u − 1).
    Tensor Mixture(Tensor uniform)
    {
        var rest = uniform.Plus(-UniformShare).Times(1 / Math.Max(1 - UniformShare, double.Epsilon)).Between(0, 1);
        return where(uniform.Below(UniformShare), uniform.Times(1 / UniformShare), OfNormal(rest.Times(2).Plus(-1).erfinv().Times(Math.Sqrt(2))));
    }

    static Tensor Shifted(Tensor sigma, double shift) => shift == 1 ? sigma : sigma.Times(shift) / sigma.Times(shift - 1).Plus(1);

    // Linear in the tokens, not clamped.
    static double FluxMu(long height, long width) => 0.5 + (1.15 - 0.5) * (height / 2 * (width / 2) - 256) / (4096.0 - 256);

    Tensor OfTable(Tensor draws)
    {
        var place = Density switch
        {
            SigmaDensity.LogitNormal => draws.Times(LogitStd).Plus(LogitMean).sigmoid(),
            SigmaDensity.Mode => draws.Times(-1).Plus(1) - draws.Times(Math.PI / 2).cos().Squared().Plus(draws).Plus(-1).Times(ModeScale),
            _ => draws,
        };
        // A place of exactly 1 would be the entry after the last.
        return place.Times(Table).floor().Between(0, Table - 1).Times(-1.0 / Table).Plus(1);
    }

    static void Require(bool holds, string message)
    {
        if (!holds) throw new ArgumentException(message);
    }
}
