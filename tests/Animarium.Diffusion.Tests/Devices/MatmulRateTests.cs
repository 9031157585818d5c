using Animarium.Diffusion.Devices;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Devices;

public class MatmulRateTests
{
    [Fact]
    public void The_faster_type_is_chosen_and_fp32_wins_a_draw()
    {
        var rates = MatmulRate.Measure([ScalarType.BFloat16, ScalarType.Float32], CPU, 512, rounds: 20);
        Assert.All(rates, rate => Assert.InRange(rate, 1e8, 1e15));

        // Close calls may fall either way on a busy machine.
        if (rates[0] > 2 * rates[1]) Assert.Equal(ScalarType.BFloat16, ComputeType.Choose(CPU));
        if (rates[0] < rates[1]) Assert.Equal(ScalarType.Float32, ComputeType.Choose(CPU));
    }

    [Fact]
    public void A_type_that_cannot_be_multiplied_has_rate_zero() =>
        Assert.Equal([0], MatmulRate.Measure([ScalarType.Bool], CPU, 32));
}
