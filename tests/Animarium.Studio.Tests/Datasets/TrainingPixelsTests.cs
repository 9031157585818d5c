using Animarium.Studio.Datasets;
using Animarium.Studio.Images;
using NetVips;
using Xunit;

namespace Animarium.Studio.Tests.Datasets;

/// <summary>From a file to the numbers that the network sees.</summary>
public sealed class TrainingPixelsTests : IDisposable
{
    private readonly PictureFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Black_is_minus_one_and_white_is_one()
    {
        folder.Picture("a.png", Halves(64, 64, [0, 0, 0], [255, 255, 255]));
        using var pixels = Single().Load();
        Assert.Equal((-1f, 1f), (pixels.Pixels[0, 0, 0].item<float>(), pixels.Pixels[0, 0, 63].item<float>()));
        Assert.Null(pixels.Mask);
    }

    [Fact]
    public void Mirrored_pictures_change_sides_with_their_masks()
    {
        folder.Picture("a.png", Halves(64, 64, [0, 0, 0], [255, 255, 255]));
        folder.Picture("mask/a.png", Halves(64, 64, [255, 255, 255], [0, 0, 0]));
        using var pixels = Single().Load(mirrored: true, 0, 0);
        Assert.Equal((1f, 0f), (pixels.Pixels[0, 0, 0].item<float>(), pixels.Mask![0, 0].item<float>()));
        Assert.Equal((-1f, 1f), (pixels.Pixels[0, 0, 63].item<float>(), pixels.Mask[0, 63].item<float>()));
        Assert.Equal([64, 64], pixels.Mask.shape);
    }

    [Fact]
    public void Transparency_lies_on_the_colour_and_weights_the_loss_on_request()
    {
        folder.Picture("a.png", Halves(64, 64, [10, 20, 30, 0], [255, 0, 0, 255]));
        using (var white = Single().Load())
        {
            Assert.Equal(1f, white.Pixels[1, 0, 0].item<float>());
            Assert.Null(white.Mask);
        }
        using var blue = Single(subset => subset with { Background = 0x0000FF, AlphaMask = true }).Load();
        Assert.Equal([-1f, -1f, 1f], [blue.Pixels[0, 0, 0].item<float>(), blue.Pixels[1, 0, 0].item<float>(), blue.Pixels[2, 0, 0].item<float>()]);
        Assert.Equal((0f, 1f), (blue.Mask![0, 0].item<float>(), blue.Mask[0, 63].item<float>()));
    }

    [Fact]
    public void A_mask_of_another_size_is_stretched()
    {
        folder.Picture("a.png", 128, 128);
        folder.Picture("mask/a.png", Halves(16, 16, [255, 255, 255], [0, 0, 0]));
        using var pixels = Single().Load();
        Assert.Equal((1f, 0f), (pixels.Mask![32, 8].item<float>(), pixels.Mask[32, 56].item<float>()));
    }

    [Fact]
    public void A_picture_that_a_camera_turned_gets_the_bucket_of_how_it_looks()
    {
        using var image = (Image.Black(96, 48) + new double[] { 200, 100, 50 }).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        using var turned = image.Mutate(changed => changed.Set(GValue.GIntType, "orientation", 6));
        folder.File("a.jpg", turned.JpegsaveBuffer());
        var picture = Single();
        Assert.Equal((48, 96), (picture.Found.Header.Width, picture.Found.Header.Height));
        Assert.True(picture.Placement.Bucket.Height > picture.Placement.Bucket.Width);
        using var pixels = picture.Load();
        Assert.Equal(picture.Placement.Bucket.Height, pixels.Pixels.shape[1]);
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.webp")]
    [InlineData("a.jpg")]
    [InlineData("a.avif")]
    public void Every_format_is_read(string name)
    {
        folder.Picture(name);
        using var pixels = Single().Load();
        Assert.Equal([3, 64, 64], pixels.Pixels.shape);
    }

    [Fact]
    public void Of_a_GIF_the_first_frame_is_read()
    {
        using var image = (Image.Black(64, 64) + new double[] { 255, 0, 0 }).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        folder.File("a.gif", image.GifsaveBuffer());
        using var pixels = Single().Load();
        Assert.True(pixels.Pixels[0, 0, 0].item<float>() > 0.9f);
    }

    [Fact]
    public void The_content_hash_follows_the_bytes_and_the_key_of_a_view_everything_else()
    {
        folder.Picture("a.png");
        folder.File("b.png", File.ReadAllBytes(folder.At("a.png")));
        folder.Picture("c.png", seed: 1);
        var pictures = PictureFolder.Open(folder.Settings()).Pictures;
        Assert.Equal(pictures[0].ContentHash, pictures[1].ContentHash);
        Assert.NotEqual(pictures[0].ContentHash, pictures[2].ContentHash);
        Assert.NotEqual(pictures[0].ViewKey(false, 0, 0), pictures[0].ViewKey(true, 0, 0));
        Assert.NotEqual(pictures[0].ViewKey(false, 0, 0), pictures[0].ViewKey(false, 1, 0));
    }

    [Theory]
    [InlineData(ResampleMethod.Area)]
    [InlineData(ResampleMethod.Lanczos)]
    [InlineData(ResampleMethod.Box)]
    [InlineData(ResampleMethod.Bilinear)]
    [InlineData(ResampleMethod.Bicubic)]
    [InlineData(ResampleMethod.Nearest)]
    public void A_piece_is_what_the_whole_has_there(ResampleMethod method)
    {
        var picture = PictureFile.Load(folder.Picture("a.png", 61, 83, channels: 4));
        foreach (var (width, height) in new[] { (40, 50), (100, 120), (61, 83), (30, 100) })
        {
            var (whole, piece) = (picture.Resample(width, height, method), picture.Resample(width, height, method, 7, 11, 20, 30));
            for (int y = 0; y < 30; y++)
                Assert.Equal(whole.Pixels.AsSpan(((y + 11) * width + 7) * 4, 80).ToArray(), piece.Pixels.AsSpan(y * 80, 80).ToArray());
        }
    }

    private TrainingPicture Single(Func<SubsetSettings, SubsetSettings>? change = null) => PictureFolder.Open(folder.Settings(change)).Pictures.Single();

    private static Picture Halves(int width, int height, byte[] left, byte[] right) =>
        new(width, height, left.Length, [.. Enumerable.Range(0, width * height).SelectMany(i => i % width < width / 2 ? left : right)]);
}
