namespace Animarium.Diffusion.Guidance.Caching;

/// <summary>Spectrum: which steps run the network, and how the features of the others are forecast.</summary>
public sealed record SpectrumOptions
{
    /// <summary>The settings of stable-diffusion.cpp, which forecasts denoised latents and not features, for a number of steps.</summary>
    public static SpectrumOptions ForDenoised(int steps) => new()
    {
        Flex = 0.5, Warmup = 4, Stop = (int)(0.9 * steps), Weight = 0.4, Ridge = 1, History = 6, TimeScale = 50, TaylorFactor = 0.5,
    };

    /// <summary>Every how many steps the network runs at first, from 1.</summary>
    public double Window { get; init; } = 2;

    /// <summary>How much the window grows with every run, from 0.</summary>
    public double Flex { get; init; } = 0.25;

    /// <summary>How many first steps all run.</summary>
    public int Warmup { get; init; } = 6;

    /// <summary>The step from which all run; null: the last three do.</summary>
    public int? Stop { get; init; }

    /// <summary>The degree of the Chebyshev polynomials, 1 to 8.</summary>
    public int Degree { get; init; } = 3;

    /// <summary>λ of the ridge regression, above 0.</summary>
    public double Ridge { get; init; } = 0.1;

    /// <summary>The polynomials' share of a forecast, 0 to 1; the rest is a line through the last two observations.</summary>
    public double Weight { get; init; } = 0.3;

    /// <summary>How much of the last forecast's known error is added to the next, 0 to 1.</summary>
    public double Calibration { get; init; }

    /// <summary>The most observations that are kept, from degree + 2.</summary>
    public int History { get; init; } = 100;

    /// <summary>The number of steps that the polynomials' interval stands for; null: that of the run.</summary>
    public int? TimeScale { get; init; }

    /// <summary>How many steps between observations the line is followed; null: as many as the forecast lies ahead.</summary>
    public double? TaylorFactor { get; init; }

    /// <summary>Which steps run the network.</summary>
    /// <param name="steps">The number of steps of the run.</param>
    public bool[] Runs(int steps)
    {
        var runs = new bool[steps];
        double window = Window;
        for (int i = 0, skipped = 0; i < steps; i++)
        {
            runs[i] = i < Warmup || i >= (Stop ?? steps - 3) || (skipped + 1) % Math.Max(1, (int)window) == 0;
            skipped = runs[i] ? 0 : skipped + 1;
            if (runs[i] && i >= Warmup) window = Math.Round(window + Flex, 3);
        }
        return runs;
    }
}
