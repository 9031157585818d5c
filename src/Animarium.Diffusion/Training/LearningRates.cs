using System.Globalization;

namespace Animarium.Diffusion.Training;

/// <summary>The learning rate of each step, as a factor on a base rate.</summary>
public sealed record LearningRates
{
    const double PolynomialEnd = 1e-7;
    const int DefaultTimescale = 10_000;

    /// <summary>How it goes.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Constant;

    /// <summary>Steps of the whole run, at least 1.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>Steps of warm-up, which begins at 0; below 1 a share of the run. Of no effect with Constant, PiecewiseConstant and CosineAnnealingLR.</summary>
    public double Warmup { get; init; }

    /// <summary>Steps of the decay at the end of WarmupStableDecay; below 1 a share of the run.</summary>
    public double Decay { get; init; }

    /// <summary>Restarts of CosineWithRestarts; half waves of CosineWithMinLr and WarmupStableDecay.</summary>
    public double Cycles { get; init; } = 1;

    /// <summary>The power of Polynomial.</summary>
    public double Power { get; init; } = 1;

    /// <summary>The lowest rate of CosineWithMinLr and WarmupStableDecay, as a share of the base rate, 0 to 1.</summary>
    public double MinimumRatio { get; init; }

    /// <summary>The lowest rate of CosineAnnealingLR.</summary>
    public double Minimum { get; init; }

    /// <summary>Half the period of CosineAnnealingLR in steps; null: the run.</summary>
    public int? Period { get; init; }

    /// <summary>InverseSqrt has the rate 1/√2 after one more of these; null: the warm-up, or 10 000 without one.</summary>
    public double? Timescale { get; init; }

    /// <summary>Factors of PiecewiseConstant and the steps at which they end, ascending; the last one's end doesn't count.</summary>
    public IReadOnlyList<(double Factor, int End)> Pieces { get; init; } = [];

    /// <summary>Reads diffusers' form of pieces: <c>1:10,0.5:25,0.1</c> is 1 for 10 steps, 0.5 up to step 25, then 0.1.</summary>
    /// <exception cref="ArgumentException">It isn't of this form.</exception>
    public static IReadOnlyList<(double Factor, int End)> ParsePieces(string rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        string[] parts = rules.Trim('"', '\'').Split(',', StringSplitOptions.TrimEntries);
        return [.. parts.Select((part, i) =>
        {
            string[] sides = part.Split(':');
            int end = int.MaxValue;
            bool good = sides.Length == (i < parts.Length - 1 ? 2 : 1) && (sides.Length == 1 || int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out end));
            return double.TryParse(sides[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double factor) && good
                ? (factor, end)
                : throw new ArgumentException($"'{rules}' are not rules like 1:10,0.5:25,0.1 (factor:step up to which it holds, …, last factor).", nameof(rules));
        })];
    }

    /// <summary>Throws for the first impossible value.</summary>
    /// <exception cref="ArgumentException">The message says which, and what is possible.</exception>
    public void Check()
    {
        Require(Steps >= 1, $"A run of {Steps} steps has no learning rate: it needs at least 1.");
        Require(Warmup >= 0 && double.IsFinite(Warmup), $"The warm-up of {Warmup} steps must be at least 0.");
        Require(Decay >= 0 && double.IsFinite(Decay), $"The decay of {Decay} steps must be at least 0.");
        Require(Cycles > 0 && double.IsFinite(Cycles), $"The number of cycles {Cycles} must be above 0.");
        Require(Power > 0 && double.IsFinite(Power), $"The power {Power} must be above 0.");
        Require(MinimumRatio is >= 0 and <= 1, $"The lowest rate's share {MinimumRatio} must lie between 0 and 1.");
        Require(Minimum >= 0 && double.IsFinite(Minimum), $"The lowest rate {Minimum} must be at least 0.");
        Require(Period is null or >= 1, $"The period {Period} must be at least 1 step.");
        Require(Timescale is null or > 0, $"The timescale {Timescale} must be above 0.");
        Require(Schedule != RateSchedule.PiecewiseConstant || Pieces.Count > 0 && Pieces.All(p => p.Factor >= 0) && Pieces.Zip(Pieces.Skip(1)).All(p => p.First.End < p.Second.End),
            "The schedule piecewise_constant needs rules with ascending steps, e.g. 1:10,0.5:25,0.1.");
    }

    /// <summary>The factor on the base rate.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="baseRate">The rate it will multiply, above 0: some schedules end at a fixed rate.</param>
    public double Factor(int step, double baseRate)
    {
        int warmup = StepsOf(Warmup);
        double rest = Math.Max(1, Steps - warmup), done = (step - warmup) / rest;
        bool warms = Schedule is not (RateSchedule.Constant or RateSchedule.PiecewiseConstant or RateSchedule.CosineAnnealingLR);
        if (warms && step < warmup) return Schedule == RateSchedule.WarmupStableDecay ? FromMinimum((double)step / warmup) : (double)step / warmup;
        return Schedule switch
        {
            RateSchedule.Linear => Math.Max(0, (Steps - step) / rest),
            RateSchedule.Cosine => Cosine(done),
            RateSchedule.CosineWithRestarts => done >= 1 ? 0 : Cosine(Cycles * done % 1),
            RateSchedule.CosineWithMinLr => Math.Max(0, FromMinimum(Cosine(Cycles * done))),
            RateSchedule.Polynomial => step > Steps ? PolynomialEnd / baseRate : ((baseRate - PolynomialEnd) * Math.Pow(1 - done, Power) + PolynomialEnd) / baseRate,
            RateSchedule.InverseSqrt => InverseSqrt(step, warmup),
            RateSchedule.WarmupStableDecay => Stable(step),
            RateSchedule.PiecewiseConstant => Pieces.Where((piece, i) => step < piece.End || i == Pieces.Count - 1).First().Factor,
            RateSchedule.Rex => done >= 1 ? 0 : (1 - done) / (1 - done / 2),
            RateSchedule.CosineAnnealingLR => (Minimum + (baseRate - Minimum) * Cosine((double)step / (Period ?? Steps))) / baseRate,
            _ => 1,
        };
    }

    double Stable(int step)
    {
        int decay = StepsOf(Decay), begin = Steps - decay;
        return step < begin ? 1 : step < Steps ? Math.Max(0, FromMinimum(Cosine(Cycles * (step - begin) / Math.Max(1, decay)))) : MinimumRatio;
    }

    double InverseSqrt(int step, int warmup)
    {
        double timescale = Timescale ?? (warmup > 0 ? warmup : DefaultTimescale);
        return 1 / Math.Sqrt((step + timescale - warmup) / timescale);
    }

    double FromMinimum(double factor) => factor * (1 - MinimumRatio) + MinimumRatio;

    static double Cosine(double halfWaves) => 0.5 * (1 + Math.Cos(Math.PI * halfWaves));

    int StepsOf(double stepsOrShare) => (int)(stepsOrShare < 1 ? stepsOrShare * Steps : stepsOrShare);

    static void Require(bool holds, string message)
    {
        if (!holds) throw new ArgumentException(message);
    }
}
