using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Tensors;
using Animarium.Studio.Images;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>
/// Lines and edges of a picture, whatever they show: the values of small patches along random directions, at scales from the finest on. What is half formed, blurred or torn shows here, and hardly
/// in features that tell tags apart. The sliced Wasserstein distance of patches of a Laplacian pyramid (Karras and others, https://arxiv.org/abs/1710.10196, section 5), for single pictures.
/// </summary>
internal static class PictureDetail
{
    private const int Levels = 4, Patch = 7, Directions = 64, Quantiles = 64;
    private const int Places = 32; // patches along a side; more say nothing new

    /// <summary>Numbers of a profile that belong to one scale.</summary>
    public const int OfLevel = Directions * Quantiles;

    /// <summary>The usual side, in pixels: what larger ones would show more costs more time than it tells.</summary>
    public const int LargestSide = 512;

    // [64, 3, 7, 7], each of length 1. Always the same.
    private static readonly Tensor directions = Make();

    /// <summary>For each scale and direction the quantiles of the patches' values, ascending: [4 · 64 · 64].</summary>
    /// <param name="picture">Any picture.</param>
    /// <param name="side">It is looked at as large as a square of this side: pictures are compared at one size.</param>
    public static float[] Of(Picture picture, int side)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var rgb = picture.Rgb();
        double scale = side / Math.Sqrt((double)rgb.Width * rgb.Height);
        var (width, height) = ((int)Math.Max(1, Math.Round(rgb.Width * scale)), (int)Math.Max(1, Math.Round(rgb.Height * scale)));
        if ((width, height) != (rgb.Width, rgb.Height)) rgb = rgb.Resample(width, height, Resampling.Automatic(rgb.Width, rgb.Height, width, height));

        var coarse = rgb.ToTensor();
        var profile = new float[Levels * OfLevel];
        for (int level = 0; level < Levels; level++)
        {
            var fine = coarse;
            coarse = F.avg_pool2d(fine, 2, ceil_mode: true);
            var band = fine.Plus(F.interpolate(coarse, [fine.shape[2], fine.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false).neg());
            long stride = Math.Max(1, Math.Min(band.shape[2], band.shape[3]) / Places);
            var values = F.conv2d(F.pad(band, [Patch / 2, Patch / 2, Patch / 2, Patch / 2], PaddingModes.Replicate), directions, strides: [stride, stride]).reshape(Directions, -1).sort(1).Values;
            long last = values.shape[1] - 1;
            var places = tensor([.. Enumerable.Range(0, Quantiles).Select(n => n * last / (Quantiles - 1))], int64);
            values.index_select(1, places).contiguous().data<float>().CopyTo(profile, level * OfLevel);
        }
        return profile;
    }

    private static Tensor Make()
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var normal = new TorchGenerator(0).Normal(Directions * 3 * Patch * Patch).reshape(Directions, -1);
        return (normal / normal.norm(1, keepdim: true)).reshape(Directions, 3, Patch, Patch).DetachFromDisposeScope();
    }
}

/// <summary>The usual lines and edges of some pictures, and how far those of others are from them.</summary>
internal sealed class DetailYardstick
{
    private readonly int count;
    private readonly float[] centre;
    private readonly double[] sizes; // of each scale, so that all count alike

    /// <param name="profiles">Of each picture, from <see cref="PictureDetail.Of"/>; empty ones where details were not looked at.</param>
    public DetailYardstick(IReadOnlyList<float[]> profiles)
    {
        count = profiles.Count;
        // The mean of quantiles is the distribution nearest to all of them (the Wasserstein barycentre).
        centre = new float[profiles[0].Length];
        foreach (float[] profile in profiles)
            for (int i = 0; i < centre.Length; i++) centre[i] += profile[i] / count;
        sizes = [.. centre.Chunk(PictureDetail.OfLevel).Select(level => Math.Max(1e-6, level.Average(Math.Abs)))];
        Usual = count > 1 ? Numbers.Mean(profiles.Select(Left)) : double.NaN;
    }

    /// <summary>The mean distance of one of them from the others; NaN for one alone.</summary>
    public double Usual { get; }

    /// <summary>The distance of a picture from them; NaN where details were not looked at.</summary>
    public double Distance(float[] profile) => Distance(profile, 1);

    // From the mean c' of the others, without itself: p − c' = (p − c) · n / (n − 1).
    private double Left(float[] own) => Distance(own, count / (count - 1.0));

    private double Distance(float[] profile, double factor)
    {
        if (centre.Length == 0) return double.NaN;
        double sum = 0;
        for (int level = 0; level < sizes.Length; level++)
        {
            double distance = 0;
            for (int i = level * PictureDetail.OfLevel; i < (level + 1) * PictureDetail.OfLevel; i++) distance += Math.Abs(profile[i] - centre[i]);
            sum += distance * factor / PictureDetail.OfLevel / sizes[level];
        }
        return sum / sizes.Length;
    }
}
