using Animarium.Studio.Images;
using Animarium.Studio.Tests.Tagging;
using Animarium.Studio.Training.Evaluation;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>Lines and edges of the sample style against what training that is not finished makes of them.</summary>
public sealed class PictureDetailTests
{
    private const int Side = 128;

    private static readonly Picture[] Style = [.. Enumerable.Range(1, 12).Select(n => PictureFile.Load(Path.Combine(ShippedModel.Folder, "..", "..", "samples", "lora-style", $"{n:000000}.png")).Rgb())];

    private static readonly DetailYardstick Yardstick = new([.. Style.Take(8).Select(picture => PictureDetail.Of(picture, Side))]);

    [Fact]
    public void Other_pictures_of_the_style_are_as_near_as_its_own() =>
        Assert.InRange(Style.Skip(8).Average(Distance), 0.7 * Yardstick.Usual, 1.3 * Yardstick.Usual);

    [Fact]
    public void Blurred_or_torn_pictures_are_farther()
    {
        double usual = Style.Skip(8).Average(Distance);
        Assert.All(Style.Skip(8), picture => Assert.True(Distance(Blurred(picture)) > 1.2 * usual, $"{Distance(Blurred(picture))} against {usual}"));
        Assert.True(Style.Skip(8).Average(picture => Distance(Torn(picture))) > 1.2 * usual);
    }

    [Fact]
    public void Size_and_shape_do_not_matter()
    {
        var large = Style[9].Resample(512, 512, ResampleMethod.Lanczos);
        Assert.Equal(Distance(Style[9]), Distance(large), 0.1 * Yardstick.Usual);
        // Narrow pictures have places for patches, too.
        Assert.True(double.IsFinite(Distance(Style[9].Resample(16, 400, ResampleMethod.Lanczos))));
    }

    [Fact]
    public void One_picture_alone_is_no_yardstick() => Assert.True(double.IsNaN(new DetailYardstick([PictureDetail.Of(Style[0], Side)]).Usual));

    private static double Distance(Picture picture) => Yardstick.Distance(PictureDetail.Of(picture, Side));

    private static Picture Blurred(Picture picture) => picture.Resample(Side / 6, Side / 6, ResampleMethod.Area).Resample(Side, Side, ResampleMethod.Bilinear);

    /// <summary>Squares of it at other places: all colours stay, edges come where there were none.</summary>
    private static Picture Torn(Picture picture)
    {
        const int square = 8, across = Side / square;
        var pixels = new byte[picture.Pixels.Length];
        int[] places = [.. Enumerable.Range(0, across * across)];
        new Random(1).Shuffle(places);
        for (int i = 0; i < places.Length; i++)
            for (int row = 0; row < square; row++)
                Array.Copy(picture.Pixels, At(places[i], row), pixels, At(i, row), square * 3);
        return new(Side, Side, 3, pixels);

        static int At(int place, int row) => ((place / across * square + row) * Side + place % across * square) * 3;
    }
}
