using System.Buffers.Binary;
using System.Text.Json;
using Xunit;

namespace Animarium.House.Tests;

/// <summary>samples/lora-style is what its page says: thirty pictures of one style, each with the caption that the recipe's mapping gives it.</summary>
public class SampleStyleTests
{
    static readonly string Folder = Path.Combine(Checkout.Root, "samples", "lora-style");

    static readonly string[] Pictures = [.. Directory.EnumerateFiles(Folder, "*.png").Order(StringComparer.Ordinal)];

    static readonly JsonElement Mapping = JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "recipes", "anima-mini", "data", "tags.json"))).RootElement;

    static readonly JsonElement Style = Mapping.GetProperty("styles").EnumerateObject().Single(style => style.Value.GetProperty("heldOut").GetBoolean()).Value;

    [Fact]
    public void Thirty_different_pictures_of_128_pixels_have_captions()
    {
        Assert.Equal(30, Pictures.Length);
        Assert.Equal(Pictures.Select(Path.GetFileNameWithoutExtension), Directory.EnumerateFiles(Folder, "*.txt").Order(StringComparer.Ordinal).Select(Path.GetFileNameWithoutExtension));
        Assert.Equal(30, Pictures.Select(file => Convert.ToBase64String(File.ReadAllBytes(file))).Distinct().Count());
        Assert.All(Pictures, file => Assert.Equal((128, 128), Size(File.ReadAllBytes(file))));
    }

    [Fact]
    public void Captions_have_the_order_of_Anima_and_the_trigger()
    {
        string trigger = Text(Style, "tag"), always = string.Join(", ", Tags(Style.GetProperty("always")));
        Assert.All(Captions(), caption =>
        {
            Assert.Matches($"^(1girl|1boy), solo, {trigger}, {always}, .+, simple background, [a-z]+ background$", caption);
            string[] tags = caption.Split(", ");
            Assert.Equal(tags.Length, tags.Distinct().Count());
        });
    }

    [Fact]
    public void Every_attribute_of_the_style_occurs()
    {
        var palettes = Style.GetProperty("palettes").EnumerateObject().Select(palette => palette.Value.GetString()!).Append("background").Select(Mapping.GetProperty("palettes").GetProperty);
        var values = Style.GetProperty("options").EnumerateObject().Select(option => option.Value).Concat(palettes).SelectMany(option => option.EnumerateObject());
        var expected = values.SelectMany(value => Tags(value.Value)).Distinct().ToList();
        Assert.NotEmpty(expected);
        Assert.Empty(expected.Except(Captions().SelectMany(caption => caption.Split(", "))));
    }

    [Fact]
    public void The_designer_is_credited()
    {
        string licence = File.ReadAllText(Path.Combine(Folder, "LICENSE"));
        Assert.All(["title", "creator", "licence", "source"], field => Assert.Contains(Text(Style, field), licence, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_design_that_the_recipe_draws_is_credited()
    {
        string credits = File.ReadAllText(Path.Combine(Checkout.Root, "recipes", "anima-mini", "data", "LICENCES.md"));
        Assert.All(Mapping.GetProperty("styles").EnumerateObject().Select(style => style.Value), style =>
        {
            string row = credits.Split('\n').Single(line => line.StartsWith($"| `{Text(style, "tag")}`", StringComparison.Ordinal));
            string source = Text(style, "source").Replace("https://", "", StringComparison.Ordinal).Replace("www.", "", StringComparison.Ordinal).TrimEnd('/');
            Assert.Contains(source, row, StringComparison.Ordinal);
            Assert.EndsWith($"| {Text(style, "licence")} |", row, StringComparison.Ordinal);
        });
    }

    static IEnumerable<string> Captions() => Pictures.Select(file => File.ReadAllText(Path.ChangeExtension(file, ".txt")).TrimEnd());

    static IEnumerable<string> Tags(JsonElement list) => list.EnumerateArray().Select(tag => tag.GetString()!);

    static string Text(JsonElement style, string field) => style.GetProperty(field).GetString()!;

    /// <summary>Width and height in a PNG's header.</summary>
    static (int Width, int Height) Size(byte[] png) => (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
}
