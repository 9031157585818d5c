using System.Text.Json;
using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Parity.Datasets;

/// <summary>resize.json: pictures resized by OpenCV and Pillow, within one grey level.</summary>
public sealed class ResizeTests
{
    public static TheoryData<int, string> Resizes
    {
        get
        {
            var rows = new TheoryData<int, string>();
            if (File.Exists(Reference.At("datasets", "resize.json")))
                foreach (var (index, resize) in All().Index()) rows.Add(index, resize.GetProperty("output").GetString()!);
            return rows;
        }
    }

    [Theory, MemberData(nameof(Resizes))]
    public void Picture_is_that_of_the_reference(int index, string output)
    {
        var resize = All()[index];
        var picture = PictureFile.Load(Reference.At("datasets", resize.GetProperty("input").GetString()!));
        var expected = PictureFile.Load(Reference.At("datasets", output));
        var (width, height) = (resize.GetProperty("to")[0].GetInt32(), resize.GetProperty("to")[1].GetInt32());
        var method = resize.GetProperty("interpolation").GetString() is { } name ? Resampling.OfName(name)!.Value : Resampling.Automatic(picture.Width, picture.Height, width, height);
        Assert.Equal(Resampling.OfName(resize.GetProperty("used").GetString()!), method);

        var resized = picture.Resample(width, height, method);
        Assert.Equal((expected.Width, expected.Height, expected.Channels), (resized.Width, resized.Height, resized.Channels));
        Assert.InRange(resized.Pixels.Zip(expected.Pixels, (ours, theirs) => Math.Abs(ours - theirs)).Max(), 0, 1);
    }

    private static JsonElement[] All() => [.. JsonDocument.Parse(File.ReadAllBytes(Reference.At("datasets", "resize.json"))).RootElement.GetProperty("cases").EnumerateArray()];
}
