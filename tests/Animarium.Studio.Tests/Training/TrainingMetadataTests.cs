using System.Text.Json.Nodes;
using Animarium.Studio.Images;
using Animarium.Studio.Training.Output;
using Xunit;

namespace Animarium.Studio.Tests.Training;

public class TrainingMetadataTests
{
    private static readonly TrainingFacts Facts = new()
    {
        SessionId = 7, StartedAt = DateTimeOffset.UnixEpoch, FinishedAt = new(2026, 6, 21, 12, 30, 0, TimeSpan.FromHours(9)), OutputName = "style",
        Comment = "made from /home/yuki/pictures/style, twice", BaseModel = new(@"C:\Users\Yuki\models\anima.safetensors", null),
        Network = new("networks.lora_anima", 16, 8) { Args = new Dictionary<string, string> { ["weights"] = "~/secret/start.safetensors" } },
        Optimization = new(1e-5, "AdamW(weight_decay=0.01)", "cosine"), Progress = new(10, 100, 1, 10, 10),
        Datasets = [new(new() { Subsets = [new() { Folder = "/home/yuki/pictures/10_style", Repeats = 10 }, new() { Folder = "/home/yuki/reg", IsRegularisation = true }] }, [3, 5])
        {
            TagFrequency = new Dictionary<string, IReadOnlyDictionary<string, int>> { ["/home/yuki/pictures/10_style"] = new Dictionary<string, int> { ["1girl"] = 3, ["初音ミク"] = 2 } },
        }],
    };

    [Fact]
    public void Nothing_tells_where_the_files_lay()
    {
        var metadata = TrainingMetadata.Of(Facts);
        Assert.All(metadata.Values, value => Assert.DoesNotMatch("(?i)yuki|secret|/home", value));
        Assert.Equal("made from style, twice", metadata["ss_training_comment"]);
        Assert.Equal("anima.safetensors", metadata["ss_sd_model_name"]);
        Assert.Equal("""{"weights": "start.safetensors"}""", metadata["ss_network_args"]);
        Assert.Contains("/home/yuki/pictures/10_style", TrainingMetadata.Of(Facts, withoutPaths: false)["ss_datasets"], StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_and_tags_are_counted()
    {
        var metadata = TrainingMetadata.Of(Facts);
        Assert.Equal(("30", "5"), (metadata["ss_num_train_images"], metadata["ss_num_reg_images"]));
        Assert.Equal("""{"10_style": {"n_repeats": 10, "img_count": 3}}""", metadata["ss_dataset_dirs"]);
        Assert.Equal("""{"10_style": {"1girl": 3, "初音ミク": 2}}""", metadata["ss_tag_frequency"]);
        Assert.Equal(2, JsonNode.Parse(metadata["ss_datasets"])![0]!["subsets"]!.AsArray().Count);
        Assert.Equal("2026-06-21T12:30:00", metadata["modelspec.date"]);
    }

    [Fact]
    public void The_thumbnail_is_a_small_picture_in_the_header()
    {
        var picture = new Picture(600, 400, 3, [.. Enumerable.Range(0, 600 * 400 * 3).Select(i => (byte)i)]);
        string text = TrainingMetadata.Of(Facts with { Publication = new() { Thumbnail = picture } })["modelspec.thumbnail"];
        const string start = "data:image/jpeg;base64,";
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        var read = PictureFile.Load(Convert.FromBase64String(text[start.Length..]));
        Assert.Equal((256, 256), (read.Width, read.Height));
    }

    // As Python 3 prints them.
    [Theory]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(2.5e-7, "2.5e-07")]
    [InlineData(2.0, "2.0")]
    [InlineData(0.0, "0.0")]
    [InlineData(-1.29, "-1.29")]
    [InlineData(0.1, "0.1")]
    [InlineData(0.30000000000000004, "0.30000000000000004")]
    [InlineData(1781996400.25, "1781996400.25")]
    [InlineData(123456789012345680.0, "1.2345678901234568e+17")]
    [InlineData(1e22, "1e+22")]
    [InlineData(double.NaN, "nan")]
    public void Numbers_are_written_as_Python_does(double number, string text) => Assert.Equal(text, TrainingMetadata.Of(Facts with { Optimization = Facts.Optimization with { LearningRate = number } })["ss_learning_rate"]);

    [Theory]
    [InlineData(@"C:\Users\Jane Doe\loras\a.safetensors", "a.safetensors")]
    [InlineData("start=/home/me/a.safetensors,scale=1/2", "start=a.safetensors,scale=1/2")]
    [InlineData(@"\\server\share\set and more", "set and more")]
    [InlineData("see https://example.org/a/b", "see https://example.org/a/b")]
    [InlineData("and/or, 1girl", "and/or, 1girl")]
    [InlineData("data:image/jpeg;base64,AA/BB", "data:image/jpeg;base64,AA/BB")]
    public void Only_folders_are_taken_out_of_texts(string text, string shown) => Assert.Equal(shown, TrainingMetadata.Of(Facts with { Comment = text })["ss_training_comment"]);
}
