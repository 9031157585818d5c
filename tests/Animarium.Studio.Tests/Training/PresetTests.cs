using Animarium.Studio.Training.Presets;
using Animarium.Studio.Training.Settings;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>Presets, and which one a folder gets.</summary>
public sealed class PresetTests
{
    [Theory]
    [InlineData("character", 30, "1girl, solo, miku, twintails, aqua hair", "")]
    [InlineData("character-few", 8, "1girl, solo, miku, twintails, aqua hair", "")]
    [InlineData("character", 30, "mymiku, 1girl, solo, standing", "")]
    [InlineData("character-few", 10, "", "")]
    [InlineData("style", 80, "", "")]
    [InlineData("style", 30, "1girl, @dylan, {hair} hair, smile", "")]
    [InlineData("style", 60, "mystyle, 1girl, {hair} hair", "")]
    [InlineData("style", 60, "{thing}", "")]
    [InlineData("concept", 40, "{hair} hair, holding umbrella, {thing}", "")]
    [InlineData("multi-character", 240, "1girl, {hair} hair", "miku rin len")]
    [InlineData("character", 100, "1girl, solo, aqua hair", "good better best")]
    public void A_folder_gets_the_preset_it_looks_like(string preset, int pictures, string caption, string folders)
    {
        string[] hairs = ["red", "blue", "green", "black", "white"];
        var captions = Enumerable.Range(0, pictures).Select(i => caption.Replace("{hair}", hairs[i % hairs.Length], StringComparison.Ordinal).Replace("{thing}", $"thing {i}", StringComparison.Ordinal));
        var choice = PresetChoice.For(new PictureSetFacts(captions, folders.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(preset, choice.Preset.Name);
        Assert.DoesNotContain("{", choice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_gets_one_too() => Assert.NotEmpty(PresetChoice.For(new PictureSetFacts([], [])).Reason);

    [Fact]
    public void Every_preset_can_be_trained_and_says_how_long()
    {
        foreach (var preset in TrainingPreset.All)
            foreach (int pictures in (int[])[1, 20, 1000])
            {
                var settings = preset.Apply(new TrainingSettings(), pictures);
                settings.Check();
                Assert.Empty(settings.Notices());
                Assert.Equal(preset == TrainingPreset.LowVram, settings.Steps.ImagesSeen is null);
                Assert.Same(preset, TrainingPreset.Find(preset.Name));
                Assert.NotEmpty(preset.HelpText());
                Assert.Empty(GivenSettings.Of(settings).WithoutEffect());
            }
    }

    [Fact]
    public void Low_vram_goes_over_another_preset_and_what_was_said_over_both()
    {
        var settings = GivenSettings.None.Set("dataset.resolution=512").Over(TrainingPreset.LowVram.Apply(TrainingPreset.MultiCharacter.Apply(new TrainingSettings(), 300), 300));
        Assert.Equal((16, (512, 512), 12000, true), (settings.Adapter.Rank, settings.Dataset.Resolution!.Value, settings.Steps.ImagesSeen!.Value, settings.Performance.GradientCheckpointing));
    }

    [Theory]
    [InlineData(1000, 1, 1, 1000)]
    [InlineData(1000, 3, 2, 167)]
    [InlineData(1, 8, 1, 1)]
    public void Pictures_seen_become_steps(int seen, int batch, int accumulation, int steps) =>
        Assert.Equal(steps, TrainingPreset.StepsFor(seen, new StepSettings { BatchSize = batch, GradientAccumulation = accumulation }));
}
