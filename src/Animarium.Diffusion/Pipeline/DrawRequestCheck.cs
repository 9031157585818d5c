using Animarium.Diffusion.Conduct;
using Animarium.Diffusion.Sampling;

namespace Animarium.Diffusion.Pipeline;

/// <summary>The engine's front door: what can't be drawn is said before anything is computed.</summary>
static class DrawRequestCheck
{
    /// <summary>Longest side of a picture in pixels.</summary>
    const int LongestSide = 8192;

    /// <summary>Throws for the first impossible value.</summary>
    public static void Throw(DrawRequest request)
    {
        Require(request.Items.Count > 0, "There is nothing to draw: give at least one prompt.");
        Size(request.Width, request.Height, "The picture");
        Require(request.Denoise is >= 0 and <= 1, $"Denoise {request.Denoise} is not between 0 and 1.");
        Require(request.Denoise > 0 || request.Image is not null, "Denoise 0 keeps a picture: give one to start from.");
        Require(request.Mask is null || request.Image is not null, "A mask needs a picture to start from.");
        Shape(request.Image, 3, request, "picture to start from");
        Shape(request.Mask, 1, request, "mask");
        Sampler.Find(request.Sampler);
        Schedule.Find(request.Schedule);
        if (request.Hires is { } hires)
        {
            Size(hires.Width, hires.Height, "The second pass");
            Require(hires.Denoise is >= 0 and <= 1, $"The second pass's denoise {hires.Denoise} is not between 0 and 1.");
        }
        request.Guidance.Check();
        Require(!request.Guidance.CarriesState || !InTiles(request), "This method of guidance remembers the last step of the whole picture, so it can't be drawn in tiles.");
        foreach (var item in request.Items) ConductRule.Require([.. Drawn(request, item)]);
    }

    /// <summary>The prompt, every text it becomes at some step, and the negative prompt where guidance below 1 draws towards it.</summary>
    static IEnumerable<string> Drawn(DrawRequest request, DrawItem item)
    {
        int?[] passes = request.Hires is { } hires ? [null, hires.Steps ?? request.Steps] : [null];
        foreach (string text in passes.SelectMany(steps => PromptPlan.Composed(item.Prompt, request.Steps, steps, request.Emphasis).Texts).Prepend(item.Prompt)) yield return text;
        if (!(request.Guidance.Cfg >= 1)) yield return item.Negative;
    }

    static bool InTiles(DrawRequest request) => request.TileSide > 0
        && Math.Max(Math.Max(request.Width, request.Height), Math.Max(request.Hires?.Width ?? 0, request.Hires?.Height ?? 0)) > request.TileSide;

    static void Size(int width, int height, string what) =>
        Require(width is >= 16 and <= LongestSide && height is >= 16 and <= LongestSide && width % 16 == 0 && height % 16 == 0,
            $"{what} of {width}×{height} pixels can't be drawn: both sides must be multiples of 16 between 16 and {LongestSide}.");

    static void Shape(TorchSharp.torch.Tensor? tensor, long channels, DrawRequest request, string what) =>
        Require(tensor is null || tensor.shape is [1, var c, var h, var w] && c == channels && h == request.Height && w == request.Width,
            $"The {what} must have the size of the picture, {request.Width}×{request.Height}.");

    static void Require(bool holds, string message)
    {
        if (!holds) throw new ArgumentException(message);
    }
}
