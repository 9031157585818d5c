using Animarium.Studio.Generation;
using Animarium.Studio.Prompts;
using Animarium.Web.Plans;
using Xunit;

namespace Animarium.Web.Pages.Tests;

public class PlanDraftTests
{
    private static readonly Settings Common = Settings.Empty.With("prompt", "1girl").With("seed", "7");

    [Fact]
    public void An_empty_form_is_one_picture_of_the_page()
    {
        var plan = new PlanDraft(1).Make(Common, WildcardLibrary.Empty);
        Assert.Equal(1, plan.Pictures);
        Assert.Equal(("1girl", 7ul), (plan.At(0).Complete().Prompt, plan.At(0).Complete().Seed));
    }

    [Fact]
    public void Axes_prompts_and_seeds_multiply()
    {
        var draft = new PlanDraft(1) { Prompts = " 1girl \n\n1boy\n", Count = 2 };
        (draft.Axes[0].Name, draft.Axes[0].Values) = ("cfg", "1, 4");
        (draft.Axes[2].Name, draft.Axes[2].Values) = ("steps", "10-30 (+10)");
        var plan = draft.Make(Common, WildcardLibrary.Empty);
        Assert.Equal(2 * 3 * 2 * 2, plan.Pictures);
        Assert.Equal([7ul, 8ul], Enumerable.Range(0, plan.Count).Select(n => plan.At(n).Complete().Seed!.Value).Distinct().Order());
    }

    [Fact]
    public void Without_a_seed_the_form_keeps_its_own()
    {
        var draft = new PlanDraft(99);
        Assert.Equal(99ul, draft.Make(Settings.Empty, WildcardLibrary.Empty).At(0).Complete().Seed);
        Assert.Equal(99ul, draft.Make(Settings.Empty, WildcardLibrary.Empty).At(0).Complete().Seed);
    }

    [Fact]
    public void Every_picture_may_have_a_seed_of_its_own()
    {
        var draft = new PlanDraft(1) { OwnSeeds = true };
        (draft.Axes[0].Name, draft.Axes[0].Values) = ("cfg", "1, 2, 3");
        var plan = draft.Make(Common, WildcardLibrary.Empty);
        Assert.Equal([7ul, 8ul, 9ul], Enumerable.Range(0, 3).Select(n => plan.At(n).Complete().Seed!.Value).Order());
    }

    [Fact]
    public void All_combinations_of_the_pages_prompt_are_prompts()
    {
        var plan = new PlanDraft(1) { AllCombinations = true }.Make(Settings.Empty.With("prompt", "{red|blue} hair, {smile|frown}"), WildcardLibrary.Empty);
        Assert.Equal(["blue hair, frown", "blue hair, smile", "red hair, frown", "red hair, smile"], Enumerable.Range(0, plan.Count).Select(n => plan.At(n).Complete().Prompt).Order());
    }

    [Fact]
    public void What_cannot_be_read_is_said()
    {
        var draft = new PlanDraft(1);
        (draft.Axes[0].Name, draft.Axes[0].Values) = ("cfg", "strong");
        Assert.Contains("cfg", Assert.Throws<SettingException>(() => draft.Make(Common, WildcardLibrary.Empty)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Added_values_stand_behind_the_others_and_keep_their_commas()
    {
        var axis = new AxisDraft { Name = "replace", Values = "smile, " };
        axis.Add("frown");
        axis.Add("sad, tears");
        Assert.Equal("smile, frown, \"sad, tears\"", axis.Values);
    }
}
