using Animarium.Diffusion.Models.Anima;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Models;

public class Qwen3Tests
{
    public static TheoryData<string> Cases => [.. Golden.Cases("qwen3")];

    [Theory, MemberData(nameof(Cases))]
    public void Matches(string file)
    {
        using var off = no_grad();
        using var golden = new Golden(Reference.At("models", file));
        var qwen = new Qwen3(Golden.Weights(golden.Model, "text_encoders"));
        var mask = golden["attention_mask"];

        var (states, compared) = golden.Tapped(() => qwen.Forward(golden["input_ids"], mask), maxAbs: 2e-5, relativeL2: 5e-6);

        Distance.Within(states, golden["last_hidden_state"], 2e-5, 5e-6, "last_hidden_state");
        string[] ends = ["attention_mask", "input_ids", "last_hidden_state", "source_states"];
        Assert.Empty(golden.Names.Except(compared).Except(ends));
    }

    [Fact]
    public void Takes_every_tensor_of_its_file()
    {
        var weights = Golden.Weights(Reference.At("models", "tiny-a"), "text_encoders");
        _ = new Qwen3(weights);
        Assert.Empty(weights.Missing);
        Assert.Empty(weights.Unexpected);
    }
}
