using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;

namespace Animarium.Studio.Generation;

/// <summary>The pictures that a drawing begins with, at its size.</summary>
/// <param name="Init">RGB, or null.</param>
/// <param name="Mask">One channel; 255 is drawn anew, 0 stays; between them both are mixed. Null: everything is drawn anew.</param>
public sealed record SourcePictures(Picture? Init, Picture? Mask)
{
    private const double VisibleCrop = 0.01; // share of the picture that may be cut off without a word

    /// <summary>No pictures: the drawing begins with noise.</summary>
    public static SourcePictures None { get; } = new(null, null);

    /// <summary>Which file <see cref="Init"/> came from.</summary>
    public PictureUsed? Used { get; private init; }

    /// <summary>Loads the pictures of a request as large as they are, so that the size can follow them.</summary>
    /// <exception cref="PictureException">A file cannot be read.</exception>
    public static SourcePictures Load(GenerationRequest request) => request.Init is null ? None
        : new(PictureFile.Load(request.Init).Rgb(), request.Mask is null ? null : PictureFile.Load(request.Mask).Gray()) { Used = PictureUsed.Of(request.Init) };

    /// <summary>The size to draw at when none was given: the picture's own, or smaller in its proportions where it has more pixels than a model draws well.</summary>
    /// <param name="picture">The picture to start from.</param>
    /// <param name="area">Pixels that the model draws well.</param>
    public static (int Width, int Height) SizeFor(Picture picture, double area)
    {
        double scale = Math.Min(Math.Min(1, (double)Knobs.LargestSide / Math.Max(picture.Width, picture.Height)), Math.Sqrt(area / ((double)picture.Width * picture.Height)));
        return (RequestChecks.Rounded(picture.Width * scale), RequestChecks.Rounded(picture.Height * scale));
    }

    /// <summary>Both at the size of the drawing: scaled until they cover it, and cropped around the middle. The mask goes with the picture.</summary>
    /// <param name="request">Size, inversion and blur.</param>
    /// <param name="notices">Gets what was cropped or stretched.</param>
    public SourcePictures At(GenerationRequest request, ICollection<Notice> notices)
    {
        if (Init is null) return None;
        var mask = Mask;
        if (mask is not null && (mask.Width, mask.Height) != (Init.Width, Init.Height))
        {
            notices.Add(Notice.Of("mask-resized", mask.Width, mask.Height, Init.Width, Init.Height));
            mask = mask.Resize(Init.Width, Init.Height, PictureFilter.Bilinear);
        }
        double cut = 1 - (Math.Min((double)request.Width * Init.Height, (double)request.Height * Init.Width) / Math.Max((double)request.Width * Init.Height, (double)request.Height * Init.Width));
        if (cut > VisibleCrop) notices.Add(Notice.Of("init-cropped", Init.Width, Init.Height, request.Width, request.Height));
        mask = mask?.Cover(request.Width, request.Height, PictureFilter.Bilinear);
        if (mask is not null && request.MaskInvert) mask = mask.Inverted();
        return new(Init.Cover(request.Width, request.Height), mask?.Blurred(request.MaskBlur)) { Used = Used };
    }
}
