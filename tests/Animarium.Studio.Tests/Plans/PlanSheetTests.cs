using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.Plans;
using Xunit;

namespace Animarium.Studio.Tests.Plans;

/// <summary>Pages of a finished plan.</summary>
public sealed class PlanSheetTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("animarium-sheet-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static DrawPlan Plan(int count, string[] prompts, params string[] axes) => DrawPlan.Make(Settings.Empty.With("prompt", "a cat"),
        [.. axes.Select(PlanAxis.Parse)], [.. prompts.Select(prompt => Settings.Empty.With("prompt", prompt))], new(7, count));

    /// <summary>A picture of one colour, which says its number.</summary>
    private string Coloured(int index, int width = 40, int height = 30)
    {
        string path = Path.Combine(folder, $"{index}.png");
        PictureFile.Save(new(width, height, 3, [.. Enumerable.Repeat((byte)(10 * index), width * height * 3)]), path, PictureFormat.Png);
        return path;
    }

    [Fact]
    public void The_first_axis_goes_across_the_second_down_and_the_third_over_pages()
    {
        var sheets = PlanSheet.Of(Plan(1, [], "cfg=1,3,5", "sampler=euler,er_sde", "size=512x512,768x512"));
        Assert.Equal(["size 512x512", "size 768x512"], sheets.Select(sheet => sheet.Title));
        Assert.Equal(["cfg 1", "cfg 3", "cfg 5"], sheets[0].Columns);
        Assert.Equal(["sampler euler", "sampler er_sde"], sheets[0].Rows);
        Assert.Equal([[0, 1, 2], [3, 4, 5]], sheets[0].Pictures);
        Assert.Equal([[6, 7, 8], [9, 10, 11]], sheets[1].Pictures);
    }

    [Fact]
    public void Prompts_and_seeds_take_the_place_of_axes_that_are_not_there()
    {
        var sheet = Assert.Single(PlanSheet.Of(Plan(2, ["one", "two"])));
        Assert.Equal((null, "one two", "seed 7 seed 8"), (sheet.Title, string.Join(' ', sheet.Columns), string.Join(' ', sheet.Rows)));
        sheet = Assert.Single(PlanSheet.Of(Plan(1, [], "replace=cat,dog,")));
        Assert.Equal(["cat", "dog", "–"], sheet.Columns);
        Assert.Empty(sheet.Rows);
        Assert.Equal(6, PlanSheet.Of(Plan(3, ["cat one", "cat two"], "cfg=1,2", "replace=cat,dog")).Count);
    }

    [Fact]
    public void Every_picture_lands_in_its_place_models_outermost_or_not()
    {
        var plan = Plan(1, [], "cfg=1,2", "model=a,b");
        var sheet = PlanSheet.Of(plan)[0];
        Assert.Equal([[0, 1], [2, 3]], sheet.Pictures);
        Assert.Equal([[0, 2], [1, 3]], PlanSheet.Of(Plan(1, [], "model=a,b", "cfg=1,2"))[0].Pictures);

        var picture = sheet.Draw(index => index == 2 ? null : Coloured(index));
        // From the bottom right corner, 8 pixels of paper around each: the fourth, and the empty place of the third.
        Assert.Equal((30, 255), (Pixel(picture, picture.Width - 9, picture.Height - 9), Pixel(picture, picture.Width - 9 - 48, picture.Height - 9)));
        Assert.Equal((0, 10), (Pixel(picture, picture.Width - 9 - 48, picture.Height - 9 - 38), Pixel(picture, picture.Width - 9, picture.Height - 9 - 38)));
    }

    private static int Pixel(Picture picture, int x, int y) => picture.Pixels[(y * picture.Width + x) * picture.Channels];

    [Fact]
    public void Labels_are_drawn_Japanese_ones_too()
    {
        int Ink(string label) => Dark(new PlanSheet(label, [label], [], [[0]]).Draw(index => Coloured(25, 200, 50))) - Dark(new PlanSheet("", [""], [], [[0]]).Draw(index => Coloured(25, 200, 50)));
        int words = Ink("猫耳の少女"), boxes = Ink("\U000323AF\U000323AF\U000323AF\U000323AF\U000323AF"); // the boxes of a character that hardly a font has
        Assert.InRange(words, 200, 5000);
        Assert.NotEqual(words, boxes);
        Assert.InRange(Ink("a <b> & 'c'"), 50, 5000); // no markup

        static int Dark(Picture picture) => picture.Pixels.Where((value, n) => n % picture.Channels == 0 && value < 128).Count();
    }

    [Fact]
    public void Many_pictures_are_made_smaller_and_too_many_refused()
    {
        var sheet = PlanSheet.Of(Plan(1, [], "steps=1-20", "cfg=1-20"))[0];
        var picture = sheet.Draw(_ => Path.Combine(folder, "large.png") is var path && File.Exists(path) ? path : Large(path));
        Assert.InRange((long)picture.Width * picture.Height, 40_000_000, 80_000_000);
        Assert.InRange(Math.Max(picture.Width, picture.Height), 1, 16_383);
        Assert.Equal("900 columns and 2 rows are too many for one picture. Shorten the axes, or give part of them as Z.",
            Assert.Throws<SettingException>(() => PlanSheet.Of(Plan(1, [], "steps=1-900", "cfg=1,2"))[0].Draw(_ => null)).Message);
        Assert.StartsWith("None of the pictures is there", Assert.Throws<PictureException>(() => sheet.Draw(_ => null)).Message, StringComparison.Ordinal);

        string Large(string path)
        {
            PictureFile.Save(new(1000, 1000, 3, new byte[3_000_000]), path, PictureFormat.Png);
            return path;
        }
    }
}
