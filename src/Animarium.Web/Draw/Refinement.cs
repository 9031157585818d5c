using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;

namespace Animarium.Web.Draw;

/// <summary>From a finished picture to the same one, larger and with more in it.</summary>
public static class Refinement
{
    /// <summary>How many times larger: the most that the help of the setting advises.</summary>
    public const double Enlarged = 1.5;

    /// <summary>What concerns how that picture came about, not what is in it.</summary>
    private static readonly string[] Left = ["seed", "count", "batch", "mask", "maskInvert", "maskBlur", "hiresDenoise", "hiresSteps", "hiresUpscaler"];

    /// <summary>The settings of the larger picture: those of the finished one as far as they are here, kept as it is by the first pass and drawn over by the second.</summary>
    /// <param name="drawn">What it was drawn with.</param>
    /// <param name="path">Its file.</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="library">The models and LoRAs that are here.</param>
    /// <exception cref="SettingException">It is too large.</exception>
    public static Settings Of(Settings drawn, string path, int width, int height, ModelCatalog library)
    {
        var missing = MissingPart.Of(drawn, library).Select(part => part.Knob);
        var kept = drawn.Given.Where(knob => !knob.Describes || Left.Contains(knob.Key) || missing.Contains(knob)).Aggregate(drawn, (settings, knob) => settings.Without(knob));
        var said = kept.With("init", path).With("width", $"{width}").With("height", $"{height}").With(Knobs.Find("denoise")!, 0.0).With(Knobs.Find("hires")!, Enlarged);
        // A picture tells all its settings; those that do nothing would each be warned of.
        var request = said.Complete();
        return said.Given.Where(knob => knob.IdleReason(request) is not null).Aggregate(said, (settings, knob) => settings.Without(knob));
    }
}
