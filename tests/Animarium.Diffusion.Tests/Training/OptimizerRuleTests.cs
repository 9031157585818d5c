using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Optimizers;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>Names, settings and the rules of each optimizer.</summary>
public class OptimizerRuleTests
{
    [Theory]
    [InlineData("adamw", "AdamW")]
    [InlineData("AdamW8bit", "AdamW8bit")]
    [InlineData("pagedadamw8bit", "PagedAdamW8bit")]
    [InlineData("pytorch_optimizer.CAME", "CAME")]
    [InlineData("prodigyplus.ProdigyPlusScheduleFree", "ProdigyPlusScheduleFree")]
    [InlineData("prodigy-plus-schedule-free", "ProdigyPlusScheduleFree")]
    [InlineData("RADAM_SCHEDULE_FREE", "RAdamScheduleFree")]
    [InlineData("AdaFactor", "Adafactor")]
    [InlineData("sgdnesterov", "SGDNesterov")]
    public void Names_are_known_in_many_spellings(string written, string name) => Assert.Equal(name, OptimizerKinds.Find(written).Name);

    [Fact]
    public void No_two_optimizers_share_a_name()
    {
        var names = OptimizerKinds.All.SelectMany(k => k.Aliases.Append(k.Name)).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Contains(name, OptimizerKinds.Find(name).Aliases.Append(OptimizerKinds.Find(name).Name)));
    }

    [Fact]
    public void An_unknown_name_gets_the_nearest_ones() => Says("Prodigy", () => OptimizerKinds.Find("prodgy"));

    [Theory]
    [InlineData("AdamW", "weight_decy=0.1", "'weight_decy'", "weight_decay")]
    [InlineData("Lion", "d_coef=2", "'d_coef'", "betas, weight_decay")]
    [InlineData("AdamW", "betas=0.9", "2 numbers")]
    [InlineData("AdamW", "betas=0.9,1", "at least 0 and below 1")]
    [InlineData("CAME", "betas=0.9,0.99", "3 numbers")]
    [InlineData("AdamW", "eps=0", "above 0")]
    [InlineData("AdamW", "weight_decay=-1", "at least 0")]
    [InlineData("AdamW", "weight_decay=nan", "at least 0")]
    [InlineData("Prodigy", "decouple=maybe", "True or False")]
    [InlineData("Prodigy", "slice_p=1.5", "whole number")]
    [InlineData("Muon", "ns_dtype=int8", "bfloat16")]
    public void Wrong_settings_are_named(string name, string arguments, params string[] words) =>
        Says(words, () => OptimizerKinds.Find(name).Read(OptimizerResumeTests.ArgumentsOf(arguments)));

    [Fact]
    public void What_has_no_effect_is_told()
    {
        Assert.Contains("Lion", Assert.Single(OptimizerKinds.Find("lion8bit").Read(new Dictionary<string, string>()).Notices).English, StringComparison.Ordinal);
        Assert.Contains("fused_back_pass", Assert.Single(OptimizerKinds.Find("ppsf").Read(new Dictionary<string, string> { ["fused_back_pass"] = "True" }).Notices).Japanese, StringComparison.Ordinal);
        Assert.Empty(OptimizerKinds.Find("adamw").Read(new Dictionary<string, string> { ["betas"] = "(0.9, 0.99)" }).Notices);
    }

    [Fact]
    public void Prodigy_wants_a_learning_rate_of_1()
    {
        using Trainee low = new(1e-4), two = new(1, 2);
        Says("set the learning rate to 1", () => OptimizerResumeTests.Make("Prodigy", low));
        Says("set the learning rate to 1", () => OptimizerResumeTests.Make("ProdigyPlusScheduleFree", low));
        Says("same learning rate", () => OptimizerResumeTests.Make("Prodigy", two));
        using var plus = OptimizerResumeTests.Make("ProdigyPlusScheduleFree", two);
        Assert.Equal(["d group 1", "d group 2"], plus.Findings.Keys);
    }

    [Theory]
    [InlineData("AdamWScheduleFree", "", false)]
    [InlineData("RAdamScheduleFree", "", false)]
    [InlineData("ProdigyPlusScheduleFree", "", false)]
    [InlineData("Adafactor", "", false)]
    [InlineData("Adafactor", "relative_step=False", true)]
    [InlineData("AdamW", "", true)]
    public void Schedules_are_refused_where_the_optimizer_has_its_own(string name, string arguments, bool takes)
    {
        var plan = OptimizerKinds.Find(name).Read(OptimizerResumeTests.ArgumentsOf(arguments));
        plan.Check(new());
        using var trainee = new Trainee(OptimizerKinds.Find(name).LearningRate);
        using var optimizer = plan.Make(trainee.Groups);
        Assert.Equal((takes, takes), (plan.TakesSchedule, optimizer.TakesSchedule));
        if (takes)
        {
            plan.Check(new() { Schedule = RateSchedule.Cosine, Steps = 10 });
            trainee.Step(optimizer, 0, factor: 0.5);
            return;
        }
        Says("constant", () => plan.Check(new() { Schedule = RateSchedule.Cosine, Steps = 10 }));
        Assert.Throws<InvalidOperationException>(() => optimizer.Step(0.5));
    }

    [Fact]
    public void Schedule_free_optimizers_train_and_save_different_weights()
    {
        using var scope = NewDisposeScope();
        using var trainee = new Trainee(1e-2);
        using var optimizer = OptimizerResumeTests.Make("AdamWScheduleFree", trainee);
        for (int step = 0; step < 5; step++) trainee.Step(optimizer, step);
        var trained = trainee.Values()["large"];
        optimizer.Evaluate();
        optimizer.Evaluate();
        Assert.False(trainee.Values()["large"].equal(trained).all().item<bool>());
        Assert.Throws<InvalidOperationException>(() => optimizer.Step());
        Assert.Throws<InvalidOperationException>(optimizer.Export);
        optimizer.Train();
        Assert.True(trainee.Values()["large"].equal(trained).all().item<bool>());
    }

    [Fact]
    public void Parameters_that_cannot_be_trained_are_named()
    {
        using var scope = NewDisposeScope();
        var (good, half, frozen) = (zeros(2).requires_grad_(), zeros(2, dtype: bfloat16).requires_grad_(), zeros(2));
        Says("nothing to optimize", () => Over());
        Says("half", () => Over(new Parameter("half", half)));
        Says("frozen", () => Over(new Parameter("frozen", frozen)));
        Says("twice", () => Over(new Parameter("twice", good), new Parameter("twice", good)));
        Says("learning rate", () => OptimizerKinds.Find("adamw").Read(new Dictionary<string, string>()).Make([new("g", [new("w", good)], double.NaN)]));

        static void Over(params Parameter[] parameters) => OptimizerKinds.Find("adamw").Read(new Dictionary<string, string>()).Make([new("g", parameters, 1e-3)]).Dispose();
    }

    static void Says(string word, Action act) => Says([word], act);

    static void Says(string[] words, Action act)
    {
        string message = Assert.ThrowsAny<ArgumentException>(act).Message;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }
}
