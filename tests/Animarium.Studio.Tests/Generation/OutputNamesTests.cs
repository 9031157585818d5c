using System.Text;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Generation;

/// <summary>Files that are named by patterns and never replaced.</summary>
public sealed class OutputNamesTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 8, 23, 12, 34, 56, TimeSpan.Zero);

    private static readonly Picture Pixel = new(1, 1, 3, [1, 2, 3]);

    private readonly string folder = Directory.CreateTempSubdirectory("animarium-names-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("a.png", "a.png")]
    [InlineData("a.webp", "a.webp")]
    [InlineData("sub/a.JPG", "sub/a.jpg")]
    [InlineData("sub", "sub/2026-08-23-123456-7.png")]
    [InlineData("v1.5", "v1.5/2026-08-23-123456-7.png")]
    [InlineData("sub/", "sub/2026-08-23-123456-7.png")]
    [InlineData("{model}/{index:4} {seed}", "anima-mini/0003 7.png")]
    [InlineData("{prompt:9}.avif", "1girl, 桜_.avif")]
    [InlineData("{sampler} {cfg} {cfg-rescale} {width}x{height}", "euler 3.5 0 128x128.png")]
    [InlineData("x/../{{{seed}}}", "{7}.png")]
    public void A_pattern_is_filled_in(string pattern, string expected) => Assert.Equal(expected, Name(Request(pattern)));

    [Fact]
    public void A_format_that_was_given_decides_the_extension() =>
        Assert.Equal("a.webp", Name(Request("a.png") with { Format = PictureFormat.WebP }));

    [Theory]
    [InlineData("a.gif", "Pictures are not written as .gif: choose .png, .webp, .jpg or .avif.")]
    [InlineData("{sead}.png", "There is no placeholder {sead}: write {seed}, {index}, {date}, {time} or the name of a setting.")]
    public void What_cannot_be_written_is_told_before_the_drawing(string pattern, string message) =>
        Assert.Equal(message, Assert.Throws<SettingException>(() => new OutputNames(Request(pattern))).Message);

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_before_the_drawing()
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");
        Assert.Contains("file", Assert.Throws<PictureException>(() => new OutputNames(Request("file/sub/{seed}.png")).Prepare()).Message, StringComparison.Ordinal);
        new OutputNames(Request("new/{seed}/a.png")).Prepare();
        Assert.Equal(["file", "new"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_is_overwritten_though_many_save_at_once()
    {
        var names = new OutputNames(Request("a.png"));
        File.WriteAllText(Path.Combine(folder, "a.png"), "mine");
        string[] paths = new string[300];
        Parallel.For(0, paths.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, n => paths[n] = PictureFile.SaveNew(Pixel, names.Of(Request("a.png"), n, Noon), PictureFormat.Png).Path);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(folder, "a.png")));
        Assert.Equal(Enumerable.Range(2, paths.Length).Select(n => Path.Combine(folder, $"a-{n}.png")).Order(StringComparer.Ordinal), paths.Order(StringComparer.Ordinal));
        Assert.All(paths, path => Assert.Equal(Pixel.Pixels, PictureFile.Load(path).Pixels));
        Assert.Equal(1 + paths.Length, Directory.GetFileSystemEntries(folder).Length);
    }

    [Theory]
    [InlineData("1girl, 桜 (花)", "1girl, 桜 (花)")]
    [InlineData("../../etc/passwd", "_.._etc_passwd")]
    [InlineData("..", "_")]
    [InlineData("", "_")]
    [InlineData(" . a . ", "a")]
    [InlineData("CON", "_CON")]
    [InlineData("nul.txt", "_nul.txt")]
    [InlineData("a\0b\nc\td:e", "a_b c d_e")]
    [InlineData("gnp\u202Eexe.", "gnpexe")]
    public void Any_text_becomes_a_safe_name(string text, string name) => Assert.Equal(name, SafeFileName.Of(text));

    [Fact]
    public void Names_fit_every_file_system() => Gen.String.Sample(text =>
    {
        string name = SafeFileName.Of(text + text);
        Assert.InRange(Encoding.UTF8.GetByteCount(name), 1, 201);
        Assert.True(!name.Any(c => c < ' ' || "<>:\"/\\|?*".Contains(c, StringComparison.Ordinal)) && name[^1] is not ('.' or ' ') && name is not ("." or ".."), name);
        Assert.Equal(name, SafeFileName.Of(name));
        Assert.DoesNotContain('\uFFFD', name);
    });

    [Fact]
    public void A_long_prompt_is_cut_between_characters_and_halves_of_characters_do_not_survive()
    {
        Assert.Equal("_x", SafeFileName.Of("\uD800x"));
        Assert.Equal("👩‍🎨👩‍🎨", SafeFileName.Of("👩‍🎨👩‍🎨👩‍🎨", longest: 2));
        Assert.Equal(66, SafeFileName.Of(new string('長', 500)).Length);
    }

    private GenerationRequest Request(string pattern) => new()
    {
        Out = Path.Combine(folder, pattern), Prompt = "1girl, 桜/花", Seed = 7, Model = "anima-mini", Sampler = "euler", Cfg = 3.5, Width = 128, Height = 128,
    };

    private string Name(GenerationRequest request) => Path.GetRelativePath(folder, new OutputNames(request).Of(request, 3, Noon).First()).Replace('\\', '/');
}
