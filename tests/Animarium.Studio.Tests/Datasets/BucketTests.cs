using Animarium.Studio.Datasets;
using Xunit;

namespace Animarium.Studio.Tests.Datasets;

/// <summary>What holds for any picture and any setting.</summary>
public sealed class BucketTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_bucket_lies_inside_its_resized_picture_on_the_step(bool noUpscale, bool freeFit)
    {
        var random = new Random(7);
        for (int i = 0; i < 3000; i++)
        {
            int step = 16 * random.Next(1, 5), side = 16 * random.Next(4, 80);
            var settings = new DatasetSettings { Resolution = (side, side), MinBucket = 16, MaxBucket = 2048, BucketStep = Math.Min(step, side / 16 * 16), NoUpscale = noUpscale, FreeFit = freeFit, Subsets = [] };
            PixelSize picture = new(random.Next(1, 3000), random.Next(1, 3000));
            if (new Buckets(settings).Place(picture) is not { } place)
            {
                // With the picture's own size: a side below the step, at once or after shrinking to the area.
                Assert.True(noUpscale);
                continue;
            }
            int multiple = freeFit ? 16 : settings.BucketStep;
            Assert.Equal((0, 0), (place.Bucket.Width % multiple, place.Bucket.Height % multiple));
            Assert.InRange(place.CropX, 0, place.Resized.Width - place.Bucket.Width);
            Assert.InRange(place.CropY, 0, place.Resized.Height - place.Bucket.Height);
            if (noUpscale) Assert.True(place.Resized.Width <= picture.Width && place.Resized.Height <= picture.Height, $"{picture} → {place}");
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(768)]
    [InlineData(896)]
    [InlineData(1024)]
    [InlineData(1536)]
    public void Free_fit_keeps_the_shape_within_its_band_of_tokens(int side)
    {
        var buckets = new Buckets(new() { Resolution = (side, side), FreeFit = true, Subsets = [] });
        int tokens = side / 16 * (side / 16);
        foreach (var (width, height) in ((int, int)[])[(1, 1), (2, 3), (3, 2), (9, 16), (16, 9), (4, 3), (1000, 1414), (1, 3), (2480, 1748)])
        {
            var place = buckets.Place(new(width * 1000, height * 1000))!.Value;
            Assert.InRange(place.Bucket.Width / 16 * (place.Bucket.Height / 16), Math.Floor(tokens * 15 / 16.0), tokens);
            double kept = (double)place.Bucket.Width * place.Bucket.Height / ((double)place.Resized.Width * place.Resized.Height);
            Assert.InRange(kept, 0.95, 1);
        }
    }

    [Fact]
    public void Free_fit_beside_buckets_crops_less()
    {
        var settings = new DatasetSettings { Resolution = (1024, 1024), MaxBucket = 2048, Subsets = [] };
        var (buckets, free) = (new Buckets(settings), new Buckets(settings with { FreeFit = true }));
        var random = new Random(3);
        double byBuckets = 0, byFree = 0;
        for (int i = 0; i < 500; i++)
        {
            PixelSize picture = new(random.Next(800, 2400), random.Next(800, 2400));
            byBuckets += Lost(buckets.Place(picture)!.Value);
            byFree += Lost(free.Place(picture)!.Value);
        }
        Assert.True(byFree < byBuckets / 3, $"{byFree / 5:0.00} % against {byBuckets / 5:0.00} %");

        static double Lost(Placement place) => 1 - (double)place.Bucket.Width * place.Bucket.Height / ((double)place.Resized.Width * place.Resized.Height);
    }
}
