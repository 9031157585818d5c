using System.Security.Cryptography;
using System.Text;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Pipeline;
using Animarium.Studio.Datasets;
using Animarium.Studio.Texts;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Studio.Training.Caches;

/// <summary>A picture as the trainer reads it. The caller disposes both.</summary>
/// <param name="Latent">[16, h/8, w/8] in fp32, normalised units.</param>
/// <param name="Mask">[h/8, w/8] in fp32, 0 … 1; null: the whole picture counts.</param>
public sealed record PictureLatent(Tensor Latent, Tensor? Mask);

/// <summary>
/// Latents of pictures, each computed once. A key is made of everything that decides about them: the file's content, crop, mirroring, filter, background, the
/// VAE's weights and the precision; whatever changes is computed again, and nothing else.
/// </summary>
/// <param name="shards">Where they are kept.</param>
/// <param name="vae">What encodes.</param>
/// <param name="vaeHash">Hash of its weights.</param>
/// <param name="options">Where and how it computes.</param>
public sealed class LatentCache(TensorShards shards, QwenImageVae vae, string vaeHash, EngineOptions options)
{
    private const string MaskSuffix = ".mask";

    private readonly Dictionary<(TrainingPicture, bool, int, int), string> keys = [];

    /// <summary>Whether a draw need not be computed.</summary>
    /// <exception cref="DatasetException">The picture's file cannot be read.</exception>
    public bool Has(TrainingDraw draw) => KeyOf(draw) is var key && shards.Has(key) && (!draw.Picture.HasMask || shards.Has(key + MaskSuffix));

    /// <summary>Computes a draw and keeps it.</summary>
    /// <exception cref="DatasetException">The picture changed, or its latent is not finite: the VAE is damaged.</exception>
    /// <exception cref="Images.PictureException">The picture cannot be read.</exception>
    public void Add(TrainingDraw draw)
    {
        var (latent, mask) = Compute(draw);
        using (latent)
        using (mask)
        {
            try
            {
                shards.Add(KeyOf(draw), latent);
                if (mask is not null) shards.Add(KeyOf(draw) + MaskSuffix, mask);
            }
            catch (NotFiniteException e)
            {
                throw new DatasetException(Words.Say("train.latent-nan", draw.Picture.Path), e);
            }
        }
    }

    /// <summary>A draw that is there.</summary>
    public PictureLatent Read(TrainingDraw draw)
    {
        string key = KeyOf(draw);
        return new(shards.Read(key), draw.Picture.HasMask ? shards.Read(key + MaskSuffix) : null);
    }

    /// <summary>A draw, computed now.</summary>
    /// <exception cref="DatasetException">The picture changed.</exception>
    /// <exception cref="Images.PictureException">It cannot be read.</exception>
    public PictureLatent Compute(TrainingDraw draw)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        using var pixels = draw.Load();
        var latent = vae.Encode(pixels.Pixels.unsqueeze(0).to(options.Type, options.Device)).to(float32).squeeze(0).cpu();
        // What the loss reads of a mask: its mean over the pixels of each latent pixel.
        var mask = pixels.Mask is { } whole ? F.avg_pool2d(whole.unsqueeze(0), QwenImageVae.Scale).squeeze(0) : null;
        return new(latent.DetachFromDisposeScope(), mask?.DetachFromDisposeScope());
    }

    private string KeyOf(TrainingDraw draw)
    {
        var view = (draw.Picture, draw.Mirrored, draw.CropX, draw.CropY);
        if (keys.TryGetValue(view, out var known)) return known;
        string everything = $"latent 1|{vaeHash}|{options.Type}|{draw.Picture.ViewKey(draw.Mirrored, draw.CropX, draw.CropY)}";
        return keys[view] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(everything)))[..40];
    }
}
