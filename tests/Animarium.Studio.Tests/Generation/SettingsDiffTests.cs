using Animarium.Diffusion.Conduct;
using Animarium.Studio.Generation;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Tests.Images;
using Xunit;

namespace Animarium.Studio.Tests.Generation;

/// <summary>Settings side by side, and a picture that is dragged in.</summary>
public sealed class SettingsDiffTests
{
    private static readonly ModelCatalog Nothing = new([]);

    [Fact]
    public void Only_what_differs_is_listed_with_every_value()
    {
        var a = Settings.Empty.With("prompt", "cat").With("steps", "20").With("seed", "1").With("out", "x.png");
        var differences = SettingsDiff.Of(a, a.With("steps", "30"), a.With("steps", "30").With("cfg", "5").With("out", "y.png"));
        Assert.Equal(["steps", "cfg"], differences.Select(difference => difference.Knob.Key));
        Assert.Equal(["20", "30", "30"], differences[0].Values);
        Assert.Equal([null, null, "5"], differences[1].Values);
        Assert.Empty(SettingsDiff.Of(a, a));
    }

    [Fact]
    public void A_dropped_picture_brings_its_settings_the_difference_and_what_is_missing()
    {
        var dropped = DroppedPicture.Read(ImageMetadata.Read(Described("1girl <lora:ink:0.5>")), Settings.Empty.With("prompt", "cat").With("steps", "9").With("nag", "3"), Nothing);
        Assert.Equal((MetadataSource.A1111, "1girl"), (dropped.Request!.Source, dropped.Request.Settings.Complete().Prompt));
        Assert.Equal(["cat", "1girl"], dropped.Differences.Single(difference => difference.Knob.Key == "prompt").Values);
        Assert.DoesNotContain(dropped.Differences, difference => difference.Knob.Key == "steps");
        Assert.DoesNotContain(dropped.Differences, difference => difference.Values[1] is null);
        Assert.Equal([("model", "far"), ("lora", "ink")], dropped.Missing.Select(part => (part.Knob.Key, part.Name)));
    }

    [Fact]
    public void A_dropped_picture_is_judged_like_every_other_way_in() =>
        Assert.Throws<ConductException>(() => DroppedPicture.Read(ImageMetadata.Read(Described("loli, sex")), Settings.Empty, Nothing));

    [Fact]
    public void A_picture_without_description_brings_nothing() =>
        Assert.Null(DroppedPicture.Read(ImageMetadata.Read(PictureFile.Encode(PictureFileTests.Gradient(8, 8, 3), PictureFormat.Png).File), Settings.Empty, Nothing).Request);

    [Fact]
    public void The_picture_it_was_drawn_over_is_named_by_its_hash()
    {
        var used = new PictureUsed("init.png", new string('a', 64), 64, 48);
        var facts = new PictureFacts(new() { Prompt = "x", Seed = 1 }, new("m", "m.safetensors", "hash"), new("t", "t"), new("v", "v"), []) { Init = used };
        var origin = JsonForm.ReadOrigin(JsonForm.Write(facts))!;
        Assert.Equal((used, "hash"), (origin.Init, origin.Model!.Hash));
        Assert.Null(JsonForm.ReadOrigin("""{"init": {"sha256": 5}, "loras": 3, "model": []}""")!.Init);
    }

    private static byte[] Described(string prompt) => PngText.Insert(PictureFile.Encode(PictureFileTests.Gradient(8, 8, 3), PictureFormat.Png).File,
        [new("parameters", prompt + "\nSteps: 9, Sampler: Euler, CFG scale: 4, Seed: 5, Model: far")]);
}
