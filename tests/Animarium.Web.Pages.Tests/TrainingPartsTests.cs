using Animarium.Studio.Training.Progress;
using Animarium.Studio.Training.Settings;
using Animarium.Web.Training;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Animarium.Web.Pages.Tests;

/// <summary>Parts of the page of trainings.</summary>
public sealed class TrainingPartsTests : BunitContext
{
    public TrainingPartsTests() => Services.AddLocalization().AddLogging();

    [Fact]
    public void A_chart_without_points_says_so()
    {
        var chart = Render<LossChart>(set => set.Add(c => c.Title, "Loss").Add(c => c.Lines, [new("a", "red", 1, [])]));
        Assert.Empty(chart.FindAll("svg"));
        Assert.NotNull(chart.Find(".empty"));
    }

    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(0, 0)]
    [InlineData(1e-300, 1e300)]
    [InlineData(-1, 1)]
    public void A_chart_has_finite_coordinates_within_it_whatever_is_drawn(double first, double last)
    {
        var chart = Render<LossChart>(set => set.Add(c => c.Title, "Loss").Add(c => c.Lines, [new("a", "red", 1, [new(1, first), new(1, last), new(2_000_000_000, last)]), new("b", "blue", 1, [new(5, first)])]));
        foreach (string pair in chart.Find("polyline").GetAttribute("points")!.Split(' '))
        {
            double[] xy = [.. pair.Split(',').Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
            Assert.InRange(xy[0], 52, 632);
            Assert.InRange(xy[1], 0, 220);
        }
        Assert.NotNull(chart.Find("circle"));
        Assert.Equal(2, chart.FindAll(".legend li").Count);
    }

    [Fact]
    public void A_setting_shows_help_default_and_what_is_wrong_with_what_was_typed()
    {
        var draft = new TrainingDraft();
        var rank = TrainingOptions.Find("adapter.rank")!;
        var field = Render<SettingField>(set => set.Add(f => f.Setting, rank).Add(f => f.Draft, draft));
        Assert.Contains(rank.HelpText(), field.Markup, StringComparison.Ordinal);
        Assert.Equal("16", field.Find("input").GetAttribute("placeholder"));
        field.Find("input").Change("banana");
        Assert.True(draft.IsWrong);
        field.Render();
        Assert.Contains("adapter.rank", field.Find(".wrong").TextContent, StringComparison.Ordinal);
        field.Find("input").Change("4");
        Assert.Equal(["adapter.rank=4"], draft.Order().Set);
        field.Find("input").Change("");
        Assert.Empty(draft.Order().Set);
    }

    [Fact]
    public void A_setting_without_effect_says_why()
    {
        var draft = new TrainingDraft();
        draft.Say(TrainingOptions.Find("adapter.type")!, "none");
        var field = Render<SettingField>(set => set.Add(f => f.Setting, TrainingOptions.Find("adapter.rank")!).Add(f => f.Draft, draft));
        Assert.NotNull(field.Find(".idle"));
    }

    [Fact]
    public void Every_setting_that_train_takes_is_in_the_form_or_has_a_field_of_its_own()
    {
        var elsewhere = TrainingOptions.All.Except(TrainingDraft.Settings).Select(setting => setting.Key);
        Assert.Equal(["optimizer.original", "dataset.config_file", "dataset.train_folder", "dataset.trigger", "output.directory", "output.resume"], elsewhere);
        Assert.All(TrainingDraft.Basic, key => Assert.Contains(TrainingDraft.Settings, setting => setting.Key == key));
        foreach (var setting in TrainingDraft.Settings) Assert.NotNull(Render<SettingField>(set => set.Add(f => f.Setting, setting).Add(f => f.Draft, new TrainingDraft())).Find("input, select"));
    }

    [Fact]
    public void The_order_holds_what_was_said_and_nothing_else()
    {
        var draft = new TrainingDraft { Source = " /pictures ", Trigger = " miku ", Goal = "style" };
        draft.Say(TrainingOptions.Find("steps.max_steps")!, " 20 ");
        var order = draft.Order(measures: true);
        Assert.Equal(("/pictures", "style", "miku", true), (order.Source, order.Goal, order.Trigger, order.Measures));
        Assert.Equal(["steps.max_steps=20"], order.Set);
        Assert.Equal(20, draft.Said.Steps.MaxSteps);
    }
}
