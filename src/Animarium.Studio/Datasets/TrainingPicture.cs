using System.Security.Cryptography;
using Animarium.Diffusion.Tensors;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Studio.Datasets;

/// <summary>What a training step sees of a picture. The caller disposes both.</summary>
/// <param name="Pixels">[3, height, width] of the bucket in float32, −1 … 1.</param>
/// <param name="Mask">[height, width] in float32, 0 (ignore) … 1 (learn); null if the whole picture counts.</param>
public sealed record TrainingPixels(Tensor Pixels, Tensor? Mask) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Pixels.Dispose();
        Mask?.Dispose();
    }
}

/// <summary>A picture in its place: file, caption, bucket and how often it is seen.</summary>
public sealed class TrainingPicture
{
    private readonly Lazy<string> hash;
    private readonly int subset;

    internal TrainingPicture(FoundPicture found, int dataset, int subset, SubsetSettings settings, Placement placement, int repeats)
    {
        (Found, Dataset, Subset, Placement, Repeats, this.subset) = (found, dataset, settings, placement, repeats, subset);
        Key = BitConverter.ToUInt64(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{dataset}/{subset}/{found.Name}")));
        hash = new(() => Hash(found.Path, found.MaskFile));
    }

    /// <summary>The files, the caption before processing, and the size.</summary>
    public FoundPicture Found { get; }

    /// <summary>The picture file.</summary>
    public string Path => Found.Path;

    /// <summary>The index of its dataset among the settings.</summary>
    public int Dataset { get; }

    /// <summary>The settings of its subset.</summary>
    public SubsetSettings Subset { get; }

    /// <summary>Bucket, resized size and the crop in the middle.</summary>
    public Placement Placement { get; }

    /// <summary>How often an epoch sees it.</summary>
    public int Repeats { get; }

    /// <summary>The same picture, seen another number of times.</summary>
    internal TrainingPicture Repeated(int repeats) => repeats == Repeats ? this : new(Found, Dataset, subset, Subset, Placement, repeats);

    /// <summary>What its chance is derived from: the same for the same file name in the same subset.</summary>
    internal ulong Key { get; }

    /// <summary>SHA-256 of the picture file (and of its mask file), lower-case hexadecimal; read at the first use.</summary>
    /// <exception cref="DatasetException">A file cannot be read.</exception>
    public string ContentHash => hash.Value;

    /// <summary>Everything that decides about the pixels of <see cref="Load(bool, int, int)"/>: a key for caches. Reads the file.</summary>
    /// <exception cref="DatasetException">A file cannot be read.</exception>
    public string ViewKey(bool mirrored, int cropX, int cropY)
    {
        var (bucket, resized, _, _) = Placement;
        return $"{ContentHash}:{bucket.Width}x{bucket.Height}:{resized.Width}x{resized.Height}:{cropX},{cropY}:{(mirrored ? "mirrored" : "plain")}"
            + $":{Method}:{Subset.Background:x6}:{(HasMask ? "mask" : "whole")}";
    }

    /// <summary>One of the processed captions that a training with this seed sees, none of them dropped.</summary>
    internal string CaptionVariant(ulong seed, int variant, long step, long totalSteps) => CaptionProcessing.Process(
        Found.Caption, Subset.Caption with { Dropout = 0, DropoutEveryEpochs = 0 }, epoch: 1, step, totalSteps, new SeededChance(SplitMix64.StateOf(seed, Key, (ulong)variant)));

    /// <summary>The caption as training sees it at its fullest: every tag, in the order in which it is written.</summary>
    internal string WholeCaption => CaptionProcessing.Process(
        Found.Caption, Subset.Caption with { Shuffle = false, TagDropout = 0, Dropout = 0, DropoutEveryEpochs = 0 }, epoch: 1, long.MaxValue, long.MaxValue, new SeededChance(Key));

    /// <summary>Whether processing its caption twice may give two texts.</summary>
    internal bool HasVariants => Subset.Caption is var c && (c.Shuffle || c.TagDropout > 0 || c.Wildcard);

    /// <summary>Whether a mask file or the transparency weights the loss.</summary>
    public bool HasMask => Found.MaskFile is not null || Subset.AlphaMask && Found.Header.HasAlpha;

    /// <summary>Whether the picture or its mask is gone, or differs in size or time from when the dataset was opened.</summary>
    public bool HasChanged()
    {
        var file = new FileInfo(Path);
        return !file.Exists || file.Length != Found.Length || file.LastWriteTimeUtc != Found.Modified || Found.MaskFile is { } mask && File.GetLastWriteTimeUtc(mask) != Found.MaskModified;
    }

    /// <summary>The pixels in the middle of the picture, as they are.</summary>
    /// <exception cref="PictureException">The file cannot be read or is damaged.</exception>
    /// <exception cref="DatasetException">The file changed since the dataset was opened.</exception>
    public TrainingPixels Load() => Load(false, Placement.CropX, Placement.CropY);

    /// <summary>Decodes the picture, lays it over the background, resizes, crops, mirrors.</summary>
    /// <param name="mirrored">Left and right change places, after the crop.</param>
    /// <param name="cropX">Pixels of the resized picture left out at the left, 0 … resized − bucket.</param>
    /// <param name="cropY">Pixels of the resized picture left out at the top, 0 … resized − bucket.</param>
    /// <exception cref="PictureException">The file cannot be read or is damaged.</exception>
    /// <exception cref="DatasetException">The file changed since the dataset was opened.</exception>
    public TrainingPixels Load(bool mirrored, int cropX, int cropY)
    {
        if (HasChanged()) throw new DatasetException(Words.Say("dataset.changed", Path));
        var picture = PictureFile.Load(Path);
        if ((picture.Width, picture.Height) != (Found.Header.Width, Found.Header.Height)) throw new DatasetException(Words.Say("dataset.changed", Path));
        using var scope = NewDisposeScope();
        var pixels = Piece(picture.Rgb(Subset.Background)).Times(2).Minus(1).MoveToOuterDisposeScope();
        if (!HasMask) return new(pixels, null);
        var weights = Found.MaskFile is { } file ? PictureFile.Load(file).Gray() : picture.Alpha();
        return new(pixels, Piece(weights).squeeze(0).MoveToOuterDisposeScope());

        // [channels, height, width], 0 … 1. A mask of another size is stretched over its picture.
        Tensor Piece(Picture whole)
        {
            var (bucket, resized, _, _) = Placement;
            var method = whole.Channels == 1 ? Resampling.Automatic(whole.Width, whole.Height, resized.Width, resized.Height) : Method;
            var piece = whole.Resample(resized.Width, resized.Height, method, cropX, cropY, bucket.Width, bucket.Height).ToTensor().squeeze(0);
            return (mirrored ? piece.flip(2) : piece).contiguous();
        }
    }

    private ResampleMethod Method => Subset.ResizeInterpolation is { } name && Resampling.OfName(name) is { } method
        ? method
        : Resampling.Automatic(Found.Header.Width, Found.Header.Height, Placement.Resized.Width, Placement.Resized.Height);

    private static string Hash(params string?[] files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in files.OfType<string>())
        {
            try
            {
                using var stream = File.OpenRead(file);
                hash.AppendData(SHA256.HashData(stream));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new DatasetException(Words.Say("picture.read", file, e.Message), e);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
