using Animarium.Studio.Datasets;
using Xunit;

namespace Animarium.Parity.Datasets;

/// <summary>epochs.jsonl: images and batches of each bucket, regularisation included, and the length of a training.</summary>
public sealed class EpochTests
{
    public static TheoryData<int, string> Epochs => Cases.Of("epochs.jsonl", line => line.GetProperty("name").GetString()!);

    [Theory, MemberData(nameof(Epochs))]
    public void Epoch_is_that_of_the_reference(int index, string name)
    {
        Assert.NotNull(name);
        var line = Cases.At("epochs.jsonl", index);
        var expected = line.GetProperty("expected");
        var subsets = line.GetProperty("subsets").EnumerateArray().ToArray();
        var settings = Cases.Settings(line) with
        {
            BatchSize = line.GetProperty("batch_size").GetInt32(),
            Subsets = [.. subsets.Select((subset, i) => new SubsetSettings { Folder = $"{i}", Repeats = subset.GetProperty("num_repeats").GetInt32(), IsRegularisation = subset.GetProperty("is_reg").GetBoolean() })],
        };
        var problems = new List<DatasetProblem>();
        var dataset = Dataset.Of([settings], subset =>
            [.. subsets[int.Parse(subset.Folder, System.Globalization.CultureInfo.InvariantCulture)].GetProperty("sizes").EnumerateArray().Select((size, i) => Cases.Picture($"{i}.png", size[0].GetInt32(), size[1].GetInt32()))], problems);
        Assert.Empty(problems);

        Assert.Equal(expected.GetProperty("num_train_images").GetInt64(), Images(false));
        if (Cases.Number(expected, "num_reg_images", 0) is > 0 and var regularisation) Assert.True(Images(true) >= Math.Min(regularisation, Images(false)));
        Assert.Equal(
            expected.GetProperty("buckets").EnumerateArray().Select(bucket =>
                (new PixelSize(bucket.GetProperty("resolution")[0].GetInt32(), bucket.GetProperty("resolution")[1].GetInt32()), bucket.GetProperty("images").GetInt64(), bucket.GetProperty("batches").GetInt64())),
            dataset.Buckets.Select(bucket => (bucket.Bucket, bucket.Images, bucket.Batches)));
        Assert.Equal(expected.GetProperty("batches_per_epoch").GetInt64(), dataset.BatchesPerEpoch);

        var length = TrainingLength.Of(dataset.BatchesPerEpoch, line.GetProperty("gradient_accumulation_steps").GetInt32(),
            line.GetProperty("max_train_epochs") is { ValueKind: System.Text.Json.JsonValueKind.Number } epochs ? epochs.GetInt64() : null, Cases.Number(line, "max_train_steps_given", 0));
        Assert.Equal(
            (expected.GetProperty("optimizer_steps_per_epoch").GetInt64(), expected.GetProperty("max_train_steps").GetInt64(), expected.GetProperty("num_epochs").GetInt64()),
            (length.StepsPerEpoch, length.Steps, length.Epochs));

        // The plan keeps to the counts: every image once, batches of one bucket, only a bucket's last one short.
        var plan = dataset.Epoch(seed: 7, epoch: 0);
        Assert.Equal(dataset.BatchesPerEpoch, plan.Batches.Count);
        Assert.Equal(dataset.ImagesPerEpoch, plan.Batches.SelectMany(batch => batch.Draws).Distinct().Count());
        Assert.All(plan.Batches, batch => Assert.All(batch.Draws, draw => Assert.Equal(batch.Bucket, draw.Picture.Placement.Bucket)));
        foreach (var bucket in expected.GetProperty("buckets").EnumerateArray())
            Assert.Equal(bucket.GetProperty("last_batch").GetInt32(), plan.Batches.Where(batch =>
                batch.Bucket == new PixelSize(bucket.GetProperty("resolution")[0].GetInt32(), bucket.GetProperty("resolution")[1].GetInt32())).Min(batch => batch.Draws.Count));

        long Images(bool ofRegularisation) => dataset.Pictures.Where(picture => picture.Subset.IsRegularisation == ofRegularisation).Sum(picture => (long)picture.Repeats);
    }
}
