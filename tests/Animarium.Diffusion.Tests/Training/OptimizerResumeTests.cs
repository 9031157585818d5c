using Animarium.Diffusion.Training.Optimizers;
using Animarium.Diffusion.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>A run that was cut off goes on as if it hadn't been.</summary>
public class OptimizerResumeTests
{
    const int Steps = 10, Cut = 5;

    public static TheoryData<string, string> Cases =>
    [
        .. OptimizerKinds.All.Select(k => (k.Name, "")),
        ("Adafactor", "relative_step=False scale_parameter=False beta1=0.9"),
        ("Prodigy", "use_bias_correction=True slice_p=3 d0=0.01"),
        ("ProdigyPlusScheduleFree", "split_groups_mean=True use_bias_correction=True d0=0.01"),
        ("ProdigyPlusScheduleFree", "factored=False eps=None weight_decay=0.1 prodigy_steps=4"),
        ("RAdamScheduleFree", "betas=0.9,0.9"),
    ];

    [Theory, MemberData(nameof(Cases))]
    public void Bit_for_bit(string name, string arguments)
    {
        using var scope = NewDisposeScope();
        var kind = OptimizerKinds.Find(name);
        var plan = kind.Read(ArgumentsOf(arguments));
        using Trainee straight = new(kind.LearningRate), before = new(kind.LearningRate), after = new(kind.LearningRate);
        var start = straight.Values();
        using Optimizer one = plan.Make(straight.Groups), first = plan.Make(before.Groups);
        for (int step = 0; step < Steps; step++)
        {
            straight.Step(one, step);
            // Drawing a picture on the way changes nothing.
            if (step == Cut - 2) { one.Evaluate(); one.Train(); }
        }
        for (int step = 0; step < Cut; step++) before.Step(first, step);

        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            SafeTensorsWriter.Write(path, first.Export());
            using var file = SafeTensorsFile.Open(path);
            after.SetValues(before.Values());
            using var second = plan.Make(after.Groups);
            second.Import(file.Entries.Keys.ToDictionary(key => key, key => file.Read(key)));
            for (int step = Cut; step < Steps; step++) after.Step(second, step);
            Assert.Equal(one.Findings, second.Findings);
            one.Evaluate();
            second.Evaluate();
        }
        finally
        {
            File.Delete(path);
        }
        foreach (var (key, value) in after.Values())
        {
            Assert.True(value.equal(straight.Values()[key]).all().item<bool>(), $"{key} differs");
            if (name != "Prodigy") Assert.False(value.equal(start[key]).all().item<bool>(), $"{key} was not trained");
        }
    }

    [Fact]
    public void Another_state_is_refused_and_nothing_changes()
    {
        using var scope = NewDisposeScope();
        using var trainee = new Trainee(1e-3);
        using Optimizer adam = Make("AdamW", trainee), lion = Make("Lion", trainee), eight = Make("AdamW8bit", trainee);
        trainee.Step(lion, 0);
        var saved = lion.Export();
        Assert.Contains("exp_avg_sq", Assert.Throws<ArgumentException>(() => adam.Import(saved)).Message, StringComparison.Ordinal);
        Assert.Contains("exp_avg_sq", Assert.Throws<ArgumentException>(() => lion.Import(adam.Export())).Message, StringComparison.Ordinal);
        Assert.Contains("large.exp_avg", Assert.Throws<ArgumentException>(() => lion.Import(saved.ToDictionary(s => s.Key, s => s.Key == "large.exp_avg" ? zeros(3) : s.Value))).Message, StringComparison.Ordinal);
        Assert.All(adam.Export().Where(s => s.Key.Contains("exp_avg", StringComparison.Ordinal)), s => Assert.Equal(0, s.Value.count_nonzero().item<long>()));
        Assert.Throws<ArgumentException>(() => eight.Import(adam.Export()));
    }

    [Fact]
    public void Prodigy_finds_a_rate_and_tells_it()
    {
        using var scope = NewDisposeScope();
        using var trainee = new Trainee(1);
        using var prodigy = Make("Prodigy", trainee);
        Assert.Equal(1e-6, prodigy.Findings["d"]);
        for (int step = 0; step < 60; step++) trainee.Step(prodigy, step);
        Assert.InRange(prodigy.Findings["d"], 1e-3, 1);
    }

    internal static Optimizer Make(string name, Trainee trainee, string arguments = "") => OptimizerKinds.Find(name).Read(ArgumentsOf(arguments)).Make(trainee.Groups);

    internal static Dictionary<string, string> ArgumentsOf(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a[1]);
}
