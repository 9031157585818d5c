using System.Text.Json;
using Animarium.Diffusion.Pipeline;
using Animarium.Studio.Images;
using Animarium.Studio.Tagging;
using Xunit;

namespace Animarium.Studio.Tests.Tagging;

/// <summary>The whole way from tags to a picture and back: what the shipped model draws is what the shipped tagger reads.</summary>
public sealed class DrawingTests(ITestOutputHelper output)
{
    private const int BatchSize = 16;

    /// <summary>Share of right attributes that is asked for.</summary>
    private const double Goal = 0.93;

    private sealed record Drawing(Attributes Asked, ulong Seed, string Prompt);

    private static readonly Drawing[] Drawings =
        [.. from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Tagging", "drawings.tsv"))
            where line.Length > 0 && line[0] != '#'
            select line.Split('\t') into row
            select new Drawing(new(row[0], row[1], row[2], row[3]), ulong.Parse(row[4], System.Globalization.CultureInfo.InvariantCulture), row[5])];

    private static readonly JsonElement Index = JsonDocument.Parse(File.ReadAllText(Path.Combine(ShippedModel.Folder, "pictures", "index.json"))).RootElement;

    [Fact]
    public void The_table_says_what_its_prompts_ask_for()
    {
        Assert.Equal(64, Drawings.Length);
        Assert.All(Drawings, drawing => Assert.Equal(drawing.Asked, Attributes.Asked(drawing.Prompt)));
        Assert.All(Drawings.GroupBy(drawing => drawing.Asked.Style), style => Assert.Equal(8, style.Count()));
    }

    public static TheoryData<string> Models => [.. ShippedModel.All];

    [Theory, MemberData(nameof(Models))]
    public void Pictures_show_what_their_tags_ask_for(string name)
    {
        using var tagger = WdTagger.Open(ShippedModel.Tagger);
        var seen = Drawn(name).Chunk(BatchSize).SelectMany(tagger.Read).Select(Attributes.Seen).ToList();
        var compared = Drawings.Zip(seen, (drawing, read) => Attributes.Compare(drawing.Asked, read).Select(pair => (drawing.Prompt, pair.Attribute, pair.Asked, pair.Seen))).SelectMany(pairs => pairs).ToList();
        foreach (var wrong in compared.Where(pair => pair.Asked != pair.Seen)) output.WriteLine($"{wrong.Asked} → {wrong.Seen}: {wrong.Prompt}");
        Assert.All(compared.GroupBy(pair => pair.Attribute), attribute =>
        {
            double right = attribute.Average(pair => pair.Asked == pair.Seen ? 1.0 : 0);
            output.WriteLine($"{attribute.Key}: {right:P1}");
            Assert.True(right >= Goal, $"{attribute.Key} is right in {right:P1} of the pictures only");
        });
    }

    public static TheoryData<int> Shipped => [.. Enumerable.Range(0, Index.GetArrayLength())];

    [Theory, MemberData(nameof(Shipped))]
    public void The_shipped_pictures_come_out_again(int index)
    {
        var entry = Index[index];
        using var model = new ShippedModel();
        var request = new DrawRequest
        {
            Items = [new(entry.GetProperty("prompt").GetString()!, entry.GetProperty("negative").GetString()!, entry.GetProperty("seed").GetUInt64())],
            Width = entry.GetProperty("width").GetInt32(), Height = entry.GetProperty("height").GetInt32(),
            Sampler = entry.GetProperty("sampler").GetString()!, Schedule = entry.GetProperty("scheduler").GetString()!,
            Steps = entry.GetProperty("steps").GetInt32(), Shift = entry.GetProperty("shift").GetDouble(), Guidance = new() { Cfg = entry.GetProperty("cfg").GetDouble() },
        };
        using var image = model.Pipeline.Draw(request).OfType<DrawnPicture>().Single().Image;
        byte[] drawn = Picture.FromTensor(image).Pixels, shipped = PictureFile.Load(Path.Combine(ShippedModel.Folder, "pictures", entry.GetProperty("file").GetString()!)).Pixels;
        double error = drawn.Zip(shipped, (a, b) => Math.Pow(a - b, 2)).Average(), psnr = 10 * Math.Log10(255 * 255 / Math.Max(error, 1e-9));
        output.WriteLine($"{psnr:0.0} dB");
        Assert.Equal(shipped.Length, drawn.Length);
        Assert.True(psnr >= 40, $"{psnr:0.0} dB");
    }

    private static IEnumerable<Picture> Drawn(string name)
    {
        using var model = new ShippedModel(name);
        foreach (var batch in Drawings.Chunk(BatchSize))
        {
            var request = new DrawRequest
            {
                Items = [.. batch.Select(drawing => new DrawItem(drawing.Prompt, "worst quality, low quality, blurry", drawing.Seed))],
                Width = 128, Height = 128, Sampler = "euler", Schedule = "simple", Steps = 8, Guidance = new() { Cfg = 3 },
            };
            foreach (var drawn in model.Pipeline.Draw(request).OfType<DrawnPicture>())
            {
                using var image = drawn.Image;
                yield return Picture.FromTensor(image);
            }
        }
    }
}
