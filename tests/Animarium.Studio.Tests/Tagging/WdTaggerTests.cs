using System.Text.Json;
using Animarium.Studio.Images;
using Animarium.Studio.Tagging;
using Xunit;

namespace Animarium.Studio.Tests.Tagging;

/// <summary>The shipped tagger, and what becomes of files that are none.</summary>
public sealed class WdTaggerTests
{
    public static TheoryData<string, string> Pictures
    {
        get
        {
            using var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(ShippedModel.Folder, "pictures", "index.json")));
            return [.. index.RootElement.EnumerateArray().Select(entry => (entry.GetProperty("file").GetString()!, entry.GetProperty("prompt").GetString()!))];
        }
    }

    [Theory, MemberData(nameof(Pictures))]
    public void Reads_the_shipped_pictures_as_they_were_asked_for(string file, string prompt)
    {
        using var tagger = WdTagger.Open(ShippedModel.Tagger);
        var reading = tagger.Read([MiddleSquare(PictureFile.Load(Path.Combine(ShippedModel.Folder, "pictures", file)))])[0];
        Assert.Equal(Attributes.Asked(prompt), Attributes.Seen(reading));
        Assert.Equal("general", reading.Above(TagCategory.Rating, 0.5f).Single().Label.Name);
        Assert.Equal(1, reading.Features.Sum(value => value * value), 1e-3);
    }

    [Fact]
    public void A_batch_reads_as_its_pictures_do_alone()
    {
        using var tagger = WdTagger.Open(ShippedModel.Tagger);
        var pictures = Pictures.Select(row => PictureFile.Load(Path.Combine(ShippedModel.Folder, "pictures", row.Data.Item1))).ToList();
        var together = tagger.Read(pictures);
        for (int i = 0; i < pictures.Count; i++)
            Assert.All(tagger.Read([pictures[i]])[0].Probabilities.Zip(together[i].Probabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Empty(tagger.Read([]));
    }

    [Fact]
    public void Labels_are_written_as_in_prompts()
    {
        using var tagger = WdTagger.Open(ShippedModel.Tagger);
        string[] names = [.. tagger.Labels.Select(label => label.Name)];
        Assert.All(["blue background", "^_^", ":o", "@big smile", "v-shaped eyebrows"], name => Assert.Contains(name, names));
    }

    [Fact]
    public void Files_that_are_no_tagger_are_named()
    {
        string folder = Directory.CreateTempSubdirectory().FullName, model = Path.Combine(folder, "model.onnx"), tags = Path.Combine(folder, "selected_tags.csv");
        Assert.Contains(tags, Assert.Throws<FileNotFoundException>(() => WdTagger.Open(folder)).Message, StringComparison.Ordinal);

        File.WriteAllText(tags, "tag_id,name,category,count\n0,general,9,1\n1,\"a,b_c\",0,1\n");
        Assert.Contains("model.onnx", Assert.Throws<FileNotFoundException>(() => WdTagger.Open(folder)).Message, StringComparison.Ordinal);

        File.WriteAllText(model, "not a model");
        Assert.Contains(model, Assert.Throws<InvalidDataException>(() => WdTagger.Open(folder)).Message, StringComparison.Ordinal);

        File.Copy(Path.Combine(ShippedModel.Tagger, "model.onnx"), model, overwrite: true);
        using (var tagger = WdTagger.Open(folder))
        {
            Assert.Equal("a,b c", tagger.Labels[1].Name);
            Assert.Contains("2 rows", Assert.Throws<InvalidDataException>(() => tagger.Read([new Picture(1, 2, 1, [0, 255])])).Message, StringComparison.Ordinal);
        }

        File.AppendAllText(tags, "nonsense\n");
        Assert.Contains("row 4", Assert.Throws<InvalidDataException>(() => WdTagger.Open(folder)).Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The small tagger was trained on squares: the white strips beside an upright picture are "white background" to it.</summary>
    private static Picture MiddleSquare(Picture picture)
    {
        int side = Math.Min(picture.Width, picture.Height), left = (picture.Width - side) / 2, top = (picture.Height - side) / 2;
        var rows = Enumerable.Range(top, side).Select(y => picture.Pixels.AsSpan((y * picture.Width + left) * picture.Channels, side * picture.Channels).ToArray());
        return new Picture(side, side, picture.Channels, [.. rows.SelectMany(row => row)]);
    }
}
