using Animarium.Diffusion.Weights;
using Xunit;

namespace Animarium.Diffusion.Tests;

public class SafeTensorsFileTests
{
    [Fact]
    public void Reads_a_mapped_tensor() => Assert.Equal(3, TorchSharp.torch.ones(3).sum().item<float>());
}
