using Animarium.Diffusion.Guidance;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Sampling;
using Animarium.Studio.Images;

namespace Animarium.Studio.Generation;

/// <summary>From the request of people to that of the engine.</summary>
internal static class EngineRequest
{
    /// <summary>Pixels of a picture beyond which the model composes badly in one piece, and the side of the tiles it is drawn in then.</summary>
    private const int LargestWhole = 2048 * 1536, RefinedTile = 1024;

    /// <summary>The engine's request for pictures that are drawn together.</summary>
    /// <param name="plan">The whole request: size, sampler, guidance.</param>
    /// <param name="batch">Prompts and seeds.</param>
    /// <param name="sources">The pictures to begin with; the result owns their tensors.</param>
    public static DrawRequest Of(GenerationRequest plan, IReadOnlyList<PlannedPicture> batch, SourcePictures sources)
    {
        var hires = Hires(plan);
        long largest = Math.Max((long)plan.Width * plan.Height, (long)(hires?.Width ?? 0) * (hires?.Height ?? 0));
        return new()
        {
            Items = [.. batch.Select(picture => new DrawItem(picture.Request.Prompt, picture.Request.Negative, picture.Request.Seed!.Value))],
            Width = plan.Width,
            Height = plan.Height,
            Sampler = plan.Sampler,
            Schedule = plan.Scheduler,
            Steps = plan.Steps,
            Shift = plan.Shift,
            Guidance = new GuidanceOptions { Cfg = plan.Cfg, Rescale = plan.CfgRescale, Start = plan.GuidanceStart, End = plan.GuidanceEnd },
            Nag = plan.Nag > 1 ? new NagOptions(plan.Nag, plan.NagTau, plan.NagAlpha) : null,
            SamplerOptions = new SamplerOptions { Eta = plan.Eta, NoiseScale = plan.SNoise },
            Emphasis = plan.Emphasis,
            EmptyPrompt = plan.EmptyPrompt,
            Noise = plan.Rng,
            Image = sources.Init?.ToTensor().DetachFromDisposeScope(),
            Mask = sources.Mask?.ToTensor().DetachFromDisposeScope(),
            Denoise = sources.Init is null ? 1 : plan.Denoise,
            Hires = hires,
            TileSide = largest > LargestWhole ? RefinedTile : 0,
            VaeTileSide = plan.VaeTile > 0 ? plan.VaeTile : Diffusion.Models.Anima.QwenImageVae.TileSide,
        };
    }

    private static HiresOptions? Hires(GenerationRequest plan) => plan.Hires <= 1 ? null
        : new(RequestChecks.Rounded(plan.Width * plan.Hires), RequestChecks.Rounded(plan.Height * plan.Hires), plan.HiresDenoise, plan.HiresSteps > 0 ? plan.HiresSteps : null, plan.HiresUpscaler);
}
