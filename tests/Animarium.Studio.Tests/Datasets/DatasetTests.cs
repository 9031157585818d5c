using Animarium.Studio.Datasets;
using Animarium.Studio.Generation;
using Animarium.Studio.Tests.Images;
using Xunit;

namespace Animarium.Studio.Tests.Datasets;

/// <summary>Bad files by name, and an order that can be made again.</summary>
public sealed class DatasetTests : IDisposable
{
    private readonly PictureFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Bad_files_among_good_ones_are_all_named_and_left_out_on_request_only()
    {
        folder.Picture("good.png");
        string text = folder.Text("text.png", "no picture");
        string cut = folder.File("cut.png", System.IO.File.ReadAllBytes(folder.At("good.png"))[..20]);
        string huge = folder.File("huge.png", Png.WithSize(System.IO.File.ReadAllBytes(folder.At("good.png")), 20_000, 20_000));
        folder.Picture("wordy.png", seed: 1);
        string wordy = folder.File("wordy.txt", new byte[1 << 20]);
        folder.Picture("odd.png", seed: 2);
        string odd = folder.File("odd.txt", [0x31, 0xFF, 0xFE, 0x80]);

        var refused = Assert.Throws<DatasetException>(() => PictureFolder.Open(folder.Settings()));
        Assert.Equal(new[] { cut, huge, odd, text, wordy }.Order(StringComparer.Ordinal), refused.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.All(refused.Problems, problem => Assert.Contains(problem.Path, refused.Message, StringComparison.Ordinal));

        var dataset = PictureFolder.Open(folder.Settings(), skip: true);
        Assert.Equal([folder.At("good.png")], dataset.Pictures.Select(picture => picture.Path));
        Assert.Equal(5, dataset.Skipped.Count);
    }

    [Fact]
    public void Nothing_left_is_an_error_even_on_request()
    {
        folder.Text("text.png", "no picture");
        Assert.Throws<DatasetException>(() => PictureFolder.Open(folder.Settings(), skip: true));
    }

    [Fact]
    public void A_single_pixel_trains_enlarged_or_is_refused_by_name()
    {
        string path = folder.Picture("dot.png", 1, 1);
        using (var pixels = PictureFolder.Open(folder.Settings()).Pictures.Single().Load()) Assert.Equal([3, 64, 64], pixels.Pixels.shape);
        var problem = Assert.Throws<DatasetException>(() => PictureFolder.Open(folder.Settings() with { NoUpscale = true })).Problems.Single();
        Assert.Equal(("too-small", path), (problem.Code, problem.Path));
    }

    [Fact]
    public void A_strip_costs_no_memory()
    {
        folder.Picture("strip.png", 1, 60);
        long before = GC.GetTotalAllocatedBytes();
        using (var pixels = PictureFolder.Open(folder.Settings()).Pictures.Single().Load()) Assert.Equal(3, pixels.Pixels.shape[0]);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 20 << 20);
        string path = folder.Picture("longer.png", 1, 6000);
        Assert.Equal(path, Assert.Throws<DatasetException>(() => PictureFolder.Open(folder.Settings())).Problems.Single().Path);
    }

    [Fact]
    public void A_refused_caption_is_named_and_never_skipped()
    {
        folder.Picture("a.png");
        string caption = folder.Text("a.txt", "loli, nude");
        var refused = Assert.Throws<DatasetException>(() => PictureFolder.Open(folder.Settings(), skip: true));
        Assert.True(refused.IsRefusal);
        Assert.Contains(caption, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_changes_while_training_is_noticed()
    {
        string path = folder.Picture("a.png");
        var dataset = PictureFolder.Open(folder.Settings());
        Assert.Empty(dataset.ChangedFiles());
        folder.Picture("a.png", 200, 100, seed: 9);
        Assert.Equal([path], dataset.ChangedFiles());
        Assert.Contains(path, Assert.Throws<DatasetException>(() => dataset.Pictures[0].Load()).Message, StringComparison.Ordinal);
        System.IO.File.Delete(path);
        Assert.Equal([path], dataset.ChangedFiles());
    }

    [Fact]
    public void A_mask_that_changes_while_training_is_noticed()
    {
        string path = folder.Picture("a.png");
        string mask = folder.Picture("mask/a.png");
        var dataset = PictureFolder.Open(folder.Settings());
        Assert.Empty(dataset.ChangedFiles());
        System.IO.File.SetLastWriteTimeUtc(mask, DateTime.UtcNow.AddMinutes(1));
        Assert.Equal([path], dataset.ChangedFiles());
    }

    [Fact]
    public void An_epoch_can_be_made_again_and_others_differ()
    {
        for (int i = 0; i < 12; i++)
        {
            folder.Picture($"{i}.png", 80 + 8 * (i % 5), 96, seed: i);
            folder.Text($"{i}.txt", "a, b, c, d, e, f, g");
        }
        var settings = folder.Settings(subset => subset with { Repeats = 3, Flip = true, RandomCrop = true, Caption = new() { Shuffle = true, TagDropout = 0.2, Dropout = 0.1 } }) with { BatchSize = 2 };
        var (dataset, again) = (PictureFolder.Open(settings), PictureFolder.Open(settings));
        Assert.Equal(Told(dataset, 5, 3), Told(again, 5, 3));
        Assert.NotEqual(Told(dataset, 5, 3), Told(dataset, 5, 4));
        Assert.NotEqual(Told(dataset, 5, 3), Told(dataset, 6, 3));
        Assert.Equal(36, Told(dataset, 5, 3).Distinct().Count());

        var draws = dataset.Epoch(5, 3).Batches.SelectMany(batch => batch.Draws).ToList();
        Assert.Contains(draws, draw => draw.Mirrored);
        Assert.Contains(draws, draw => !draw.Mirrored);
        Assert.True(draws.Select(draw => draw.Caption(0, 100)).Distinct().Count() > 20);
        Assert.All(draws, draw => Assert.InRange(draw.CropX, 0, draw.Picture.Placement.Resized.Width - draw.Picture.Placement.Bucket.Width));

        static List<string> Told(Dataset dataset, long seed, int epoch) =>
            [.. dataset.Epoch(seed, epoch).Batches.SelectMany(batch => batch.Draws.Select(draw => $"{draw.Picture.Path} {draw.Repeat} {draw.Mirrored} {draw.CropX} {draw.CropY} {draw.Caption(0, 100)}"))];
    }

    [Fact]
    public void The_chance_of_a_picture_does_not_depend_on_the_others()
    {
        folder.Picture("b.png");
        folder.Text("b.txt", "a, b, c, d, e, f, g, h");
        string before = Caption();
        folder.Picture("a.png", seed: 1);
        Assert.Equal(before, Caption());

        string Caption() => PictureFolder.Open(folder.Settings(subset => subset with { Caption = new() { Shuffle = true } })).Epoch(1, 0).Batches.SelectMany(batch => batch.Draws)
            .Single(draw => draw.Picture.Found.Name == "b.png").Caption(0, 100);
    }

    [Fact]
    public void A_share_is_held_back_for_measuring()
    {
        for (int i = 0; i < 10; i++) folder.Picture($"{i}.png", seed: i);
        var dataset = PictureFolder.Open(folder.Settings() with { ValidationSplit = 0.3 });
        Assert.Equal((7, 3), (dataset.Pictures.Count, dataset.Validation.Count));
        Assert.Empty(dataset.Pictures.Select(picture => picture.Path).Intersect(dataset.Validation.Select(picture => picture.Path)));
    }

    [Fact]
    public void Several_resolutions_train_every_picture_at_each()
    {
        folder.Picture("a.png", 300, 200);
        var settings = folder.Settings() with { FreeFit = true };
        var dataset = Dataset.Open([settings, settings with { Resolution = (128, 128), BatchSize = 2 }], cancel: TestContext.Current.CancellationToken);
        Assert.Equal([0, 1], dataset.Pictures.Select(picture => picture.Dataset));
        Assert.True(dataset.Pictures[0].Placement.Bucket.Width < dataset.Pictures[1].Placement.Bucket.Width);
        Assert.Equal(2, dataset.Epoch(1, 0).Batches.Count);
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        folder.Picture("a.png");
        var good = folder.Settings();
        foreach (var (field, bad) in new (string, DatasetSettings)[]
        {
            ("resolution", good with { Resolution = (0, 64) }), ("batch_size", good with { BatchSize = 0 }), ("bucket_reso_steps", good with { BucketStep = 8 }), ("bucket_reso_steps", good with { BucketStep = 0 }),
            ("max_bucket_reso", good with { MaxBucket = 32 }), ("min_bucket_reso", good with { MinBucket = 100 }), ("validation_split", good with { ValidationSplit = 1 }), ("subsets", good with { Subsets = [] }),
            ("num_repeats", good with { Subsets = [good.Subsets[0] with { Repeats = 0 }] }), ("resize_interpolation", good with { Subsets = [good.Subsets[0] with { ResizeInterpolation = "sharp" }] }),
        })
            Assert.Equal(field, Assert.Throws<SettingException>(() => PictureFolder.Open(bad)).Field);
    }
}
