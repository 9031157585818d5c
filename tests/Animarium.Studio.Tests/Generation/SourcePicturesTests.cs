using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Studio.Tests.Generation;

/// <summary>Pictures and masks at the size of the drawing.</summary>
public sealed class SourcePicturesTests
{
    [Fact]
    public void A_picture_is_scaled_to_cover_and_cropped_around_the_middle()
    {
        var notices = new List<Notice>();
        var sources = new SourcePictures(Halves(64, 16, 32), null).At(new() { Width = 32, Height = 32 }, notices);
        Assert.Equal((32, 32, 3), (sources.Init!.Width, sources.Init.Height, sources.Init.Channels));
        // The middle square keeps both halves: left black, right white.
        Assert.All(Enumerable.Range(0, 32), y => Assert.True(sources.Init.Pixels[(y * 32 + 2) * 3] < 8 && sources.Init.Pixels[(y * 32 + 29) * 3] > 247));
        Assert.Equal(["init-cropped"], notices.Select(notice => notice.Code));
    }

    [Fact]
    public void A_mask_goes_with_its_picture_and_one_of_another_size_is_stretched_with_a_notice()
    {
        var notices = new List<Notice>();
        var request = new GenerationRequest { Width = 32, Height = 32, MaskBlur = 0 };
        var same = new SourcePictures(Halves(64, 16, 32), Halves(64, 16, 32).Gray()).At(request, []);
        var other = new SourcePictures(Halves(64, 16, 32), Halves(128, 128, 64).Gray()).At(request, notices);
        Assert.Equal(1, same.Mask!.Channels);
        Assert.Equal((0, 255), (same.Mask.Pixels[2], same.Mask.Pixels[29]));
        Assert.Equal((0, 255), (other.Mask!.Pixels[2], other.Mask.Pixels[29]));
        Assert.Equal(["mask-resized", "init-cropped"], notices.Select(notice => notice.Code));
    }

    [Fact]
    public void A_mask_is_inverted_and_softened()
    {
        var sources = new SourcePictures(Halves(64, 64, 32), Halves(64, 64, 32).Gray());
        var inverted = sources.At(new() { Width = 64, Height = 64, MaskInvert = true, MaskBlur = 0 }, []).Mask!;
        Assert.Equal((255, 0), (inverted.Pixels[0], inverted.Pixels[63]));
        var soft = sources.At(new() { Width = 64, Height = 64, MaskBlur = 4 }, []).Mask!;
        Assert.InRange(soft.Pixels[31], 100, 128);
        Assert.InRange(soft.Pixels[32], 128, 156);
        Assert.Equal(255 - soft.Pixels[31], soft.Pixels[32], 2.0);
        Assert.Equal((0, 255), (soft.Pixels[0], soft.Pixels[63]));
    }

    [Fact]
    public void Without_a_picture_there_is_no_mask() => Assert.Equal(SourcePictures.None, new SourcePictures(null, Halves(8, 8, 4).Gray()).At(new(), []));

    [Theory]
    [InlineData(1000, 500, 1_048_576, 1008, 496)]
    [InlineData(4000, 3000, 1_048_576, 1184, 880)]
    [InlineData(40, 30, 16_384, 48, 32)]
    [InlineData(1, 9999, 1_048_576, 16, 4096)]
    public void A_size_follows_the_picture_up_to_what_the_model_draws_well(int width, int height, double area, int expectedWidth, int expectedHeight) =>
        Assert.Equal((expectedWidth, expectedHeight), SourcePictures.SizeFor(new Picture(width, height, 1, new byte[width * height]), area));

    /// <summary>Black, and white from a column on.</summary>
    private static Picture Halves(int width, int height, int white) =>
        new(width, height, 3, [.. Enumerable.Range(0, width * height).SelectMany(i => Enumerable.Repeat((byte)(i % width < white ? 0 : 255), 3))]);
}
