using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using Animarium.Web.Draw;
using Xunit;

namespace Animarium.Web.Pages.Tests;

public class RefinementTests
{
    private static readonly ModelCatalog Nothing = new([]);

    [Fact]
    public void The_larger_picture_is_drawn_over_the_finished_one_with_its_settings()
    {
        var request = Refinement.Of(Settings.Empty.With("prompt", "cat").With("steps", "9").With("hires", "2").With("seed", "5"), "a.png", 192, 128, Nothing).Complete();
        Assert.Equal(("cat", 9, "a.png", 192, 128), (request.Prompt, request.Steps, request.Init, request.Width, request.Height));
        Assert.Equal((0.0, Refinement.Enlarged), (request.Denoise, request.Hires)); // the first pass keeps it, the second draws over
        Assert.Null(request.Seed);
    }

    [Fact]
    public void Settings_that_did_nothing_are_not_said() =>
        Assert.DoesNotContain(Refinement.Of(Settings.Empty.With("prompt", "cat").With("nag", "1").With("nagTau", "2.5"), "a.png", 128, 128, Nothing).Given, knob => knob.Key == "nagTau");

    [Fact]
    public void What_is_not_here_or_was_about_another_picture_is_left_out()
    {
        var settings = Refinement.Of(Settings.Empty.With("model", "far").With("lora", "ink:0.5:0.5").With("mask", "m.png").With("out", "x.png"), "a.png", 128, 128, Nothing);
        Assert.DoesNotContain(settings.Given, knob => knob.Key is "model" or "lora" or "mask" or "out");
    }
}
