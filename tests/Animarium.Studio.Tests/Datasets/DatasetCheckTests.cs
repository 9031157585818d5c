using System.Text;
using Animarium.Studio.Datasets;
using Animarium.Studio.Datasets.Check;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;
using Xunit;

namespace Animarium.Studio.Tests.Datasets;

/// <summary>Each finding where it belongs, and none where it doesn't.</summary>
public sealed class DatasetCheckTests : IDisposable
{
    private readonly PictureFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_good_folder_has_no_findings()
    {
        for (int i = 0; i < 4; i++) Add($"{i}.png", "@miku, 1girl, solo, blue hair, long hair, score_9, o_o", i);
        Assert.Empty(Check("@miku").Findings);
        Assert.Empty(Check(null).Findings);
    }

    [Theory]
    [InlineData("short hair, long hair, 1girl", "conflict")]
    [InlineData("1girl, 2girls", "conflict")]
    [InlineData("solo, closed eyes, blue eyes", "conflict")]
    [InlineData("1girl, red_eyes, blue_eyes", "conflict")]
    [InlineData("1girl, red eyes, blue eyes, heterochromia", null)]
    [InlineData("1girl, 1boy, red eyes, blue eyes", null)]
    [InlineData("2girls, short hair, long hair", null)]
    [InlineData("1girl, long hair, very long hair", null)]
    [InlineData("1girl, (blue hair:1.2)", "emphasis")]
    [InlineData("1girl, hatsune miku (vocaloid)", null)]
    [InlineData("1girl, long_hair", "underscore")]
    [InlineData("1girl, score_9, o_o", null)]
    [InlineData("1girl, ^_^", "unknown")]
    [InlineData("1girl, artist:wlop", "artist")]
    [InlineData("1girl, by wlop", "artist")]
    [InlineData("1girl, @wlop, standing by window", null)]
    [InlineData("1girl, 初音ミク", "unknown")]
    [InlineData("", "empty-caption")]
    public void A_caption_gets_its_finding(string caption, string? code)
    {
        Add("a.png", caption, 0);
        var codes = Check(null).Findings.Select(finding => finding.Code);
        // red_eyes is written with an underscore as well.
        Assert.Equal(code is null ? [] : [code], codes.Where(found => found != "underscore" || !caption.Contains("_eyes", StringComparison.Ordinal)));
    }

    [Fact]
    public void Long_captions_are_counted_in_tokens()
    {
        Add("a.png", string.Join(", ", Enumerable.Range(0, 300).Select(i => $"tag {i}")), 0);
        Add("b.png", string.Join(", ", Enumerable.Repeat("masterpiece", 100)), 1);
        Assert.Equal([folder.At("a.png")], Check(null).Findings.Single(finding => finding.Code == "long").Files);
    }

    [Fact]
    public void Captions_that_are_missing_or_the_folders_are_told()
    {
        folder.Picture("a.png");
        Assert.Equal(["no-caption"], Codes(Check(null)));
        Assert.Equal(["class-caption"], Codes(Check("miku")));
    }

    [Fact]
    public void A_trigger_is_nowhere_or_in_some_or_in_all()
    {
        Add("a.png", "1girl, miku", 0);
        Add("b.png", "1girl, smile", 1);
        Assert.Equal([folder.At("b.png")], Check("miku").Findings.Single(finding => finding.Code == "trigger-missing").Files);
        Assert.Equal(["trigger-nowhere"], Codes(Check("rin")));
        Assert.Empty(Check("1girl").Findings);
        Assert.Empty(Check(null).Findings);
        Add("c.png", "scenery", 2);
        Assert.Equal(["no-trigger"], Codes(Check(null)));
    }

    [Fact]
    public void Equal_files_and_pictures_that_look_alike_are_found_once()
    {
        var original = PictureFile.Load(folder.Picture("a.png", 128, 128, seed: 4));
        folder.File("copy.png", File.ReadAllBytes(folder.At("a.png")));
        PictureFile.Save(original.Resample(100, 100, ResampleMethod.Area), folder.At("small.jpg"), PictureFormat.Jpeg, 80);
        folder.Picture("other.png", 128, 128, seed: 5);
        var findings = Check("x").Findings;
        Assert.Equal([folder.At("a.png"), folder.At("copy.png")], findings.Single(finding => finding.Code == "duplicate").Files);
        Assert.Equal([folder.At("a.png"), folder.At("small.jpg")], findings.Single(finding => finding.Code == "alike").Files);
    }

    [Fact]
    public void Sizes_that_do_not_suit_are_told()
    {
        Add("small.png", "1girl", 0, 20, 20);
        Add("wide.png", "1girl", 1, 900, 90);
        var findings = Check(null).Findings;
        Assert.Equal([folder.At("small.png")], findings.Single(finding => finding.Code == "small").Files);
        Assert.Equal([folder.At("wide.png")], findings.Single(finding => finding.Code == "cropped").Files);
    }

    [Fact]
    public void Damage_behind_the_header_and_refused_captions_are_errors()
    {
        Add("good.png", "1girl", 0);
        byte[] file = File.ReadAllBytes(folder.Picture("cut.png", 96, 96, seed: 1));
        string cut = folder.File("cut.png", file[..(file.Length / 2)]);
        folder.Text("cut.txt", "1girl");
        Add("bad.png", "loli, nude", 2);
        var report = Check(null);
        Assert.Equal([cut], report.Findings.Single(finding => finding.Code == "unreadable").Files);
        Assert.Equal([folder.At("bad.txt")], report.Findings.Single(finding => finding.Code == "refused").Files);
        Assert.True(report.HasErrors && report.IsRefusal);
    }

    [Fact]
    public void Folders_that_weigh_unevenly_and_files_that_are_left_out_are_told()
    {
        Add("20_a/a.png", "x, a", 0);
        Add("1_b/b.png", "x, b", 1);
        folder.Picture("loose.png", seed: 2);
        folder.File("1_b/old.bmp", [0x42, 0x4D]);
        Assert.Equal(["ignored", "uneven", "unread"], Codes(Check(null)));
    }

    [Fact]
    public void Other_encodings_are_told()
    {
        folder.Picture("a.png");
        folder.File("a.txt", Encoding.Unicode.GetBytes("1girl"));
        Assert.Equal(["other-encoding"], Codes(Check(null)));
    }

    [Fact]
    public void Some_masks_are_a_hint_and_all_are_none()
    {
        Add("a.png", "1girl", 0);
        Add("b.png", "1girl", 1);
        folder.Picture("mask/a.png");
        Assert.Equal([folder.At("b.png")], Check(null).Findings.Single(finding => finding.Code == "unmasked").Files);
        folder.Picture("mask/b.png");
        Assert.Empty(Check(null).Findings);
    }

    [Fact]
    public void Findings_speak_both_languages()
    {
        folder.Picture("a.png");
        Assert.Contains("キャプション", Words.In("ja", () => Check(null).Findings.Single().Message), StringComparison.Ordinal);
    }

    private void Add(string name, string caption, int seed, int width = 96, int height = 96)
    {
        folder.Picture(name, width, height, seed);
        folder.Text(Path.ChangeExtension(name, ".txt"), caption);
    }

    private CheckReport Check(string? trigger) => DatasetCheck.Run([folder.Settings(trigger: trigger)], new() { Trigger = trigger, Ignored = TrainingFolder.Read(folder.Root, trigger).Ignored }, cancel: TestContext.Current.CancellationToken);

    private static IEnumerable<string> Codes(CheckReport report) => report.Findings.Select(finding => finding.Code).Order(StringComparer.Ordinal);
}
