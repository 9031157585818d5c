using Animarium.Studio.Images;
using NetVips;
using Xunit;

namespace Animarium.Studio.Tests.Images;

/// <summary>Pictures as cameras, scanners and editors leave them.</summary>
public sealed class LoadingTests
{
    [Fact]
    public void A_camera_picture_is_turned_upright()
    {
        using var turned = Colour(3, 20, 10).Mutate(image => image.Set(GValue.GIntType, "orientation", 6));
        var picture = PictureFile.Load(turned.JpegsaveBuffer());
        Assert.Equal((10, 20), (picture.Width, picture.Height));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void Grey_alpha_and_16_bits_become_bytes(int bands, bool deep)
    {
        using var image = Colour(bands, 6, 5);
        using var stored = deep ? (image * 257).Cast(Enums.BandFormat.Ushort).Copy(interpretation: bands < 3 ? Enums.Interpretation.Grey16 : Enums.Interpretation.Rgb16) : image.Copy();
        var picture = PictureFile.Load(stored.PngsaveBuffer());
        bool alpha = bands is 2 or 4;
        Assert.Equal((6, 5, alpha ? 4 : 3), (picture.Width, picture.Height, picture.Channels));
        Assert.Equal(bands < 3 ? [200, 200, 200] : new byte[] { 200, 100, 50 }, picture.Pixels[..3]);
        if (alpha) Assert.Equal(bands == 2 ? 100 : 150, picture.Pixels[3]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wide_gamut_picture_becomes_sRGB(bool alpha)
    {
        using var image = Colour(alpha ? 4 : 3, 8, 8).Copy();
        using var wide = image.IccTransform("p3", inputProfile: "srgb");
        byte[] file = wide.PngsaveBuffer();
        var picture = PictureFile.Load(file);
        Assert.Equal(alpha ? 4 : 3, picture.Channels);
        Assert.All(new[] { (200, 0), (100, 1), (50, 2) }, c => Assert.InRange(picture.Pixels[c.Item2], c.Item1 - 3, c.Item1 + 3));
    }

    [Fact]
    public void A_printer_picture_becomes_sRGB()
    {
        using var printed = Colour(3, 8, 8).IccTransform("cmyk", inputProfile: "srgb");
        var picture = PictureFile.Load(printed.JpegsaveBuffer(q: 100));
        Assert.Equal(3, picture.Channels);
        Assert.All(new[] { (200, 0), (100, 1), (50, 2) }, c => Assert.InRange(picture.Pixels[c.Item2], c.Item1 - 20, c.Item1 + 20));
    }

    [Fact]
    public void Of_an_animation_the_first_frame_is_read()
    {
        using var first = Colour(3, 16, 16);
        using var frames = first.Join(first.Invert(), Enums.Direction.Vertical).Mutate(image => image.Set(GValue.GIntType, "page-height", 16));
        var picture = PictureFile.Load(frames.GifsaveBuffer());
        Assert.Equal((16, 16), (picture.Width, picture.Height));
        Assert.InRange(picture.Pixels[0], 190, 210);
    }

    [Fact]
    public void Scaling_gives_exactly_the_size_and_keeps_edges_clean()
    {
        // Red where opaque, green where transparent: green must not bleed.
        var picture = new Picture(10, 10, 4, [.. from y in Enumerable.Range(0, 10) from x in Enumerable.Range(0, 10) from v in x < 5 ? new byte[] { 255, 0, 0, 255 } : [0, 255, 0, 0] select v]);
        foreach (var filter in Enum.GetValues<PictureFilter>())
        {
            var scaled = picture.Resize(37, 3, filter);
            Assert.Equal((37, 3, 4), (scaled.Width, scaled.Height, scaled.Channels));
            for (int i = 0; i < scaled.Pixels.Length; i += 4) Assert.True(scaled.Pixels[i + 3] == 0 || scaled.Pixels[i + 1] <= 2, $"{filter}: {scaled.Pixels[i + 1]} green");
        }
    }

    [Fact]
    public void A_mask_is_the_luma_of_its_picture()
    {
        var mask = new Picture(2, 1, 3, [255, 255, 255, 255, 0, 0]).Gray();
        Assert.Equal(1, mask.Channels);
        Assert.Equal([255, 76], mask.Pixels);
    }

    [Fact]
    public void Tensors_round_to_the_nearest_step()
    {
        var picture = PictureFileTests.Gradient(5, 4, 3);
        using var pixels = picture.ToTensor();
        Assert.Equal([1, 3, 4, 5], pixels.shape);
        Assert.Equal(picture.Pixels, Picture.FromTensor(pixels).Pixels);
        using var outside = TorchSharp.torch.tensor(new[] { -0.5f, 0.4999f / 255, 0.5001f / 255, 2f }).reshape(1, 1, 4);
        Assert.Equal([0, 0, 1, 255], Picture.FromTensor(outside).Pixels);
    }

    private static Image Colour(int bands, int width, int height)
    {
        double[] colour = bands == 1 ? [200] : bands == 2 ? [200, 100] : [200, 100, 50, 150];
        return (Image.Black(width, height, bands) + colour[..bands]).Cast(Enums.BandFormat.Uchar).Copy(interpretation: bands < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
    }
}
