using Animarium.Studio.Generation;
using Xunit;

namespace Animarium.Studio.Tests.Generation;

/// <summary>Requests as a whole.</summary>
public sealed class RequestChecksTests
{
    private static readonly GenerationRequest Euler = new() { Sampler = "euler", Negative = "bad", Prompt = "1girl" };

    [Theory]
    [InlineData(1000, 1008)]
    [InlineData(999, 992)]
    [InlineData(16, 16)]
    [InlineData(23, 16)]
    [InlineData(24, 32)]
    public void Sides_are_rounded_with_a_notice(int width, int expected)
    {
        var notices = new List<Notice>();
        Assert.Equal((expected, 1024), ((Euler with { Width = width }).Checked(notices) is var request ? request.Width : 0, request.Height));
        Assert.Equal(width == expected ? [] : [new("rounded", $"width {width} is no multiple of 16: {expected} is drawn.")], notices);
    }

    [Fact]
    public void A_request_made_by_a_program_is_checked_like_one_of_a_person()
    {
        Assert.Equal("cfg", Refused(Euler with { Cfg = double.NaN }).Field);
        Assert.Equal("height", Refused(Euler with { Height = -1 }).Field);
        Assert.Equal("sampler", Refused(Euler with { Sampler = "Euler" }).Field); // an id, not a label
        Assert.Equal("precision", Refused(Euler with { Precision = (Precision)9 }).Field);
        Assert.Equal("guidance-start (0.5) must not lie behind guidance-end (0.2).", Refused(Euler with { GuidanceStart = 0.5, GuidanceEnd = 0.2 }).Message);
        Assert.Equal("4096×4096 pixels, enlarged 4 times, are too many: at most 100 million are drawn. Lower width, height or hires.",
            Refused(Euler with { Width = 4096, Height = 4096, Hires = 4 }).Message);
    }

    [Fact]
    public void The_enlarged_size_is_a_multiple_too() => Assert.Equal((1344, 224), (Euler with { Width = 896, Height = 144, Hires = 1.5 }).FinalSize);

    [Theory]
    [InlineData("eta=0.5", "eta has no effect: this sampler adds no noise.")]
    [InlineData("cfg=1 negative=blurry", "negative has no effect at CFG 1 without NAG: raise cfg, or set nag to 3.")]
    [InlineData("cfg=1 negative=blurry nag=3", "")]
    [InlineData("negative=blurry", "")]
    [InlineData("mask=m.png", "mask has no effect without an init picture.")]
    [InlineData("init=a.png mask=m.png mask-blur=2", "")]
    [InlineData("denoise=0.5", "denoise has no effect without an init picture.")]
    [InlineData("hires-steps=5", "hires-steps has no effect without hires.")]
    [InlineData("nag-tau=5", "nag-tau has no effect without nag.")]
    [InlineData("cfg=1 cfg-rescale=0.5", "cfg-rescale has no effect at CFG 1.")]
    [InlineData("quality=50", "quality has no effect: PNG loses nothing.")]
    [InlineData("quality=50 out=a.webp", "")]
    [InlineData("quality=50 format=avif", "")]
    [InlineData("sampler=euler_ancestral eta=0.5", "")]
    public void A_setting_without_effect_is_named_if_it_was_given(string given, string notice)
    {
        var settings = given.Split(' ').Select(pair => pair.Split('=')).Aggregate(Settings.Empty, (settings, pair) => settings.With(pair[0], pair[1]));
        var request = settings.Over(Settings.Empty.With("sampler", "euler").With("prompt", "1girl").With("negative", "bad")).Complete();
        Assert.Equal(notice.Length > 0 ? [notice] : [], request.WithoutEffect(settings).Select(n => n.Message));
    }

    private static SettingException Refused(GenerationRequest request) => Assert.Throws<SettingException>(() => request.Checked([]));
}
