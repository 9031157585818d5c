using Animarium.Studio.Generation;
using Animarium.Studio.Plans;
using Animarium.Studio.Prompts;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Plans;

/// <summary>Which pictures a plan has, and under which numbers.</summary>
public sealed class DrawPlanTests
{
    private static readonly Settings Cat = Settings.Empty.With("prompt", "a cat, smile").With("negative", "bad cat").With("steps", "8");

    private static DrawPlan Plan(string[] axes, int count = 1, params string[] prompts) =>
        DrawPlan.Make(Cat, [.. axes.Select(PlanAxis.Parse)], [.. prompts.Select(prompt => Settings.Empty.With("prompt", prompt))], new(100, count));

    private static IEnumerable<GenerationRequest> All(DrawPlan plan) => Enumerable.Range(0, plan.Count).Select(index => plan.At(index).Complete());

    [Fact]
    public void A_grid_has_every_combination_once_the_first_axis_fastest()
    {
        var plan = Plan(["cfg=1,3", "sampler=euler,er_sde", "size=512x768,768x512"]);
        Assert.Equal(
            ["1 euler 512 100", "3 euler 512 100", "1 er_sde 512 100", "3 er_sde 512 100", "1 euler 768 100", "3 euler 768 100", "1 er_sde 768 100", "3 er_sde 768 100"],
            All(plan).Select(r => $"{r.Cfg} {r.Sampler} {r.Width} {r.Seed}"));
        Assert.All(All(plan), request => Assert.Equal((8, 1, 1), (request.Steps, request.Count, request.Batch)));
        Assert.Equal(["3", "er_sde", "512x768"], plan.Cell(3).Labels);
    }

    [Fact]
    public void Models_are_outermost_and_LoRAs_next_whatever_axis_they_are()
    {
        var plan = Plan(["model=a,b", "lora=none,ink", "cfg=1,2"], count: 2);
        var drawn = All(plan).ToList();
        Assert.Equal(16, drawn.Count);
        Assert.Equal(["a", "b"], Runs(drawn.Select(r => r.Model)));
        Assert.Equal(["a", "a ink", "b", "b ink"], Runs(drawn.Select(r => $"{r.Model} {string.Join("", r.Loras.Select(lora => lora.Name))}".Trim())));
    }

    [Fact]
    public void Prompts_that_name_models_or_LoRAs_come_in_groups()
    {
        Settings[] lines = [Line("1 <lora:ink:1>"), Line("2"), Line("3 <lora:ink:1>"), Line("4").With("model", "b"), Line("5"), Line("6").With("model", "b")];
        var plan = DrawPlan.Make(Settings.Empty.With("model", "a"), [PlanAxis.Parse("cfg=1,2")], lines, new(1));
        var drawn = All(plan).ToList();
        Assert.Equal(["a", "b"], Runs(drawn.Select(r => r.Model)));
        Assert.Equal("1 3 2 5 4 6", string.Join(' ', Runs(drawn.Select(r => r.Prompt[..1]))));

        static Settings Line(string prompt) => Settings.Empty.With("prompt", prompt);
    }

    private static List<T> Runs<T>(IEnumerable<T> values) => values.Aggregate(new List<T>(), (runs, value) =>
    {
        if (runs.Count == 0 || !Equals(runs[^1], value)) runs.Add(value);
        return runs;
    });

    [Fact]
    public void An_extension_renumbers_nothing()
    {
        var plan = Plan(["model=a,b", "cfg=1,3"], count: 2, "one", "two");
        var longer = plan.Extended(3);
        Assert.Equal((16, 40), (plan.Count, longer.Count));
        Assert.Equal(All(plan).Select(Text), All(longer).Take(16).Select(Text));
        Assert.Equal(40, All(longer).Select(Text).Distinct().Count());
        Assert.Equal([100, 101, 102, 103, 104], All(longer).Select(r => r.Seed!.Value).Distinct());
    }

    [Fact]
    public void A_cut_renumbers_nothing()
    {
        var plan = Plan(["cfg=1,3", "sampler=euler,er_sde"], count: 3);
        var rest = plan.Without(new ValueCut("cfg", "3"), new IndexCut(0, 2));
        Assert.Equal(All(plan).Select(Text), All(rest).Select(Text));
        Assert.Equal([4, 6, 8, 10], Enumerable.Range(0, rest.Count).Where(rest.Includes));
        Assert.Equal((12, 4), (rest.Count, rest.Pictures));
        Assert.Equal(6, rest.Extended(1).Pictures); // the cut value stays cut in what is added
    }

    private static string Text(GenerationRequest request) => Settings.Of(request, _ => true).ToString();

    [Fact]
    public void Replacements_of_two_axes_do_not_touch_each_other()
    {
        var plan = Plan(["replace=cat,dog with a smile", "replace=smile,frown"]);
        Assert.Equal(["a cat, smile", "a dog with a smile, smile", "a cat, frown", "a dog with a smile, frown"], All(plan).Select(r => r.Prompt));
        Assert.Equal(["bad cat", "bad dog with a smile"], All(plan).Select(r => r.Negative).Distinct());
    }

    [Fact]
    public void A_LoRA_in_the_prompt_can_be_replaced_and_one_in_the_list_weighed()
    {
        var plan = DrawPlan.Make(Settings.Empty.With("prompt", "x <lora:ink:0.5>").With("lora", "oil:0.7:0.2", "wash"), [PlanAxis.Parse("replace=ink:0.5,ink:1"), PlanAxis.Parse("lora:oil=0,1")], [], new(1));
        Assert.Equal(["x <lora:ink:0.5>", "x <lora:ink:1>"], All(plan).Select(r => r.Prompt).Distinct());
        Assert.Equal(["oil:0, wash:1", "oil:1, wash:1"], All(plan).Select(r => Knobs.Find("lora")!.Format(r.Loras)).Distinct());
    }

    [Fact]
    public void Seeds_by_chance_are_the_same_every_time_and_never_twice()
    {
        var seeds = new PlanSeeds(7, 100_000) { Order = SeedOrder.Random };
        var plan = DrawPlan.Make(Cat, [], [], seeds);
        var drawn = Enumerable.Range(0, plan.Count).Select(index => plan.At(index).Complete().Seed!.Value).ToList();
        Assert.Equal(100_000, drawn.Distinct().Count());
        Assert.All(drawn, seed => Assert.InRange(seed, 0u, uint.MaxValue));
        Assert.Equal(drawn[99_999], DrawPlan.Make(Cat, [], [], seeds).At(99_999).Complete().Seed);
        Assert.NotEqual(drawn[5], DrawPlan.Make(Cat, [], [], seeds with { Start = 8 }).At(5).Complete().Seed);
        Assert.InRange(drawn.Average(seed => (double)seed / uint.MaxValue), 0.49, 0.51);
    }

    [Fact]
    public void Cells_share_their_seeds_or_each_picture_has_its_own()
    {
        var plan = DrawPlan.Make(Cat, [PlanAxis.Parse("cfg=1,2")], [], new PlanSeeds(10, 2) { Each = true });
        Assert.Equal([10, 11, 12, 13], All(plan).Select(r => r.Seed!.Value));
        Assert.Equal([10, 10, 11, 11], All(Plan(["cfg=1,2"], 2)).Select(r => r.Seed!.Value - 90));
    }

    [Fact]
    public void A_million_pictures_are_no_more_than_their_description()
    {
        var plan = Plan(["steps=1-100", "cfg=0.1-10 (+0.1)"], count: 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal((1_000_000, 1_000_000), (plan.Count, plan.Pictures));
        Assert.Equal((100, 10.0, 199ul), Last(plan.At(999_999).Complete()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);

        static (int, double, ulong) Last(GenerationRequest request) => (request.Steps, request.Cfg, request.Seed!.Value);
    }

    [Fact]
    public void Combinations_are_every_prompt_once()
    {
        var lists = new WildcardLibrary(new Dictionary<string, IReadOnlyList<string>> { ["eyes"] = ["blue eyes", "red eyes"] });
        Assert.Equal(["a, blue eyes", "a, red eyes", "b, blue eyes", "b, red eyes"], PlanPrompts.Combinations("{a|b}, __eyes__", lists).Select(prompt => prompt.Complete().Prompt).Order(StringComparer.Ordinal));
        Assert.Equal("The prompt has more than 10000 combinations. Shorten its lists, or draw some of them by chance instead.",
            Assert.Throws<SettingException>(() => PlanPrompts.Combinations("{a|b|c|d|e|f|g|h|i|j}{a|b|c|d|e|f|g|h|i|j}{a|b|c|d|e|f|g|h|i|j}{a|b|c|d|e|f|g|h|i|j}{a|b}", lists)).Message);
    }

    [Theory]
    [InlineData("cfg=1,2;cfg=3,4", 1, "Two axes set cfg: one would undo the other.")]
    [InlineData("size=512x512;width=512,640", 1, "Two axes set width: one would undo the other.")]
    [InlineData("cfg=1;eta=1;steps=1;shift=1", 1, "A plan has at most 3 axes. Give further choices as a list of prompts.")]
    [InlineData("replace=dog,cat", 1, "'dog' is in no prompt, or only within what another axis replaces. The first value of a replace axis is searched for, letter by letter; the others take its place.")]
    [InlineData("replace=a cat,a dog;replace=cat,cow", 2, null)] // "bad cat" is left to the second
    [InlineData("replace=smile,grin;replace=mile,inch", 1, "'mile' is in no prompt, or only within what another axis replaces. The first value of a replace axis is searched for, letter by letter; the others take its place.")]
    [InlineData("replace=,x", 1, "The first value of a replace axis is what is searched for in the prompt, and cannot be empty.")]
    [InlineData("seed=1,2", 2, "The seeds are an axis, so every cell has one picture: set count to 1, or take the axis away.")]
    [InlineData("steps=1-1000;cfg=0.1-100 (+0.1)", 2, "The plan has 2000000 pictures; at most 1000000 are possible. Take values, prompts or seeds out of it.")]
    [InlineData("steps=1-10000;seed=1-10000;cfg=0.01-100 (+0.01)", 1, "The plan has 1000000000000 pictures; at most 1000000 are possible. Take values, prompts or seeds out of it.")]
    [InlineData("cfg=1", 0, "count must be a whole number from 1 to 1000000.")]
    public void Parts_that_contradict_each_other_are_refused(string axes, int count, string? message)
    {
        var refused = Record.Exception(() => Plan(axes.Split(';'), count));
        Assert.Equal(message, refused?.Message);
        Assert.True(refused is null or SettingException);
    }

    [Fact]
    public void What_a_plan_decides_no_prompt_may_decide()
    {
        var refused = Assert.Throws<SettingException>(() => DrawPlan.Make(Cat, [], [Settings.Empty.With("count", "3")], new(1)));
        Assert.Equal("A prompt of a plan cannot set count: the plan says how many pictures every prompt gets.", refused.Message);
        refused = Assert.Throws<SettingException>(() => DrawPlan.Make(Settings.Empty.With("prompt", "<lora:ink:1>"), [PlanAxis.Parse("lora:ink=0,1")], [], new(1)));
        Assert.StartsWith("The LoRA ink is named in a prompt, too.", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<SettingException>(() => Plan(["cfg=1,2"]).Without(new IndexCut(1, 2)));
        Assert.Equal("The plan has no pictures 1-2.", refused.Message);
    }

    [Fact]
    public void Any_plan_survives_extensions_and_JSON_with_its_numbers()
    {
        string[] axes = ["cfg=1,3", "model=a,b,c", "lora=none,ink,oil", "steps=1-9 (+4)", "replace=cat,dog", "size=512x512,640x512", "precision=fp32,bf16"], seconds = ["", "cat one", "cat <lora:x:1>"];
        Gen.Select(Gen.Int[0, axes.Length - 1].Array[0, 3], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[0, 2], Gen.Bool).Sample((picks, count, more, second, each) =>
        {
            var chosen = picks.Distinct().Select(pick => axes[pick]);
            string prompt = seconds[second];
            var lines = prompt.Length > 0 ? new[] { Settings.Empty.With("prompt", "cat"), Settings.Empty.With("prompt", prompt) } : [];
            var plan = DrawPlan.Make(Cat, [.. chosen.Select(PlanAxis.Parse)], lines, new PlanSeeds(ulong.MaxValue, count) { Each = each, Order = each ? SeedOrder.Random : SeedOrder.Consecutive });
            var longer = PlanJson.Read(plan.Extended(more).Without(new IndexCut(0, 0)).ToJson().ToJsonString());
            Assert.Equal(All(plan).Select(Text), All(longer).Take(plan.Count).Select(Text));
            Assert.Equal(longer.Count - 1, longer.Pictures);
            Assert.Equal(longer.Count, Enumerable.Range(0, longer.Count).Select(index => longer.Cell(index)).Select(cell => $"{string.Join(',', cell.Values)} {cell.Prompt} {cell.Number}").Distinct().Count());
        }, iter: 60);
    }

    [Fact]
    public void Defaults_of_a_person_stay_with_the_plan_and_out_of_its_pictures()
    {
        var plan = PlanJson.Read(Plan(["cfg=1,2"]).Under(Settings.Empty.With("eta", "0.5")).Extended(1).Without(new IndexCut(0, 0)).ToJson().ToJsonString());
        Assert.Equal(0.5, plan.Usual.Complete().Eta);
        Assert.False(plan.At(1).Has("eta"));
    }

    [Theory]
    [InlineData("[]", "'plan' is missing in the plan, or of another kind than a plan has there. See docs/plans.md.")]
    [InlineData("{\"version\":2}", "The plan has version 2; this program reads version 1. Use a newer Animarium, or write the plan again.")]
    [InlineData("{\"version\":1}", "'seeds' is missing in the plan, or of another kind than a plan has there. See docs/plans.md.")]
    [InlineData("{\"version\":1,\"seeds\":{\"start\":-1}}", "'start' is missing in the plan, or of another kind than a plan has there. See docs/plans.md.")]
    [InlineData("{\"version\":1,\"seeds\":{\"start\":1},\"axis\":[]}", "'axis' does not belong into 'plan' of a plan, or stands there twice; known are version, settings, usual, axes, prompts, seeds, cuts.")]
    [InlineData("{\"version\":1,\"seeds\":{\"start\":1,\"order\":\"7\"}}", "'order' is missing in the plan, or of another kind than a plan has there. See docs/plans.md.")]
    [InlineData("{\"version\":1,\"seeds\":{\"start\":1},\"axes\":[{\"name\":\"cfg\",\"values\":[\"x\"]}]}", "cfg must be a number from 0 to 100, not 'x'.")]
    public void A_file_that_is_no_plan_says_why(string json, string message) => Assert.Equal(message, Assert.Throws<SettingException>(() => PlanJson.Read(json)).Message);
}
