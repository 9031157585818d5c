using Animarium.Diffusion.Pipeline;
using Animarium.Studio.Images;

namespace Animarium.Studio.Generation;

/// <summary>Takes a preview of a step now and then: as often as eyes follow, not as often as a fast machine makes steps.</summary>
/// <param name="interval">Between two of them.</param>
/// <param name="time">The clock.</param>
internal sealed class PreviewPace(TimeSpan interval, TimeProvider time)
{
    private long? last;

    /// <summary>The preview of a step; null where the last one is recent.</summary>
    public Picture? Of(DrawStep step)
    {
        if (last is { } before && time.GetElapsedTime(before) < interval) return null;
        last = time.GetTimestamp();
        using var estimate = step.Estimate();
        using var first = estimate.narrow(0, 0, 1);
        return Picture.FromTensor(first);
    }
}
