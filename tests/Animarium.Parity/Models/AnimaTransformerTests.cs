using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Models;

public class AnimaTransformerTests
{
    const double MaxAbs = 2e-4, RelativeL2 = 2e-5;

    public static TheoryData<string> Cases => [.. Golden.Cases("dit")];

    [Theory, MemberData(nameof(Cases))]
    public void Matches(string file)
    {
        using var off = no_grad();
        using var golden = new Golden(Reference.At("models", file));
        if (golden.Names.Contains("velocity_fp32")) InHalfPrecision(golden);
        else InFullPrecision(golden);
    }

    static void InFullPrecision(Golden golden)
    {
        var transformer = new AnimaTransformer(Golden.Weights(golden.Model, "diffusion_models"));
        var (latent, sigma, context, velocity) = (golden["latent"].squeeze(2), golden["sigma"], golden["context"], golden["velocity"].squeeze(2));
        Tensor Run(Tensor rows) => transformer.Forward(latent, transformer.Modulate(sigma, ScalarType.Float32),
            transformer.Prepare(rows, context.shape[1]), paddingMask: golden.Optional("padding_mask"));

        var (dense, compared) = golden.Tapped(() => Run(context), MaxAbs, RelativeL2);
        Distance.Within(dense, velocity, MaxAbs, RelativeL2, "all rows of the context");
        string[] ends = ["latent", "sigma", "context", "velocity", "padding_mask"];
        Assert.Empty(golden.Names.Except(compared).Except(ends));

        var trimmed = Run(context.narrow(1, 0, RealRows(context)));
        Distance.Within(trimmed, velocity, MaxAbs, RelativeL2, "one row for all zero rows");
    }

    static void InHalfPrecision(Golden golden)
    {
        var transformer = new AnimaTransformer(Golden.Weights(golden.Model, "diffusion_models", ScalarType.BFloat16));
        var context = golden["context"];
        foreach (var rows in new[] { context.shape[1], RealRows(context) })
        {
            var velocity = transformer.Forward(golden["latent"].squeeze(2), transformer.Modulate(golden["sigma"], ScalarType.BFloat16),
                transformer.Prepare(context.narrow(1, 0, rows), context.shape[1]));
            Distance.Within(velocity, golden["velocity_fp32"].squeeze(2), 0.2, 3e-2, $"{rows} rows");
        }
    }

    /// <summary>Rows up to the last that isn't zero in every item.</summary>
    static long RealRows(Tensor context) => context.to(@bool).any(-1).any(0).nonzero().max().item<long>() + 1;

    [Fact]
    public void Takes_every_tensor_of_its_file()
    {
        var weights = Golden.Weights(Reference.At("models", "tiny-a"), "diffusion_models");
        _ = new AnimaTransformer(weights);
        _ = new TextAdapter(weights["llm_adapter"]);
        Assert.Empty(weights.Missing);
        Assert.Empty(weights.Unexpected);
    }
}
