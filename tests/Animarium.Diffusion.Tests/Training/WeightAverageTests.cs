using Animarium.Diffusion.Training;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

public class WeightAverageTests
{
    [Fact]
    public void Exchanging_twice_changes_nothing_and_a_restored_average_goes_on_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var trainee = new Trainee(1e-2);
        using var optimizer = OptimizerResumeTests.Make("AdamW", trainee);
        using WeightAverage average = new(trainee.Groups, new() { Decay = 0.9 }), resumed = new(trainee.Groups, new() { Decay = 0.9 });
        for (int step = 0; step < 6; step++)
        {
            trainee.Step(optimizer, step);
            average.Update();
            if (step == 3) resumed.Restore(average.Tensors, average.Steps);
            if (step > 3) resumed.Update();
        }
        var (weights, averages) = (trainee.Values()["large"], average.Tensors["large"].clone());
        Assert.True(averages.equal(resumed.Tensors["large"]).all().item<bool>());
        Assert.False(averages.equal(weights).all().item<bool>());
        average.Exchange();
        Assert.True(trainee.Values()["large"].equal(averages).all().item<bool>());
        average.Exchange();
        Assert.True(trainee.Values()["large"].equal(weights).all().item<bool>());
        Assert.Throws<ArgumentException>(() => average.Restore(new Dictionary<string, Tensor>(), 1));
    }

    [Fact]
    public void Impossible_options_are_named()
    {
        foreach (var options in (WeightAverageOptions[])[new() { Decay = 1.1 }, new() { MinDecay = 1 }, new() { UpdateAfterStep = -1 }, new() { Power = 0 }])
            Assert.Throws<ArgumentException>(options.Check);
    }
}
